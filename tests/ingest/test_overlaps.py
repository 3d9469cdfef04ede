"""The same text under two labels is found, however it was copied."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.cli import app
from corpus.disclosure import Label, Status
from corpus.embedding import HashEmbedder
from corpus.model import Document, LabelClaim
from corpus.store import Store
from ingest.job import Order
from ingest.overlaps import Glance, glance, overlaps
from tests.stores import SALT, STAFF, take, written

SECRET = "移転先の候補地は北町の旧工場跡地とし、用地の価格は三億円を上限として地権者と話し合う。"
CLOSED = (LabelClaim(Label(Status.CLOSED), "form"),)
OPENED = (LabelClaim(Label(Status.OPEN), "form"),)
FOR_STAFF = (LabelClaim(STAFF, "form"),)


def record(title: str, *speeches: str, claims: tuple[LabelClaim, ...]) -> Document:
    """A document of a meeting of its own."""
    return replace(written(title, *speeches, claims=claims), meeting=title)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "data", salt=SALT)
    yield opened
    opened.close()


def test_closed_text_that_another_document_shows_is_found(store: Store, tmp_path: Path) -> None:
    copied = SECRET.replace("三億円", "３億円").replace("、", "，")
    take(
        store,
        tmp_path / "files",
        {
            "closed.json": record("用地検討会議", "開会する。", SECRET, claims=CLOSED),
            "open.json": record("市の広報", "お知らせです。", f"会議では、{copied}以上です。", claims=OPENED),
            "other.json": record("別の記録", "道路の補修を進める。来年度の予算で行う。", claims=OPENED),
        },
        Order(),
    )
    (found,) = overlaps(store.catalogue)
    assert (found.closed.title, found.open.title) == ("用地検討会議", "市の広報")
    assert 0.6 <= found.share < 1


def test_what_its_readers_may_read_anyway_is_no_overlap(store: Store, tmp_path: Path) -> None:
    documents = {
        "a.json": record("用地検討会議", "開会する。", SECRET, claims=CLOSED),
        "b.json": record("検討の控え", "控えです。", SECRET, claims=CLOSED),
    }
    take(store, tmp_path / "files", documents, Order())
    assert overlaps(store.catalogue) == []


def test_text_for_all_staff_shows_what_is_for_one_department(store: Store, tmp_path: Path) -> None:
    documents = {
        "a.json": record("用地検討会議", "開会する。", SECRET, claims=CLOSED),
        "b.json": record("庁内通知", "通知です。", SECRET, claims=FOR_STAFF),
    }
    take(store, tmp_path / "files", documents, Order())
    assert [(each.closed.title, each.open.title) for each in overlaps(store.catalogue)] == [
        ("用地検討会議", "庁内通知")
    ]


def only(store: Store, title: str) -> list[str]:
    """The ids of the documents of that title."""
    return [key for key, row in store.catalogue.documents().items() if row.title == title]


@pytest.mark.parametrize("new", ["用地検討会議", "市の広報"], ids=["the closed one", "the open one"])
def test_a_glance_at_a_new_document_finds_the_other_on_either_side(
    store: Store, tmp_path: Path, new: str
) -> None:
    documents = {
        "closed.json": record("用地検討会議", "開会する。", SECRET, claims=CLOSED),
        "open.json": record("市の広報", "お知らせです。", f"会議では、{SECRET}以上です。", claims=OPENED),
        "other.json": record("別の記録", "道路の補修を進める。来年度の予算で行う。", claims=OPENED),
    }
    take(store, tmp_path / "files", documents, Order())
    seen = glance(store, only(store, new))
    assert list(seen.found) == overlaps(store.catalogue) and len(seen.found) == 1
    assert glance(store, only(store, "別の記録")) == Glance(())


def test_a_glance_leaves_out_what_is_beyond_its_cost_and_says_so(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    speeches = [f"第{n}の論点は、{SECRET}" for n in range(6)]
    take(store, tmp_path / "a", {"a.json": record("控え", *speeches, claims=CLOSED)}, Order())
    take(store, tmp_path / "b", {"b.json": record("市の広報", SECRET, claims=OPENED)}, Order())
    monkeypatch.setattr("ingest.overlaps.GLANCED", 2)
    seen = glance(store, only(store, "控え"))
    assert (len(seen.found), seen.passed_over) == (2, 4)


def test_of_many_open_passages_none_is_passed_over_where_all_closed_ones_were_looked_at(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = {
        "a.json": record("用地検討会議", "開会する。", SECRET, claims=CLOSED),
        "b.json": record("市の広報", *(f"第{n}のお知らせです。" for n in range(6)), SECRET, claims=OPENED),
    }
    take(store, tmp_path / "files", documents, Order())
    monkeypatch.setattr("ingest.overlaps.GLANCED", 2)
    seen = glance(store, list(store.catalogue.documents()))
    assert (len(seen.found), seen.passed_over) == (1, 0)


def test_an_ingest_tells_of_it_at_its_end_in_places_and_not_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.wiring.RESERVE_BYTES", 0)
    monkeypatch.setattr("api.wiring.load_embedder", lambda *_, **__: HashEmbedder())
    for name, text in (("closed", SECRET), ("open", f"お知らせ\n{SECRET}")):
        (tmp_path / f"{name}.txt").write_text(f"{name}の文書\n\n{text}\n", encoding="utf-8")

    def ingest(name: str) -> dict[str, Any]:
        words = ["ingest", str(tmp_path / f"{name}.txt"), "--label", name, "--department", "総務課", "--json"]
        ended = CliRunner().invoke(app, [*words, "--data-dir", str(tmp_path / "data")])
        assert ended.exit_code == 0, ended.output
        return dict(json.loads(ended.stdout))

    assert ingest("closed")["notes"] == []
    (note,) = ingest("open")["notes"]
    assert "toben overlaps" in note
    assert "北町" not in note and "の文書" not in note.replace("別の文書", "")
    assert ingest("open")["notes"] == []  # nothing was taken anew


def test_the_command_names_the_places_and_not_the_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.wiring.RESERVE_BYTES", 0)
    made = Store.open(tmp_path / "data", salt=SALT)
    documents = {
        "a.json": record("用地検討会議", "開会する。", SECRET, claims=CLOSED),
        "b.json": record("市の広報", "お知らせです。", SECRET, claims=OPENED),
    }
    take(made, tmp_path / "files", documents, Order())
    made.close()
    ended = CliRunner().invoke(app, ["overlaps", "--data-dir", str(tmp_path / "data")])
    assert ended.exit_code == 1, ended.output
    assert "用地検討会議" in ended.stdout and "市の広報" in ended.stdout
    assert "北町" not in ended.stdout
    ended = CliRunner().invoke(app, ["overlaps", "--json", "--data-dir", str(tmp_path / "data")])
    (found,) = json.loads(ended.stdout)["overlaps"]
    assert (found["closed"]["audience"], found["open"]["audience"]) == ("dept:情報政策課", "public")
