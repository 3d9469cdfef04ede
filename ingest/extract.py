"""What readers hand to parsers: the blocks of one source file, in reading order."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Block:
    """A line, paragraph or table cell of a file.

    Attributes:
        text: the characters as written, without a final line break. May be empty (a blank line).
        page: label of the page, sheet or slide (「3」「設問一覧」); empty where the format has none.
        level: heading level by the file's own style (Word heading 1 = 1, HTML h1 = 1); 0 for text.
        table: number of the table this cell belongs to, from 1; 0 outside tables.
        row, column: position of the cell in its table, from 0. A merged cell appears once, at its top left.
        cell: what a reader looks for, e.g. ``B4``; empty outside spreadsheets.
    """

    text: str
    page: str = ""
    level: int = 0
    table: int = 0
    row: int = 0
    column: int = 0
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Extract:
    """One file as read.

    Attributes:
        name: file name, for messages and as a fallback title.
        format: ``txt``, ``pdf``, ``docx``, ``xlsx``, ``pptx``, ``html``, ``csv``, ``json``.
        blocks: in reading order.
        wrapped: whether blocks are physical lines of a page (text files, PDF) that a parser must join
            into paragraphs; otherwise each block is a paragraph or cell.
        title: the title that the file itself states (HTML title, Word core property); may be empty.
        data: the decoded value of a JSON file; None for other formats.
        warnings: what the operator should know, in Japanese (text under black boxes, tracked changes …).
        suspicious: text that a person does not see (white, zero-width, hidden, in metadata): flagged, never parsed.
    """

    name: str
    format: str
    blocks: tuple[Block, ...] = ()
    wrapped: bool = False
    title: str = ""
    data: object | None = None
    warnings: tuple[str, ...] = ()
    suspicious: tuple[str, ...] = ()
