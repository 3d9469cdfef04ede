"""PowerPoint files (.pptx): the text of every shown slide, shapes from top to bottom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import pptx
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pptx.exc import PackageNotFoundError

from ingest.errors import UnreadableSourceError
from ingest.extract import Block, Extract
from ingest.readers.archive import check_archive
from ingest.readers.limits import DEFAULT, Limits
from ingest.readers.text import drop_invisible

_MAX_DEPTH = 10


@dataclass
class _Slides:
    """What is gathered from a presentation."""

    blocks: list[Block] = field(default_factory=list)
    suspicious: list[str] = field(default_factory=list)
    hidden: int = 0
    notes: int = 0
    tables: int = 0


def read(path: Path, limits: Limits = DEFAULT) -> Extract:
    """The paragraphs and table cells of the slides; the page is the number of the slide.

    Hidden slides are left out and reported, notes are left out and mentioned.

    Raises:
        UnreadableSourceError: damaged, hostile, or without text.
    """
    check_archive(path, limits)
    gathered = _Slides()
    try:
        deck = pptx.Presentation(str(path))
        if len(deck.slides) > limits.pages:
            raise UnreadableSourceError(f"スライドが多すぎます（{len(deck.slides)}枚、上限{limits.pages}枚）")
        for number, slide in enumerate(deck.slides, start=1):
            _slide(slide, f"スライド{number}", gathered)
        title = (deck.core_properties.title or "").strip()
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError, AttributeError) as exc:
        raise UnreadableSourceError("壊れたPowerPointファイルです") from exc
    if not gathered.blocks:
        raise UnreadableSourceError("文字情報がありません")
    return Extract(
        path.name,
        "pptx",
        tuple(gathered.blocks),
        title="" if title == "PowerPoint Presentation" else title,
        warnings=tuple(_warnings(gathered)),
        suspicious=tuple(gathered.suspicious),
    )


def _slide(slide: Any, page: str, gathered: _Slides) -> None:
    gathered.notes += bool(
        slide.has_notes_slide
        and slide.notes_slide.notes_text_frame
        and slide.notes_slide.notes_text_frame.text.strip()
    )
    if slide._element.get("show") == "0":
        gathered.hidden += 1
        for shape in _shapes(slide.shapes, 0):
            if shape.has_text_frame and shape.text_frame.text.strip():
                gathered.suspicious.append(shape.text_frame.text.strip())
        return
    title = slide.shapes.title
    for shape in sorted(_shapes(slide.shapes, 0), key=lambda s: (s != title, s.top or 0, s.left or 0)):
        if shape.has_text_frame:
            _paragraphs(shape, page, 1 if shape == title else 0, gathered)
        elif getattr(shape, "has_table", False) and shape.has_table:
            _table(shape.table, page, gathered)
    gathered.blocks.append(Block("", page=page))


def _shapes(shapes: Any, depth: int) -> Iterator[Any]:
    """All shapes, those of groups in their place."""
    for shape in shapes:
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP and depth < _MAX_DEPTH:
            yield from _shapes(shape.shapes, depth + 1)
        else:
            yield shape


def _paragraphs(shape: Any, page: str, level: int, gathered: _Slides) -> None:
    for paragraph in shape.text_frame.paragraphs:
        text, notes = drop_invisible(paragraph.text.replace("\v", "\n"))
        gathered.suspicious.extend(notes)
        for line in text.split("\n"):
            if line.strip():
                gathered.blocks.append(Block(line.strip(), page=page, level=level))


def _table(table: Any, page: str, gathered: _Slides) -> None:
    gathered.tables += 1
    for row, line in enumerate(table.rows):
        for column, cell in enumerate(line.cells):
            if not cell.is_spanned:
                text, _ = drop_invisible(cell.text.strip())
                gathered.blocks.append(Block(text, page=page, table=gathered.tables, row=row, column=column))


def _warnings(gathered: _Slides) -> Iterator[str]:
    if gathered.hidden:
        yield f"表示しないスライドが{gathered.hidden}枚あります（本文には入れていません）"
    if gathered.notes:
        yield f"ノートが{gathered.notes}枚のスライドにあります（読んでいません）"
