"""Word files (.docx): paragraphs, headings, tables and footnotes as the final text of the document reads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import docx
import docx.opc.exceptions
import docx.oxml
from docx.oxml.ns import qn

from ingest.errors import UnreadableSourceError
from ingest.extract import Block, Extract
from ingest.readers.archive import check_archive
from ingest.readers.docx_numbering import Numbering
from ingest.readers.limits import DEFAULT, Limits
from ingest.readers.text import drop_invisible

_DELETED = {qn("w:del"), qn("w:moveFrom")}
_INSERTED = {qn("w:ins"), qn("w:moveTo")}
_SKIPPED = {
    qn("w:instrText"),
    qn("w:delText"),
    qn("w:rt"),
    qn("w:pPr"),
    qn("w:rPr"),
    qn("w:sectPr"),
    qn("w:sdtPr"),
}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_TEXT_BOX = qn("w:txbxContent")
_HEADING = re.compile(r"(?:heading|見出し)\s*([1-9])", re.IGNORECASE)
_TINY_HALF_POINTS = 5
_WHITE = re.compile(r"[fF]{6}")


@dataclass
class _Reading:
    """What is gathered while a document is walked."""

    numbering: Numbering
    notes: dict[str, str]
    levels: dict[str, int]
    blocks: list[Block] = field(default_factory=list)
    suspicious: list[str] = field(default_factory=list)
    changes: Counter[str] = field(default_factory=Counter)
    tables: int = 0


@dataclass
class _Line:
    """One paragraph: its text, what it hides, the footnotes it calls and the text boxes it anchors."""

    text: str = ""
    hidden: str = ""
    notes: list[str] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)


def read(path: Path, limits: Limits = DEFAULT) -> Extract:
    """The final text of a Word file: tracked changes taken as accepted, hidden text left out and reported.

    Raises:
        UnreadableSourceError: damaged, hostile, or without text.
    """
    check_archive(path, limits)
    try:
        document = docx.Document(str(path))
        reading = _Reading(Numbering(document), _notes(document), _levels(document))
        _walk(document.element.body, reading)
    except (
        KeyError,
        ValueError,
        AttributeError,
        BadZipFile,
        docx.opc.exceptions.PackageNotFoundError,
    ) as exc:
        raise UnreadableSourceError("壊れたWordファイルです") from exc
    if not any(block.text.strip() for block in reading.blocks):
        raise UnreadableSourceError("本文がありません")
    return Extract(
        path.name,
        "docx",
        tuple(reading.blocks),
        title=(document.core_properties.title or "").strip(),
        warnings=tuple(_warnings(document, reading)),
        suspicious=tuple(reading.suspicious),
    )


def _walk(container: Any, reading: _Reading) -> None:
    """Paragraphs and tables of a container in order, those inside content controls too."""
    for child in container.iterchildren():
        if child.tag == qn("w:p"):
            _paragraph(child, reading)
        elif child.tag == qn("w:tbl"):
            _table(child, reading)
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), *_INSERTED, qn("w:smartTag"), qn("w:customXml")):
            _walk(child, reading)


def _paragraph(element: Any, reading: _Reading) -> None:
    line = _line(element, reading)
    style = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    level = _outline(element) or (reading.levels.get(style.get(qn("w:val")), 0) if style is not None else 0)
    number = reading.numbering.label(element) if line.text.strip() else ""
    for part in (number + line.text).split("\n"):
        reading.blocks.append(Block(part.strip(" \t"), level=level if part.strip() else 0))
    if line.hidden.strip():
        reading.suspicious.append(line.hidden.strip())
    for note in line.notes:
        reading.blocks.append(Block(note))
    for box in line.boxes:
        _walk(box, reading)


def _line(element: Any, reading: _Reading) -> _Line:
    line = _Line()
    _runs(element, reading, line, hidden=False)
    line.text, notes = drop_invisible(line.text)
    reading.suspicious.extend(notes)
    return line


def _runs(element: Any, reading: _Reading, line: _Line, *, hidden: bool) -> None:
    """The text under `element`, sorted into what is seen and what is not."""
    for child in element.iterchildren():
        tag = child.tag
        if not isinstance(tag, str) or tag in _SKIPPED or tag == _FALLBACK:
            continue
        if tag in _DELETED:
            reading.changes["削除"] += 1
        elif tag == _TEXT_BOX:
            line.boxes.append(child)
        elif tag == qn("w:footnoteReference") or tag == qn("w:endnoteReference"):
            _call_note(child, reading, line)
        elif tag == qn("w:r"):
            _runs(child, reading, line, hidden=hidden or _is_hidden(child))
        else:
            reading.changes["挿入"] += tag in _INSERTED
            piece = _characters(child)
            if piece:
                line.hidden += piece if hidden else ""
                line.text += "" if hidden else piece
            else:
                _runs(child, reading, line, hidden=hidden)


def _characters(element: Any) -> str:
    """The characters that a leaf of a run stands for."""
    if element.tag == qn("w:t"):
        return element.text or ""
    if element.tag == qn("w:tab"):
        return "\u3000"
    if element.tag in (qn("w:br"), qn("w:cr")):
        return "\n"
    if element.tag in (qn("w:noBreakHyphen"), qn("w:softHyphen")):
        return "-"
    return ""


def _call_note(element: Any, reading: _Reading, line: _Line) -> None:
    key = f"{element.tag}:{element.get(qn('w:id'))}"
    if key in reading.notes:
        line.text += f"（注{len(line.notes) + 1}）"
        line.notes.append(f"注{len(line.notes) + 1}\u3000{reading.notes[key]}")


def _is_hidden(run: Any) -> bool:
    """Whether a run is hidden, tiny, or white on no ground."""
    look = run.find(qn("w:rPr"))
    if look is None:
        return False
    vanish = look.find(qn("w:vanish"))
    if vanish is not None and vanish.get(qn("w:val")) not in ("0", "false"):
        return True
    size = look.find(qn("w:sz"))
    if (
        size is not None
        and (size.get(qn("w:val")) or "99").isdigit()
        and int(size.get(qn("w:val"))) <= _TINY_HALF_POINTS
    ):
        return True
    color = look.find(qn("w:color"))
    grounded = look.find(qn("w:shd")) is not None or look.find(qn("w:highlight")) is not None
    white = color is not None and bool(_WHITE.fullmatch(color.get(qn("w:val")) or ""))
    return white and not grounded and not _on_dark_cell(run)


def _on_dark_cell(run: Any) -> bool:
    """Whether the table cell or paragraph around a run is shaded."""
    for parent in run.iterancestors(qn("w:tc"), qn("w:p")):
        shade = parent.find(f".//{qn('w:shd')}")
        if shade is not None and not _WHITE.fullmatch(shade.get(qn("w:fill")) or "FFFFFF"):
            return True
    return False


def _outline(element: Any) -> int:
    """The outline level that a paragraph itself states (1 for the highest); 0 without one."""
    found = element.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
    value = found.get(qn("w:val")) if found is not None else None
    return int(value) + 1 if value is not None and value.isdigit() and int(value) < 9 else 0


def _levels(document: Any) -> dict[str, int]:
    """Heading level by style id: by name, or by the outline level of the style or of one it is based on."""
    levels: dict[str, int] = {}
    for style in document.styles.element.findall(qn("w:style")):
        name = style.find(qn("w:name"))
        found = _HEADING.match(name.get(qn("w:val")) or "") if name is not None else None
        title = name is not None and (name.get(qn("w:val")) or "").lower() in ("title", "表題")
        level = int(found.group(1)) if found else 1 if title else _outline(style)
        if level:
            levels[style.get(qn("w:styleId"))] = level
    return levels


def _notes(document: Any) -> dict[str, str]:
    """Footnotes and endnotes: 「tag of the reference:id」 to text."""
    notes: dict[str, str] = {}
    for relation in document.part.rels.values():
        kind = relation.reltype.rsplit("/", 1)[-1]
        if kind not in ("footnotes", "endnotes"):
            continue
        tag = qn("w:footnote") if kind == "footnotes" else qn("w:endnote")
        root = docx.oxml.parse_xml(relation.target_part.blob)
        for note in root.findall(tag):
            text = "".join(node.text or "" for node in note.iter(qn("w:t"))).strip()
            if text and note.get(qn("w:type")) is None:
                notes[f"{tag}Reference:{note.get(qn('w:id'))}"] = text
    return notes


def _table(element: Any, reading: _Reading) -> None:
    """Cells in reading order; a cell merged over columns or rows appears once."""
    reading.tables += 1
    number = reading.tables
    for row, line in enumerate(element.iterchildren(qn("w:tr"))):
        column = 0
        for cell in _row_cells(line):
            properties = cell.find(qn("w:tcPr"))
            span = properties.find(qn("w:gridSpan")) if properties is not None else None
            merge = properties.find(qn("w:vMerge")) if properties is not None else None
            if merge is None or merge.get(qn("w:val")) == "restart":
                reading.blocks.append(Block(_cell_text(cell, reading), table=number, row=row, column=column))
            width = span.get(qn("w:val")) if span is not None else "1"
            column += int(width) if width.isdigit() else 1


def _row_cells(row: Any) -> Iterator[Any]:
    for child in row.iterchildren():
        if child.tag == qn("w:tc"):
            yield child
        elif child.tag == qn("w:sdt"):
            yield from child.iter(qn("w:tc"))


def _cell_text(cell: Any, reading: _Reading) -> str:
    lines = []
    for paragraph in cell.iter(qn("w:p")):
        line = _line(paragraph, reading)
        number = reading.numbering.label(paragraph) if line.text.strip() else ""
        lines.append(number + line.text)
        lines.extend(line.notes)
        if line.hidden.strip():
            reading.suspicious.append(line.hidden.strip())
    return "\n".join(lines).strip()


def _warnings(document: Any, reading: _Reading) -> Iterator[str]:
    if reading.changes["削除"] or reading.changes["挿入"]:
        counts = f"挿入{reading.changes['挿入']}、削除{reading.changes['削除']}"
        yield f"変更履歴があります（反映した後の文として読みました：{counts}）"
    if reading.suspicious:
        yield f"画面や紙に見えない文字が{len(reading.suspicious)}か所あります（本文には入れていません）"
    if any(rel.reltype.endswith("/comments") for rel in document.part.rels.values()):
        yield "コメントがあります（読んでいません）"
