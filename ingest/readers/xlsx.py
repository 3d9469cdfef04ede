"""Excel files (.xlsx): the cells of every sheet that a reader sees, with their references."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from ingest.errors import UnreadableSourceError
from ingest.extract import Block, Extract
from ingest.readers.archive import check_archive
from ingest.readers.limits import DEFAULT, Limits
from ingest.readers.text import drop_invisible

_MAX_CELLS = 2_000_000
_DECIMALS = re.compile(r"0\.(0+)")


@dataclass
class _Sheets:
    """What is gathered from a workbook."""

    blocks: list[Block] = field(default_factory=list)
    suspicious: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    formulas: int = 0
    cells: int = 0


def read(path: Path, limits: Limits = DEFAULT) -> Extract:
    """The filled cells of the visible sheets, row by row; a merged cell appears once, at its top left.

    Hidden sheets, rows and columns, and white letters, are left out and reported.

    Raises:
        UnreadableSourceError: damaged, hostile, too large, or empty.
    """
    check_archive(path, limits)
    try:
        book = openpyxl.load_workbook(path, data_only=True, keep_links=False)
        gathered = _Sheets()
        for number, sheet in enumerate(book.worksheets, start=1):
            _sheet(sheet, number, gathered)
        title = (book.properties.title or "").strip()
        book.close()
    except (
        InvalidFileException,
        BadZipFile,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
    ) as exc:
        raise UnreadableSourceError("壊れたExcelファイルです") from exc
    if not gathered.blocks:
        raise UnreadableSourceError("本文がありません（空の表です）")
    return Extract(
        path.name,
        "xlsx",
        tuple(gathered.blocks),
        title=title,
        warnings=tuple(_warnings(gathered)),
        suspicious=tuple(gathered.suspicious),
    )


def _sheet(sheet: Any, number: int, gathered: _Sheets) -> None:
    closed = sheet.sheet_state != "visible"
    if closed:
        gathered.hidden.append(f"シート「{sheet.title}」")
    rows = {index for index, row in sheet.row_dimensions.items() if row.hidden}
    columns = _hidden_columns(sheet)
    if not closed and (rows or columns):
        gathered.hidden.append(f"シート「{sheet.title}」の行{len(rows)}・列{len(columns)}")
    for cell in (cell for row in sheet.iter_rows() for cell in row if cell.value is not None):
        gathered.cells += 1
        if gathered.cells > _MAX_CELLS:
            raise UnreadableSourceError(f"セルが多すぎます（上限{_MAX_CELLS:,}）")
        text, notes = drop_invisible(shown(cell.value, cell.number_format or "General"))
        gathered.suspicious.extend(notes)
        if not text.strip():
            continue
        if closed or cell.row in rows or cell.column in columns or _is_white(cell):
            gathered.suspicious.append(text.strip())
        else:
            place = {"row": cell.row - 1, "column": cell.column - 1, "cell": cell.coordinate}
            gathered.blocks.append(Block(text.strip(), page=sheet.title, table=number, **place))


def _hidden_columns(sheet: Any) -> set[int]:
    hidden: set[int] = set()
    for dimension in sheet.column_dimensions.values():
        if dimension.hidden and dimension.min and dimension.max:
            hidden.update(range(dimension.min, min(dimension.max, 16384) + 1))
    return hidden


def _is_white(cell: Any) -> bool:
    """Whether letters are white on a white ground."""
    color = cell.font.color if cell.font else None
    if color is None or color.type != "rgb" or str(color.rgb).upper()[-6:] != "FFFFFF":
        return False
    fill = cell.fill
    return fill is None or fill.fill_type is None or str(fill.fgColor.rgb).upper()[-6:] == "FFFFFF"


def shown(value: object, number_format: str) -> str:
    """A value as its cell shows it, as far as dates, percentages and thousands go.

    >>> shown(0.382, "0.0%"), shown(12000, "#,##0"), shown(3.0, "General")
    ('38.2%', '12,000', '3')
    """
    if isinstance(value, datetime):
        clock = value.strftime(" %H:%M") if (value.hour or value.minute) else ""
        return f"{value.year}年{value.month}月{value.day}日{clock}"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    found = _DECIMALS.search(number_format)
    decimals = len(found.group(1)) if found else 0
    if "%" in number_format:
        return f"{value * 100:.{decimals}f}%"
    if "#,##0" in number_format:
        return f"{value:,.{decimals}f}"
    if found:
        return f"{value:.{decimals}f}"
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else str(value)


def _warnings(gathered: _Sheets) -> Iterator[str]:
    if gathered.hidden:
        yield f"表示されない部分があります（{'、'.join(gathered.hidden[:5])}。本文には入れていません）"
    elif gathered.suspicious:
        yield f"見えない文字が{len(gathered.suspicious)}か所あります（本文には入れていません）"
