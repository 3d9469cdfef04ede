"""Tables as text: each row a line that names its columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ingest.extract import Block
from ingest.parsers.sentinels import lead_of, sentinels_of, strip_sentinels
from ingest.parsers.wording import join_lines, unwrapped

_LABEL_CHARS = 20
Row = dict[int, Block]


def rows_of(blocks: Sequence[Block]) -> list[Row]:
    """The cells of one table by row, in order; a row maps column to cell."""
    rows: dict[int, Row] = {}
    for block in blocks:
        rows.setdefault(block.row, {})[block.column] = block
    return [rows[number] for number in sorted(rows)]


def cell_text(block: Block, *, wrapped: bool) -> str:
    """The text of a cell: wrapped lines joined, else its lines as paragraphs."""
    return join_lines(block.text.split("\n")) if wrapped else unwrapped(block.text)


def table_text(blocks: Sequence[Block], *, wrapped: bool) -> str:
    """A table as lines, one a row: 「区分：教育費　今年度：1,200万円」 under a first row of short labels.

    A table without such a row gives its cells with full-width spaces between. Empty cells are left out.
    """
    rows = rows_of(blocks)
    head = _labels(rows, wrapped=wrapped)
    lines = list(_lines(rows[1:] if head else rows, head, wrapped=wrapped))
    lead = "".join(sentinels_of(cell.text) for cell in rows[0].values()) if head else ""
    return lead + "\n".join(lines) if lines else _plain(rows, wrapped=wrapped)


def _labels(rows: list[Row], *, wrapped: bool) -> dict[int, str]:
    """The column labels of the first row; none where it is no row of labels."""
    if len(rows) < 2 or len(rows[0]) < 2:
        return {}
    labels = {column: strip_sentinels(cell_text(cell, wrapped=wrapped)) for column, cell in rows[0].items()}
    short = all(0 < len(label) <= _LABEL_CHARS and "\n" not in label for label in labels.values())
    return labels if short and len(set(labels.values())) == len(labels) else {}


def _lines(rows: list[Row], head: dict[int, str], *, wrapped: bool) -> Iterator[str]:
    for row in rows:
        cells = {
            column: cell_text(cell, wrapped=wrapped).replace("\n", " ")
            for column, cell in sorted(row.items())
        }
        parts = [
            labelled(head.get(column, ""), text)
            for column, text in cells.items()
            if strip_sentinels(text).strip()
        ]
        rest = "".join(sentinels_of(text) for text in cells.values() if not strip_sentinels(text).strip())
        if parts:
            yield rest + "\u3000".join(parts)


def labelled(label: str, text: str) -> str:
    """A text with the name of its column before it; its page begins before the name."""
    lead = lead_of(text)
    return f"{lead}{label}：{text[len(lead) :]}" if label else text


def _plain(rows: list[Row], *, wrapped: bool) -> str:
    return "\n".join(_lines(rows, {}, wrapped=wrapped))
