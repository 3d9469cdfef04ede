"""``toben search``: pages, order, counts and marks on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from corpus.embedding import HashEmbedder
from corpus.store import Store
from ingest.job import Order
from tests.stores import OPEN, SALT, STAFF, take, written

LIGHTS = written("街灯の記録", "街灯の増設について伺います。", "街灯を百二十基設けます。")
ROADS = replace(written("道路の記録", "道路の補修は。", "街灯とともに補修します。"), date=date(2025, 9, 8))
SECRET = written("用地の記録", "街灯の用地は。", "街灯の用地を買います。")

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs ``toben search`` over a small store, as nobody in particular."""
    monkeypatch.setattr("api.wiring.load_embedder", lambda *_, **__: HashEmbedder())
    store = Store.open(tmp_path / "data", salt=SALT)
    take(store, tmp_path / "open", {"a.json": LIGHTS, "b.json": ROADS}, Order(label=OPEN))
    take(store, tmp_path / "closed", {"c.json": SECRET}, Order(label=STAFF))
    store.close()
    return lambda *words: CliRunner().invoke(app, ["search", *words, "--data-dir", str(tmp_path / "data")])


def found(run: Run, *words: str) -> dict[str, Any]:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    body: dict[str, Any] = json.loads(result.stdout)
    return body


def test_a_line_is_counted_sorted_and_paged(run: Run) -> None:
    first = found(run, "街灯 -用地", "--sort", "date_desc", "--top-k", "2")
    second = found(run, "街灯 -用地", "--sort", "date_desc", "--top-k", "2", "--page", "2")
    assert (first["total"], first["next_offset"], second["next_offset"]) == (3, 2, None)
    texts = [passage["text"] for body in (first, second) for passage in body["passages"]]
    assert texts == ["街灯とともに補修します。", "街灯の増設について伺います。", "街灯を百二十基設けます。"]
    assert "request_id" not in first


def test_people_read_what_was_understood_how_many_there_are_and_where_it_goes_on(run: Run) -> None:
    text = run("120基|補修", "--top-k", "1").stdout
    assert "「120基」または「補修」" in text
    assert "3件のうち 1～1件目" in text
    assert "--page 2" in text
    assert "閉じていない" in run("「街灯").stdout


def test_nothing_found_is_said_in_the_usual_words(run: Run) -> None:
    assert "閲覧できる記録の中には見つかりませんでした。" in run("「用地」").stdout


@pytest.mark.parametrize("words", [("街灯", "--sort", "best"), ("街灯", "--page", "0")])
def test_wrong_usage_ends_with_2(run: Run, words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 2
