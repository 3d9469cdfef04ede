"""Reading in a child process."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ingest import sandbox
from ingest.errors import SourceUnavailableError, UnreadableSourceError
from ingest.opening import open_source
from ingest.readers import Limits, read
from ingest.sandbox import Reader, open_in_child, read_in_child


@pytest.fixture(autouse=True)
def no_children_left() -> Iterator[None]:
    yield
    sandbox.close_children()


def minutes(path: Path, count: int = 3) -> Path:
    path.write_text("橋の点検は三年で終える予定です。\n" * count, encoding="utf-8")
    return path


def test_child_gives_what_the_reader_gives(tmp_path: Path) -> None:
    text = minutes(tmp_path / "minutes.txt")
    table = tmp_path / "book.csv"
    table.write_text("質問,答弁\n橋は,三年で\n", encoding="utf-8")
    value = tmp_path / "minutes.json"
    value.write_text('{"題": ["会議", 1, null]}', encoding="utf-8")
    for path in (text, table, value):
        assert read_in_child(path) == read(path)


def test_one_child_serves_many_files(tmp_path: Path) -> None:
    reader = Reader()
    for number in range(5):
        reader.read(minutes(tmp_path / f"{number}.txt"))
    child = reader._child
    reader.read(minutes(tmp_path / "last.txt"))
    assert child is not None and reader._child is child
    reader.close()


def test_what_is_wrong_with_a_file_comes_back_as_its_error(tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("{", encoding="utf-8")
    with pytest.raises(UnreadableSourceError, match="JSON"):
        read_in_child(bad)
    with pytest.raises(SourceUnavailableError):
        read_in_child(tmp_path / "gone.txt")


def test_dead_child_is_replaced(tmp_path: Path) -> None:
    reader = Reader()
    path = minutes(tmp_path / "minutes.txt")
    reader.read(path)
    assert reader._child is not None
    os.kill(reader._child.pid, signal.SIGKILL)
    reader._child.wait()
    assert reader.read(path) == read(path)
    reader.close()


def test_child_that_dies_on_a_file_costs_only_that_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Reader()
    path = minutes(tmp_path / "minutes.txt")
    reader.read(path)
    child = reader._child
    assert child is not None

    def dying(*_: object) -> dict[str, object]:
        os.kill(child.pid, signal.SIGSEGV)
        child.wait()
        raise sandbox._Gone

    monkeypatch.setattr(reader, "_ask", dying)
    with pytest.raises(UnreadableSourceError, match="異常終了"):
        reader.read(path)
    monkeypatch.undo()
    assert reader.read(path) == read(path)
    reader.close()


def test_file_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    reader = Reader(Limits(wall_s=0))
    with pytest.raises(UnreadableSourceError, match="時間がかかりすぎます"):
        reader.read(minutes(tmp_path / "long.txt", 200_000))
    assert reader._child is None


def test_file_that_takes_too_much_memory_is_given_up(tmp_path: Path) -> None:
    reader = Reader(Limits(memory_bytes=8 * 1024 * 1024))
    path = tmp_path / "big.json"
    path.write_text("[" + ",".join(['"橋の点検は三年で終える"'] * 600_000) + "]", encoding="utf-8")
    with pytest.raises(UnreadableSourceError):
        reader.read(path)
    reader.close()


def test_processor_time_counts_for_each_file_alone(tmp_path: Path) -> None:
    reader = Reader(Limits(cpu_s=1))
    path = minutes(tmp_path / "minutes.txt", 20_000)
    for _ in range(12):
        reader.read(path)
    reader.close()


def test_threads_that_call_at_once_each_get_their_answer(tmp_path: Path) -> None:
    paths = [minutes(tmp_path / f"{number}.txt", number + 1) for number in range(8)]
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(read_in_child, paths)) == [read(path) for path in paths]


def test_child_gives_the_documents_that_the_parsers_give(tmp_path: Path) -> None:
    path = tmp_path / "0001"
    path.write_text(
        "令和7年第3回みなと台市議会定例会会議録\n令和7年9月8日\n\n○議長（青山太郎君）　開きます。\n"
        "◎市長（山田一郎君）　〔非公開〕お答えします。\n",
        encoding="utf-8",
    )
    opened = open_in_child(path, "会議/本会議.txt")
    assert opened == open_source(path, "会議/本会議.txt")
    assert opened.documents[0].utterances


def test_a_parser_that_does_not_come_back_costs_only_that_file(tmp_path: Path) -> None:
    reader = Reader(Limits(wall_s=1))
    with pytest.raises(UnreadableSourceError, match="時間"):
        reader.open(minutes(tmp_path / "minutes.txt", 2_000_000), "minutes.txt")
    reader.close()
    assert Reader().open(minutes(tmp_path / "small.txt"), "small.txt").documents
