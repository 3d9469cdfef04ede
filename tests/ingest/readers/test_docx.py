"""Word files."""

import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt, RGBColor

from ingest.errors import UnreadableSourceError
from ingest.extract import Block
from ingest.readers import read


def texts(path: Path) -> list[str]:
    return [block.text for block in read(path).blocks]


def test_headings_paragraphs_and_merged_cells(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("みどり町計画", 1)
    document.add_paragraph("橋は四十二あります。")
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "見出し"
    table.cell(1, 0).text, table.cell(1, 1).text = "左", "右"
    path = tmp_path / "plan.docx"
    document.save(str(path))
    assert read(path).blocks == (
        Block("みどり町計画", level=1),
        Block("橋は四十二あります。"),
        Block("見出し", table=1, row=0, column=0),
        Block("左", table=1, row=1, column=0),
        Block("右", table=1, row=1, column=1),
    )


def test_tracked_changes_read_as_accepted_with_a_warning(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("費用は")
    for tag, word, leaf in (("w:del", "百万円", "w:delText"), ("w:ins", "八百万円", "w:t")):
        change = OxmlElement(tag)
        run, text = OxmlElement("w:r"), OxmlElement(leaf)
        text.text = word
        run.append(text)
        change.append(run)
        paragraph._p.append(change)
    path = tmp_path / "tracked.docx"
    document.save(str(path))
    assert texts(path) == ["費用は八百万円"]
    assert any("変更履歴" in warning for warning in read(path).warnings)


def test_hidden_white_and_tiny_words_are_reported_and_not_read(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("公開の文です。")
    hidden, white, tiny = (paragraph.add_run(word) for word in ("隠し", "白字", "極小"))
    hidden.font.hidden = True
    white.font.color.rgb = RGBColor(255, 255, 255)
    tiny.font.size = Pt(1)
    path = tmp_path / "hidden.docx"
    document.save(str(path))
    extract = read(path)
    assert [block.text for block in extract.blocks] == ["公開の文です。"]
    assert extract.suspicious == ("隠し白字極小",) and extract.warnings


def test_automatic_numbers_are_part_of_the_text(tmp_path: Path) -> None:
    document = docx.Document()
    numbering = document.part.numbering_part.element
    numbering.insert(
        0,
        parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
            '<w:numFmt w:val="decimalFullWidth"/><w:lvlText w:val="（%1）"/></w:lvl></w:abstractNum>'
        ),
    )
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    for word in ("橋の点検", "港の改修"):
        paragraph = document.add_paragraph(word)
        properties = paragraph._p.get_or_add_pPr()
        properties.append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="90"/></w:numPr>')
        )
    path = tmp_path / "numbered.docx"
    document.save(str(path))
    assert texts(path) == ["（１）\u3000橋の点検", "（２）\u3000港の改修"]


def test_text_boxes_content_controls_and_ruby_are_read_once(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph()
    paragraph._p.append(
        parse_xml(
            f"<w:r {nsdecls('w')}><w:ruby><w:rt><w:r><w:t>はし</w:t></w:r></w:rt>"
            "<w:rubyBase><w:r><w:t>橋</w:t></w:r></w:rubyBase></w:ruby></w:r>"
        )
    )
    document.element.body.insert(
        1,
        parse_xml(
            f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>枠の中の文</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        ),
    )
    path = tmp_path / "boxes.docx"
    document.save(str(path))
    assert texts(path) == ["橋", "枠の中の文"]


def test_entities_bombs_and_crowds_are_refused(tmp_path: Path) -> None:
    good = tmp_path / "good.docx"
    docx.Document().save(str(good))
    for name, change, reason in (
        ("entity.docx", {"word/document.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}, "実体"),
        ("bomb.docx", {"word/media.bin": b"\x00" * 60_000_000}, "圧縮率"),
        ("crowd.docx", {f"word/{n}.bin": b"" for n in range(2100)}, "多すぎ"),
    ):
        path = tmp_path / name
        with zipfile.ZipFile(good) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
            for item in source.namelist():
                if item not in change:
                    target.writestr(item, source.read(item))
            for item, data in change.items():
                target.writestr(item, data)
        with pytest.raises(UnreadableSourceError, match=reason):
            read(path)


def test_damaged_archive_is_refused(tmp_path: Path) -> None:
    good = tmp_path / "good.docx"
    docx.Document().save(str(good))
    data = bytearray(good.read_bytes())
    data[200:400] = b"\x00" * 200
    bad = tmp_path / "bad.docx"
    bad.write_bytes(bytes(data))
    with pytest.raises(UnreadableSourceError):
        read(bad)
    assert qn("w:p")  # the namespace helper is the one the reader uses
