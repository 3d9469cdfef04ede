"""Old office formats through LibreOffice."""

import shutil
from pathlib import Path

import docx
import openpyxl
import pytest

from ingest.errors import UnreadableSourceError
from ingest.readers import read
from tests.ingest.readers.office import converted, needs_libreoffice


@needs_libreoffice
def test_old_word_and_excel_files_are_converted_and_read(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("橋の点検は三年で終える。")
    document.save(str(tmp_path / "old.docx"))
    book = openpyxl.Workbook()
    book.active["B2"] = "八百万円"
    book.save(tmp_path / "table.xlsx")
    word = read(converted(tmp_path / "old.docx", "doc"))
    excel = read(converted(tmp_path / "table.xlsx", "xls"))
    assert word.name == "old.doc" and [block.text for block in word.blocks] == ["橋の点検は三年で終える。"]
    assert [(block.text, block.cell) for block in excel.blocks] == [("八百万円", "B2")]


def test_without_libreoffice_the_reason_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    path = tmp_path / "old.doc"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 20 + b"\xfe\xff\x09\x00" + b"\x00" * 600)
    with pytest.raises(UnreadableSourceError, match="LibreOffice"):
        read(path)


def test_new_file_under_a_password_is_refused_as_encrypted(tmp_path: Path) -> None:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 20 + b"\xfe\xff\x09\x00"
    path = tmp_path / "locked.docx"
    path.write_bytes(head + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 600)
    with pytest.raises(UnreadableSourceError, match="暗号化"):
        read(path)


def test_damaged_old_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "old.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x07" * 3000)
    with pytest.raises(UnreadableSourceError):
        read(path)
