"""What was added to files is read, whatever stood there before."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from eval import blocks
from eval.blocks import BLOCK_BYTES, WINDOW_BYTES, Before

WORD = b"PLANTED-WORD"


def test_only_what_is_new_is_read_with_what_stands_around_it(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.db"
    pages = [bytes([65 + number]) * BLOCK_BYTES for number in range(20)]
    path.write_bytes(b"".join(pages))
    before = Before(tmp_path)
    assert list(before.news(path)) == []
    pages[7] = b"new".ljust(BLOCK_BYTES)
    path.write_bytes(b"".join(pages))
    assert list(before.news(path)) == [b"".join(pages[6:9])]


def test_of_a_new_file_everything_is_read(tmp_path: Path) -> None:
    before = Before(tmp_path)
    (tmp_path / "log").write_bytes(b"line\n" * 10)
    assert list(before.news(tmp_path / "log")) == [b"line\n" * 10]


def test_no_word_is_lost_where_windows_meet(tmp_path: Path) -> None:
    before = Before(tmp_path)
    path = tmp_path / "big"
    for place in (WINDOW_BYTES - 5, WINDOW_BYTES, 2 * WINDOW_BYTES - BLOCK_BYTES - 3):
        content = bytearray(b"-" * (3 * WINDOW_BYTES))
        content[place : place + len(WORD)] = WORD
        path.write_bytes(content)
        windows = list(before.news(path))
        assert any(WORD in window for window in windows)
        assert max(map(len, windows)) <= WINDOW_BYTES + BLOCK_BYTES


@given(
    old=st.lists(st.sampled_from([b"a", b"b", b"c"]), max_size=8),
    new=st.lists(st.sampled_from([b"a", b"b", b"x"]), max_size=8),
    place=st.integers(0, 7 * 4),
)
def test_a_planted_word_is_always_read(
    tmp_path_factory: object, old: list[bytes], new: list[bytes], place: int
) -> None:
    folder = tmp_path_factory.mktemp("f")  # type: ignore[attr-defined]
    path: Path = folder / "file"
    path.write_bytes(b"".join(block * BLOCK_BYTES for block in old))
    before = Before(folder)
    content = bytearray(b"".join(block * BLOCK_BYTES for block in new)) + b"tail"
    at = min(place * (BLOCK_BYTES // 4), len(content))
    content[at:at] = WORD
    path.write_bytes(content)
    assert any(WORD in window for window in before.news(path))


def test_links_are_left_out(tmp_path: Path) -> None:
    outside = tmp_path / "models"
    outside.mkdir()
    (outside / "weights").write_bytes(b"w" * BLOCK_BYTES)
    data = tmp_path / "data"
    data.mkdir()
    (data / "weights").symlink_to(outside / "weights")
    assert blocks.Before(data)._known == set()
