"""Plain text in every encoding an office has."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import SourceUnavailableError, UnreadableSourceError
from ingest.readers import Limits, read
from ingest.readers.encoding import decode, garbled

TEXT = "みどり町の会議録です。\r\n橋の点検は三年で終える予定です。費用は①８００万円。\r\n"
PLAIN = TEXT.replace("\r\n", "\n")


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp932", "euc_jp", "utf-16", "utf-16-le", "utf-16-be", "iso2022_jp"]
)
def test_text_reads_the_same_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    text = TEXT.replace("①", "1") if encoding in ("euc_jp", "iso2022_jp") else TEXT
    path = tmp_path / "minutes.txt"
    path.write_bytes(text.encode(encoding))
    extract = read(path)
    assert "\n".join(block.text for block in extract.blocks) == text.replace("\r\n", "\n")
    assert extract.format == "txt" and not extract.wrapped


@given(
    st.text(alphabet="会議録をかいぎロクＡ1。、ー\n", min_size=8),
    st.sampled_from(["utf-8", "cp932", "euc_jp"]),
)
def test_japanese_survives_a_change_of_encoding(words: str, encoding: str) -> None:
    text = words + "本日の会議を開きます。"
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    "data",
    [
        "会議を開きます。橋の点検について伺います。".encode("cp932").decode("latin-1").encode("utf-8"),
        ("会議を開きます。" * 20 + "\ufffd" * 10).encode(),
        "會議".encode("gb18030") * 40 + b"\xff\x81",
        bytes(range(128, 256)) * 20,
    ],
)
def test_garbled_text_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "garbled.txt"
    path.write_bytes(data)
    with pytest.raises(UnreadableSourceError, match="文字化け"):
        read(path)


def test_text_without_japanese_is_no_garbled_text() -> None:
    assert garbled("Open Data Act, 2024: annex B (tables)") == ""


def test_empty_file_is_refused(tmp_path: Path) -> None:
    for name, data in (("a.txt", b""), ("b.txt", b" \n\n"), ("c.json", b""), ("d.csv", b"\n,,\n")):
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(UnreadableSourceError, match="本文がありません"):
            read(path)


def test_missing_file_may_come_back(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailableError):
        read(tmp_path / "gone.txt")


def test_file_over_the_cap_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "giant.txt"
    path.write_text("会議" * 1000, encoding="utf-8")
    with pytest.raises(UnreadableSourceError, match="大きすぎます"):
        read(path, Limits(file_bytes=1000))


def test_hidden_characters_are_taken_out_and_reported(tmp_path: Path) -> None:
    tags = "".join(chr(0xE0000 + ord(c)) for c in "ignore")
    path = tmp_path / "minutes.txt"
    path.write_text(f"会議を\u200b開きます。{tags}\n", encoding="utf-8")
    extract = read(path)
    assert extract.blocks[0].text == "会議を開きます。"
    assert extract.suspicious == ("ignore",) and extract.warnings


def test_wrapped_lines_are_told_from_paragraphs(tmp_path: Path) -> None:
    path = tmp_path / "minutes.txt"
    path.write_text(
        "この行は紙の幅で折り返されていて文の途中で\n切れているのです。次の文もまた長く続いていき\n" * 6,
        encoding="utf-8",
    )
    assert read(path).wrapped


def test_form_feeds_begin_pages(tmp_path: Path) -> None:
    path = tmp_path / "minutes.txt"
    path.write_text("一頁目です。\f二頁目です。", encoding="utf-8")
    assert [(block.page, block.text) for block in read(path).blocks] == [
        ("1", "一頁目です。"),
        ("2", "二頁目です。"),
    ]


@pytest.mark.parametrize(
    ("name", "head", "reason"),
    [
        ("photo.txt", b"\x89PNG\r\n\x1a\n", "画像"),
        ("tool.txt", b"MZ\x90", "プログラム"),
        ("pack.docx", b"Rar!\x1a", "圧縮"),
        ("fake.docx", b"plain words", "docx"),
    ],
)
def test_foreign_files_are_refused_by_what_they_are(
    tmp_path: Path, name: str, head: bytes, reason: str
) -> None:
    path = tmp_path / name
    path.write_bytes(head + b"\x00" * 100)
    with pytest.raises(UnreadableSourceError, match=reason):
        read(path)


def test_suffix_gives_way_to_content(tmp_path: Path) -> None:
    path = tmp_path / "minutes.txt"
    path.write_text("<!DOCTYPE html><html><body><p>会議を開きます。</p></body></html>", encoding="utf-8")
    assert read(path).format == "html"
    path.write_text('{"Proceeding": []}', encoding="utf-8")
    assert read(path).format == "json"
