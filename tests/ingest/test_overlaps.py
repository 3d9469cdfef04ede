"""The same text under two labels is found, however it was copied."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from corpus.disclosure import Label, Status
from corpus.model import Document, LabelClaim
from corpus.store import Store
from ingest.job import Order
from ingest.overlaps import overlaps
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
