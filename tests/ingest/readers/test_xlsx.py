"""Excel files."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Font

from ingest.errors import UnreadableSourceError
from ingest.extract import Block
from ingest.readers import read


def test_cells_of_all_sheets_with_their_references(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "設問一覧"
    sheet["B4"], sheet["C4"], sheet["D4"] = "質問です。", 0.382, date(2025, 5, 30)
    sheet["C4"].number_format = "0.0%"
    sheet.merge_cells("B6:C7")
    sheet["B6"] = "結合"
    book.create_sheet("別表")["A1"] = 12000
    path = tmp_path / "book.xlsx"
    book.save(path)
    assert read(path).blocks == (
        Block("質問です。", page="設問一覧", table=1, row=3, column=1, cell="B4"),
        Block("38.2%", page="設問一覧", table=1, row=3, column=2, cell="C4"),
        Block("2025年5月30日", page="設問一覧", table=1, row=3, column=3, cell="D4"),
        Block("結合", page="設問一覧", table=1, row=5, column=1, cell="B6"),
        Block("12000", page="別表", table=2, row=0, column=0, cell="A1"),
    )


def test_hidden_parts_are_reported_and_not_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row, word in enumerate(("見える", "隠れた行", "白い字"), start=1):
        sheet.cell(row, 1, word)
    sheet.row_dimensions[2].hidden = True
    sheet["A3"].font = Font(color="FFFFFFFF")
    sheet["C1"] = "隠れた列"
    sheet.column_dimensions["C"].hidden = True
    closed = book.create_sheet("裏")
    closed["A1"] = "隠れたシート"
    closed.sheet_state = "hidden"
    path = tmp_path / "book.xlsx"
    book.save(path)
    extract = read(path)
    assert [block.text for block in extract.blocks] == ["見える"]
    assert set(extract.suspicious) == {"隠れた行", "白い字", "隠れた列", "隠れたシート"}
    assert any("裏" in warning for warning in extract.warnings)


def test_empty_book_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    openpyxl.Workbook().save(path)
    with pytest.raises(UnreadableSourceError, match="空の表"):
        read(path)
