"""PDF files: lines in reading order with page numbers; what cannot be seen is reported, not read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pypdfium2 as pdfium
from pypdfium2 import raw

from ingest.errors import UnreadableSourceError
from ingest.extract import Block, Extract
from ingest.readers import ocr
from ingest.readers.encoding import garbled
from ingest.readers.limits import DEFAULT, Limits
from ingest.readers.page_layout import Line, Row, Segment, is_vertical, read_rows, rows_of, turned
from ingest.readers.page_tables import Table, tables_of
from ingest.readers.pdf_glyphs import Canvas, Glyph, canvas_of
from ingest.readers.running_heads import Sheet, without_running_heads
from ingest.readers.text import drop_invisible

_FEW_CHARS = 5
_HEADING_SIZE = 1.2
_HEADING_CHARS = 60
NO_TEXT = "文字情報がありません（OCR未導入）"


@dataclass
class _Volume:
    """What has been gathered of a file."""

    sheets: list[Sheet] = field(default_factory=list)
    hidden: Counter[str] = field(default_factory=Counter)
    suspicious: list[str] = field(default_factory=list)
    scanned: list[int] = field(default_factory=list)
    empty: list[int] = field(default_factory=list)
    chars: int = 0


def read(path: Path, limits: Limits = DEFAULT) -> Extract:
    """The lines and table cells of a PDF. Scanned pages go through OCR where that is installed.

    Letters under filled boxes, transparent, in the colour of the ground, tiny or off the page are
    returned as suspicious and reported in a warning.

    Raises:
        UnreadableSourceError: damaged, encrypted, too many pages, or no text at all.
    """
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as exc:
        raise UnreadableSourceError(_reason(exc)) from exc
    try:
        if len(document) > limits.pages:
            raise UnreadableSourceError(
                f"ページが多すぎます（{len(document)}ページ、上限{limits.pages}ページ）"
            )
        volume = _volume(document, limits)
        warnings = [*_warnings(volume), *_attached(document)]
        title = document.get_metadata_value("Title") or ""
    except pdfium.PdfiumError as exc:
        raise UnreadableSourceError("壊れたPDFです（ページを読めません）") from exc
    finally:
        document.close()
    blocks = tuple(_blocks(without_running_heads(volume.sheets)))
    if not any(block.text.strip() for block in blocks):
        raise UnreadableSourceError(
            NO_TEXT if volume.empty and not ocr.available() else "文字情報がありません"
        )
    reason = garbled("".join(block.text for block in blocks))
    if reason:
        raise UnreadableSourceError(reason)
    return Extract(
        path.name,
        "pdf",
        blocks,
        wrapped=True,
        title=title.strip(),
        warnings=tuple(warnings),
        suspicious=tuple(volume.suspicious),
    )


def _reason(error: pdfium.PdfiumError) -> str:
    words = str(error).lower()
    if "password" in words or "security" in words:
        return "暗号化されています（パスワードを外してから入れてください）"
    return "壊れたPDFです（開けません）"


def _volume(document: pdfium.PdfDocument, limits: Limits) -> _Volume:
    volume = _Volume()
    for number in range(len(document)):
        page = document[number]
        try:
            _page(page, number, volume, limits)
        finally:
            page.close()
    return volume


def _page(page: pdfium.PdfPage, number: int, volume: _Volume, limits: Limits) -> None:
    room = limits.text_chars - volume.chars
    if room <= 0:
        raise UnreadableSourceError("文字が多すぎます")
    canvas = canvas_of(page, room)
    volume.chars += len(canvas.glyphs)
    seen = [glyph for glyph in canvas.glyphs if not glyph.hidden]
    _note_hidden(canvas, volume)
    readable = sum(not g.char.isspace() and g.char != "\ufffd" for g in seen)
    unreadable = sum(g.char == "\ufffd" for g in seen)
    if readable < _FEW_CHARS or unreadable > readable:
        if (canvas.pictured or unreadable) and _scan(page, number, volume, limits):
            return
        if canvas.pictured or unreadable:
            volume.empty.append(number + 1)
    volume.sheets.append(Sheet(tuple(_lines(canvas, seen)), canvas.height))


def _scan(page: pdfium.PdfPage, number: int, volume: _Volume, limits: Limits) -> bool:
    """Read a page by OCR; False where that is not possible."""
    if not ocr.available() or len(volume.scanned) >= limits.ocr_pages:
        return False
    lines = ocr.lines_of(page)
    volume.scanned.append(number + 1)
    volume.sheets.append(Sheet(tuple(lines), page.get_height()))
    return True


def _note_hidden(canvas: Canvas, volume: _Volume) -> None:
    """Keep what cannot be seen, as runs of one reason."""
    run, reason = "", ""
    for glyph in (*canvas.glyphs, None):
        why = glyph.hidden if glyph else ""
        if why != reason:
            if reason and run.strip():
                volume.hidden[reason] += 1
                volume.suspicious.append(run.strip())
            run, reason = "", why
        run += glyph.char if glyph and why else ""


def _lines(canvas: Canvas, seen: list[Glyph]) -> list[Line]:
    """The lines of a page in reading order; tables stand in their place."""
    if is_vertical(seen):
        return [
            replace(line, y=canvas.height / 2)
            for line in read_rows(rows_of([turned(glyph) for glyph in seen]))
        ]
    tables, rest = tables_of(canvas.rulings, seen)
    rows = rows_of(rest)
    for table in tables:
        box = table.box
        frame = (Segment((), box.x0, box.x1),)
        rows.append(Row(box.y0, box.y1, 10.0, frame, table))
    return read_rows(rows)


def _blocks(sheets: list[Sheet]) -> Iterator[Block]:
    """Blocks of all pages; a table that goes on over a page break keeps its number and rows."""
    levels = _levels(sheets)
    number, rows = 0, 0
    edges: tuple[float, ...] = ()
    head: tuple[str, ...] = ()
    for page, sheet in enumerate(sheets, start=1):
        label = str(page)
        for place, line in enumerate(sheet.lines):
            if not isinstance(line.content, Table):
                if line.gap:
                    yield Block("", label)
                text, _ = drop_invisible(line.text)
                yield Block(
                    text,
                    label,
                    level=levels.get(_rounded(line.size), 0) if len(text) <= _HEADING_CHARS else 0,
                )
                edges = ()
                continue
            table = line.content
            first = tuple(cell.text for cell in table.cells if cell.row == 0)
            goes_on = place == 0 and bool(edges) and _same_edges(edges, table.edges)
            skipped = 1 if goes_on and first == head else 0
            if not goes_on:
                number, rows, head = number + 1, 0, first
            for cell in table.cells:
                if cell.row >= skipped:
                    yield Block(
                        cell.text, label, table=number, row=rows + cell.row - skipped, column=cell.column
                    )
            rows += max(cell.row for cell in table.cells) + 1 - skipped
            edges = table.edges


def _levels(sheets: list[Sheet]) -> dict[float, int]:
    """Heading level by type size: the three largest sizes that are clearly larger than running text."""
    sizes = Counter[float]()
    for line in (line for sheet in sheets for line in sheet.lines if line.content is None):
        sizes[_rounded(line.size)] += len(line.text)
    if not sizes:
        return {}
    body = sizes.most_common(1)[0][0]
    larger = sorted((size for size in sizes if size >= _HEADING_SIZE * body), reverse=True)
    return {size: level for level, size in enumerate(larger[:3], start=1)}


def _rounded(size: float) -> float:
    return round(size * 2) / 2


def _same_edges(one: tuple[float, ...], two: tuple[float, ...]) -> bool:
    return len(one) == len(two) and all(abs(a - b) < 4.0 for a, b in zip(one, two, strict=True))


def _warnings(volume: _Volume) -> Iterator[str]:
    for reason, count in sorted(volume.hidden.items()):
        yield f"{reason}が{count}か所あります（本文には入れていません）"
    if volume.scanned:
        yield f"{len(volume.scanned)}ページをOCRで読み取りました（誤りがあり得ます）"
    if volume.empty:
        pages = "、".join(str(number) for number in volume.empty[:10])
        yield f"文字情報のないページがあります（{pages}{'…' if len(volume.empty) > 10 else ''}ページ）"


def _attached(document: pdfium.PdfDocument) -> Iterator[str]:
    count = raw.FPDFDoc_GetAttachmentCount(document)
    if count > 0:
        yield f"添付ファイルが{count}件付いています（読んでいません）"
