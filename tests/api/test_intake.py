"""``toben ingest``, ``collection``, ``delete``, ``backup`` and ``restore`` as an operator runs them."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result as Ended
from typer.testing import CliRunner

import api.console
from api.cli import app
from api.commands.intake import print_report
from api.wiring import Wiring
from corpus.disclosure import PUBLIC
from corpus.embedding import HashEmbedder
from corpus.store import Store
from ingest import sandbox
from ingest.report import Outcome, Report, Result
from ingest.runs import runs
from tests.stores import read_by

MINUTES = """令和7年第3回みなと台市議会定例会会議録
令和7年9月8日

○議長（青山太郎君）　これより本日の会議を開きます。
◎市長（山田一郎君）　定員を{n}名増やしてまいります。
"""
Toben = Callable[..., Ended]


@pytest.fixture
def toben(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Toben:
    """Runs a command over a data folder of its own, with an embedder that needs no model."""
    monkeypatch.setattr(Wiring, "embedder", HashEmbedder())
    monkeypatch.setattr("api.wiring.RESERVE_BYTES", 0)

    def run(*arguments: object) -> Ended:
        words = [str(each) for each in arguments]
        return CliRunner().invoke(app, [*words, "--data-dir", str(tmp_path / "data")])

    yield run
    sandbox.close_children()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "files"
    made.mkdir()
    (made / "minutes.txt").write_text(MINUTES.format(n=120), encoding="utf-8")
    return made


def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "data")


def counts(ended: Ended) -> tuple[int, int, int, int]:
    found: dict[str, Any] = json.loads(ended.stdout)
    return found["taken"], found["unchanged"], found["refused"], found["removed"]


def test_a_run_without_refusals_ends_with_0_and_one_with_them_with_1(toben: Toben, folder: Path) -> None:
    ended = toben("ingest", folder, "--label", "open", "--json")
    assert (ended.exit_code, counts(ended)) == (0, (1, 0, 0, 0))
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7")
    ended = toben("ingest", folder, "--label", "open", "--json")
    assert (ended.exit_code, counts(ended)) == (1, (0, 1, 1, 0))
    reasons = {file["name"]: file["reason"] for file in json.loads(ended.stdout)["files"]}
    assert "PDF" in reasons["files/broken.pdf"]


def test_a_path_that_is_not_there_and_a_wrong_label_end_with_2(toben: Toben, folder: Path) -> None:
    assert toben("ingest", folder / "nothing").exit_code == 2
    assert toben("ingest", folder, "--label", "public").exit_code == 2


def test_pruning_and_deleting(toben: Toben, folder: Path, tmp_path: Path) -> None:
    (folder / "second.txt").write_text(MINUTES.format(n=150), encoding="utf-8")
    toben("ingest", folder, "--label", "open")
    (folder / "second.txt").unlink()
    assert counts(toben("ingest", folder, "--label", "open", "--prune", "--json")) == (0, 1, 0, 1)
    assert "150名" not in read_by(store(tmp_path), PUBLIC)
    assert toben("delete", "files/nothing.txt", "--yes").exit_code == 2
    assert toben("delete", "files/minutes.txt", "--yes").exit_code == 0
    assert read_by(store(tmp_path), PUBLIC) == ""


def test_a_collection_is_set_listed_and_asked(toben: Toben, folder: Path, tmp_path: Path) -> None:
    assert (
        toben("collection", "set", "学校試行", "--department", "指導課", "--default", "open").exit_code == 0
    )
    toben("ingest", folder, "--collection", "学校試行")
    listed = json.loads(toben("collection", "list", "--json").stdout)["collections"]
    assert listed == [{"name": "学校試行", "department": "指導課", "default": "open", "documents": 1}]
    found = json.loads(toben("search", "定員を増やす", "--collection", "学校試行", "--json").stdout)[
        "passages"
    ]
    assert found
    assert not json.loads(toben("search", "定員を増やす", "--collection", "全庁", "--json").stdout)[
        "passages"
    ]
    assert toben("collection", "set", "学校試行", "--default", "public").exit_code == 2
    assert "1件" in toben("collection", "set", "学校試行", "--department", "指導課").stdout
    assert read_by(store(tmp_path), PUBLIC) == ""


def test_backup_and_restore(toben: Toben, folder: Path, tmp_path: Path) -> None:
    toben("ingest", folder, "--label", "open")
    assert toben("backup", tmp_path / "b.tar").exit_code == 0
    toben("delete", "files/minutes.txt", "--yes")
    ended = toben("restore", tmp_path / "b.tar", "--yes")
    assert ended.exit_code == 0, ended.output
    assert read_by(store(tmp_path), PUBLIC) == ""  # it was deleted since
    (tmp_path / "b.tar").write_bytes(b"x")
    assert toben("restore", tmp_path / "b.tar", "--yes").exit_code == 2


def test_watching_takes_what_comes_and_what_goes(toben: Toben, folder: Path, tmp_path: Path) -> None:
    def office() -> None:
        """Somebody at work in the folder, until both changes have been taken; then Ctrl+C."""
        try:
            wait(lambda: "120名" in shown())
            (folder / "minutes.txt").unlink()
            (folder / "new.txt").write_text(MINUTES.format(n=170), encoding="utf-8")
            wait(lambda: "170名" in shown() and "120名" not in shown())
        finally:
            if signal.getsignal(signal.SIGINT) is not handlers[0]:  # the command is listening
                os.kill(os.getpid(), signal.SIGINT)

    def shown() -> str:
        opened = store(tmp_path)
        try:
            return read_by(opened, PUBLIC)
        finally:
            opened.close()

    def wait(done: Callable[[], bool]) -> None:
        end = time.monotonic() + 90
        while time.monotonic() < end and not done():
            time.sleep(0.3)

    thread = threading.Thread(target=office)
    handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    thread.start()
    ended = toben("ingest", folder, "--label", "open", "--watch", "--prune", "--json")
    signal.signal(signal.SIGINT, handlers[0])
    signal.signal(signal.SIGTERM, handlers[1])
    thread.join()
    assert ended.exit_code == 0, ended.output
    assert ended.stdout.count('"publishing": ') >= 2
    assert {run.origin.value for run in runs(store(tmp_path).catalogue)} == {"command", "watch"}
    assert "170名" in shown()
    assert "120名" not in shown()


def test_the_table_fits_80_columns_and_names_every_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.commands.intake.out", narrow := api.console.Console(width=80, record=True))
    results = [
        Result(f"資料/とても長い名前の会議録ファイル{n}" + "の" * 40 + ".pdf", Outcome.TAKEN, 1, 20, 300)
        for n in range(3)
    ]
    results += [Result(f"f/[red]{n}\x1b[31m.pdf", Outcome.REFUSED, reason=f"理由{n}。") for n in range(250)]
    results += [Result(f"f/{n}.txt", Outcome.UNCHANGED) for n in range(300)]
    print_report(Report(results=results, notes=["残しました。"], seconds=1.5))
    text = narrow.export_text()
    assert all(api.console.Console().measure(line).maximum <= 80 for line in text.splitlines())
    assert all(f"理由{n}。" in text for n in range(250))
    assert "\x1b" not in text
    assert "[red]" in text
    assert "取り込めず 250件" in text
    assert "内訳（秒）：読み取り 0.0" in text
    assert "変更なし 300件" in text
