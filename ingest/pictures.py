"""Pictures of the pages of a PDF, to be looked at beside its text."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium

from ingest.errors import UnreadableSourceError
from ingest.readers.limits import DEFAULT, Limits

WIDTH = 1400
"""Of a picture, in pixels: a page of A4 at about 170 dots an inch."""
_MOST_PIXELS = 6_000_000


@dataclass(frozen=True, slots=True)
class Picture:
    """One page as PNG, and how many pages the file has."""

    png: bytes
    pages: int


def picture(path: Path, number: int, limits: Limits = DEFAULT) -> Picture:
    """The page `number` (from 1) of a PDF.

    Raises:
        UnreadableSourceError: there is no such page, or the file cannot be read.
    """
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as exc:
        raise UnreadableSourceError("壊れたPDFです（開けません）") from exc
    try:
        pages = len(document)
        if not 1 <= number <= min(pages, limits.pages):
            raise UnreadableSourceError(f"{number}ページはありません")
        page = document[number - 1]
        scale = _scale(*page.get_size())
        drawn = page.render(scale=scale, may_draw_forms=False).to_pil()
    except pdfium.PdfiumError as exc:
        raise UnreadableSourceError("壊れたPDFです（ページを読めません）") from exc
    finally:
        document.close()
    kept = io.BytesIO()
    drawn.save(kept, "PNG")
    return Picture(kept.getvalue(), pages)


def _scale(width: float, height: float) -> float:
    """Pixels a point, so that a page is `WIDTH` wide and no giant fills the memory.

    >>> round(_scale(700, 990), 2)
    2.0
    """
    if width <= 0 or height <= 0:
        raise UnreadableSourceError("ページの大きさがありません")
    scale = WIDTH / width
    pixels = width * height * scale * scale
    return float(scale * min(1.0, (_MOST_PIXELS / pixels) ** 0.5))
