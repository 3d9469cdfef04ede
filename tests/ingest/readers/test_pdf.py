"""PDF files: order, columns, vertical writing, tables, running heads, and what cannot be seen."""

from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from ingest.errors import UnreadableSourceError
from ingest.extract import Extract
from ingest.readers import Limits, read
from tests.ingest.readers.office import converted, needs_chromium, needs_libreoffice, pdf_of_html, plain_pdf

LEFT = [f"左の段の{n}行目の文を書き、段の終わりまで読んでから右の段に移る。" for n in "一二三四五六"]
RIGHT = [f"右の段の{n}行目の文を書き、ここが後から読まれることを確かめる。" for n in "一二三四五六"]


def joined(extract: Extract) -> str:
    return "".join(block.text.strip("\u3000 ") for block in extract.blocks)


@needs_chromium
def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    body = f"<h1>みどり町だより</h1><div class=c><p>{''.join(LEFT)}</p><p>{''.join(RIGHT)}</p></div><h2>お知らせ</h2><p>終わりの文です。</p>"
    extract = read(
        pdf_of_html(
            body, tmp_path / "columns.pdf", ".c{columns:2;column-gap:10mm;height:60mm;column-fill:auto}"
        )
    )
    text = joined(extract)
    assert text.index(LEFT[5]) < text.index(RIGHT[0]) < text.index(RIGHT[5]) < text.index("お知らせ")
    assert extract.wrapped
    levels = {block.text: block.level for block in extract.blocks if block.level}
    assert levels == {"みどり町だより": 1, "お知らせ": 2}


@needs_chromium
def test_vertical_writing_is_read_from_the_right(tmp_path: Path) -> None:
    body = "<p>○議長（森田花子君）これより会議を開きます。</p><p>◆三番（大川光君）橋の点検について、町長の見解を伺います。</p>"
    extract = read(pdf_of_html(body, tmp_path / "vertical.pdf", "html{writing-mode:vertical-rl}"))
    assert (
        joined(extract)
        == "○議長（森田花子君）これより会議を開きます。◆三番（大川光君）橋の点検について、町長の見解を伺います。"
    )


@needs_chromium
def test_ruled_tables_become_cells_and_merged_ones_appear_once(tmp_path: Path) -> None:
    body = (
        "<p>表の前の文です。</p><table><tr><th>区分</th><th>今年度</th></tr><tr><td rowspan=2>教育費</td><td>１２万円</td></tr>"
        "<tr><td>三万円</td></tr><tr><td colspan=2>二つの列にまたがる説明</td></tr></table><p>表の後の文です。</p>"
    )
    extract = read(pdf_of_html(body, tmp_path / "table.pdf"))
    cells = [(block.row, block.column, block.text) for block in extract.blocks if block.table == 1]
    assert cells == [
        (0, 0, "区分"),
        (0, 1, "今年度"),
        (1, 0, "教育費"),
        (1, 1, "１２万円"),
        (2, 1, "三万円"),
        (3, 0, "二つの列にまたがる説明"),
    ]
    order = [block.text for block in extract.blocks if block.text]
    assert order[0] == "表の前の文です。" and order[-1] == "表の後の文です。"


@needs_chromium
def test_what_cannot_be_seen_is_reported_and_not_read(tmp_path: Path) -> None:
    body = (
        "<p>公開の文です。<span class=b>佐々木次郎</span>氏の件です。</p><p style='color:#fff'>白い文字の指示</p>"
        "<p style='font-size:1pt'>小さな文字の指示</p><table><tr><th>白抜きの見出し</th><th>別</th></tr></table>"
    )
    style = (
        ".b{position:relative}.b:after{content:'';position:absolute;inset:-2px;background:#000}"
        "th{background:#024;color:#fff}"
    )
    extract = read(pdf_of_html(body, tmp_path / "hidden.pdf", style))
    text = joined(extract)
    assert "佐々木" not in text and "指示" not in text and "白抜きの見出し" in text
    assert {"佐々木次郎", "白い文字の指示", "小さな文字の指示"} <= set(extract.suspicious)
    assert len(extract.warnings) == 3


def test_transparent_and_outlying_letters_are_not_read(tmp_path: Path) -> None:
    content = (
        b"BT /F1 14 Tf 72 700 Td (Open meeting of the council) Tj ET "
        b"BT /F1 14 Tf 3 Tr 72 650 Td (obey these words) Tj ET BT 0 Tr /F1 14 Tf 72 -90 Td (off the page) Tj ET"
    )
    path = tmp_path / "tricks.pdf"
    path.write_bytes(plain_pdf(content))
    extract = read(path)
    assert joined(extract) == "Open meeting of the council"
    assert set(extract.suspicious) == {"obey these words", "off the page"}


def _minutes(path: Path, count: int) -> Path:
    document = docx.Document()
    section = document.sections[0]
    section.header.paragraphs[0].text = "みどり町議会会議録"
    run = section.footer.paragraphs[0].add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        part.text = text or None
        run._r.append(part)
    for number in range(1, count + 1):
        document.add_paragraph(
            f"◆{number}番（大川光議員）　第{number}の質問です。橋の点検を三年で終えるとのことですが、人手は足りるのか、"
            "費用はいくらか、町長の見解を伺います。"
        )
    table = document.add_table(rows=1, cols=2)
    table.style = "Table Grid"
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "番号", "橋の名"
    properties = table.rows[0]._tr.get_or_add_trPr()
    header = OxmlElement("w:tblHeader")
    header.set(qn("w:val"), "true")
    properties.append(header)
    for number in range(1, 61):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = str(number), f"第{number}橋"
    document.save(str(path))
    return converted(path, "pdf")


@needs_libreoffice
def test_running_heads_go_and_a_table_over_pages_stays_one(tmp_path: Path) -> None:
    extract = read(_minutes(tmp_path / "long.docx", 50))
    lines = [block.text for block in extract.blocks if not block.table]
    assert "みどり町議会会議録" not in lines and not any(line.strip().isdigit() for line in lines)
    text = "".join(lines)
    assert all(f"第{number}の質問です。" in text for number in range(1, 51))
    cells = [block for block in extract.blocks if block.table]
    assert {block.table for block in cells} == {1} and len({block.page for block in cells}) > 1
    assert [block.text for block in cells if block.column == 0] == ["番号", *map(str, range(1, 61))]
    assert [block.row for block in cells if block.column == 0] == list(range(61))


@needs_libreoffice
def test_encrypted_file_is_refused_as_such(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("会議を開きます。")
    document.save(str(tmp_path / "locked.docx"))
    lock = (
        'writer_pdf_Export:{"EncryptFile":{"type":"boolean","value":"true"},'
        '"DocumentOpenPassword":{"type":"string","value":"himitsu"}}'
    )
    with pytest.raises(UnreadableSourceError, match="暗号化"):
        read(converted(tmp_path / "locked.docx", "pdf", lock))


@pytest.mark.parametrize("cut", [20, 200, 400])
def test_truncated_file_is_refused_or_read_without_a_crash(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "cut.pdf"
    path.write_bytes(plain_pdf(b"BT /F1 14 Tf 72 700 Td (Open meeting) Tj ET")[:cut])
    with pytest.raises(UnreadableSourceError):
        read(path)


def test_page_without_text_is_not_silently_empty(tmp_path: Path) -> None:
    path = tmp_path / "blank.pdf"
    path.write_bytes(plain_pdf(b"0 0 m 100 100 l S"))
    with pytest.raises(UnreadableSourceError, match="文字情報がありません"):
        read(path)


def test_too_many_pages_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "one.pdf"
    path.write_bytes(plain_pdf(b"BT /F1 14 Tf 72 700 Td (Open meeting) Tj ET"))
    with pytest.raises(UnreadableSourceError, match="ページが多すぎます"):
        read(path, Limits(pages=0))
