"""CSV and TSV files: one table, cells with their references."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from openpyxl.utils import get_column_letter

from ingest.errors import UnreadableSourceError
from ingest.extract import Block, Extract
from ingest.readers.encoding import decode
from ingest.readers.limits import DEFAULT, Limits
from ingest.readers.text import drop_invisible

_DELIMITERS = ",\t;"
_MAX_COLUMNS = 1000


def read(path: Path, limits: Limits = DEFAULT) -> Extract:
    """The filled cells of a CSV or TSV file, row by row.

    Raises:
        UnreadableSourceError: not decodable, not a table, or empty.
    """
    text = decode(path.read_bytes())[: limits.text_chars]
    clean, suspicious = drop_invisible(text)
    csv.field_size_limit(10_000_000)
    blocks: list[Block] = []
    try:
        for row, values in enumerate(csv.reader(io.StringIO(clean), delimiter=_delimiter(clean))):
            for column, value in enumerate(values[:_MAX_COLUMNS]):
                if value.strip():
                    cell = f"{get_column_letter(column + 1)}{row + 1}"
                    blocks.append(Block(value.strip(), table=1, row=row, column=column, cell=cell))
    except csv.Error as exc:
        raise UnreadableSourceError("表として読めません") from exc
    if not blocks:
        raise UnreadableSourceError("本文がありません（空の表です）")
    warnings = ("目に見えない文字を取り除きました",) if suspicious else ()
    return Extract(path.name, "csv", tuple(blocks), warnings=warnings, suspicious=suspicious)


def _delimiter(text: str) -> str:
    """The delimiter that stands in most of the first lines."""
    lines = [line for line in text.split("\n")[:50] if line.strip()]
    counts = {mark: sum(mark in line for line in lines) for mark in _DELIMITERS}
    return max(_DELIMITERS, key=lambda mark: counts[mark])
