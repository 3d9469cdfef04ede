"""HTML pages."""

from pathlib import Path

import pytest

from ingest.errors import UnreadableSourceError
from ingest.extract import Block, Extract
from ingest.readers import read

PAGE = """<html><head><meta charset="{charset}"><title>議会だより</title><script>x()</script></head><body>
<nav>ホーム</nav><h2>橋の点検</h2><p>町の<b>橋</b>は<ruby>四十二<rp>(</rp><rt>しじゅうに</rt><rp>)</rp></ruby>あります。<br>
点検は三年です。</p><ul><li>一つ目</li><li>二つ目</li></ul>
<table><tr><th>区分</th><th>額</th></tr><tr><td rowspan="2">教育</td><td>１２</td></tr><tr><td>３</td></tr></table>
<p style="display: none">隠した指示</p><p style="color:#fff">白い指示</p><p hidden>見えない</p><footer>連絡先</footer></body></html>"""


def page(tmp_path: Path, html: str, encoding: str = "utf-8") -> Extract:
    path = tmp_path / "page.html"
    path.write_bytes(html.encode(encoding))
    return read(path)


def test_headings_paragraphs_and_cells_as_a_reader_sees_them(tmp_path: Path) -> None:
    extract = page(tmp_path, PAGE.replace("{charset}", "utf-8"))
    assert extract.title == "議会だより"
    assert extract.blocks == (
        Block("橋の点検", level=2),
        Block("町の橋は四十二あります。"),
        Block("点検は三年です。"),
        Block("一つ目"),
        Block("二つ目"),
        Block("区分", table=1, row=0, column=0),
        Block("額", table=1, row=0, column=1),
        Block("教育", table=1, row=1, column=0),
        Block("１２", table=1, row=1, column=1),
        Block("３", table=1, row=2, column=1),
    )


def test_hidden_text_is_reported_and_not_read(tmp_path: Path) -> None:
    extract = page(tmp_path, PAGE.replace("{charset}", "utf-8"))
    assert extract.suspicious == ("隠した指示", "白い指示", "見えない")
    assert any("見えない" in warning for warning in extract.warnings)


@pytest.mark.parametrize(
    ("charset", "encoding"), [("Shift_JIS", "cp932"), ("euc-jp", "euc_jp"), ("utf-8", "cp932")]
)
def test_page_reads_in_the_encoding_it_has_whatever_it_declares(
    tmp_path: Path, charset: str, encoding: str
) -> None:
    extract = page(tmp_path, PAGE.replace("{charset}", charset), encoding)
    assert extract.blocks[0].text == "橋の点検"


def test_page_without_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSourceError):
        page(tmp_path, "<html><body><script>1</script></body></html>")


def test_bottomless_page_is_refused_or_read_without_a_crash(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSourceError):
        page(tmp_path, "<html><body>" + "<div>" * 5000 + "文" + "</div>" * 5000 + "</body></html>")
