"""速報版 → 確定版 → 訂正版: the newer one is searched, the older one kept for the office."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.disclosure import PUBLIC, Label, Principal, Status
from corpus.embedding import HashEmbedder
from corpus.index.protocol import Probe
from corpus.index.terms import bigram_weights, token_weights
from corpus.reading import Reader
from corpus.store import Store
from ingest.job import Order
from ingest.wishes import Change
from tests.stores import IT, NOW, OPEN, SALT, STAFF, WELFARE, labels, read_by, take, written

DRAFT = replace(
    written("推進会議 会議録（速報版）", "費用はいくらですか。", "速報の三億円です。"), session="第1回"
)
FINAL = replace(
    written("推進会議 会議録（確定版）", "費用はいくらですか。", "確定の二億円です。"), session="第１回"
)
CORRECTED = replace(
    written("推進会議 会議録【訂正版】", "費用はいくらですか。", "訂正の一億円です。"), session="第一回"
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "data", salt=SALT)
    yield opened
    opened.close()


def searched(store: Store, principal: Principal) -> str:
    """The texts that a search for the amount can bring to `principal`."""
    reader = Reader(store, principal, now=lambda: NOW)
    words = token_weights("億円")
    found = reader.candidates(
        Probe(words, bigram_weights("億円です"), words, HashEmbedder().embed_query("億円")), pool=50
    )
    return " ".join(passage.text for passage in reader.passages(found.ids).values())


def test_the_newer_version_is_searched_and_the_older_kept_for_the_office(
    store: Store, tmp_path: Path
) -> None:
    take(store, tmp_path / "in", {"a.json": DRAFT}, Order(label=OPEN))
    assert "速報の三億円" in searched(store, PUBLIC)
    take(store, tmp_path / "in", {"b.json": FINAL}, Order(label=OPEN))
    for principal in (PUBLIC, WELFARE):
        assert "速報の三億円" not in searched(store, principal)
        assert "確定の二億円" in searched(store, principal)
    assert "速報の三億円" not in read_by(store, PUBLIC)
    assert "速報の三億円" in read_by(store, WELFARE)
    assert store.verify() == []


def test_three_versions_taken_at_once_in_any_order_leave_the_newest(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path / "in", {"1.json": CORRECTED, "2.json": DRAFT, "3.json": FINAL}, Order(label=OPEN))
    assert "訂正の一億円" in searched(store, PUBLIC)
    assert "三億円" not in searched(store, WELFARE) + read_by(store, PUBLIC)
    assert "二億円" not in searched(store, WELFARE) + read_by(store, PUBLIC)
    assert not store.catalogue.pending()
    assert store.verify() == []


def test_a_newer_version_that_is_closed_changes_nothing_for_those_who_may_not_read_it(
    store: Store, tmp_path: Path
) -> None:
    take(store, tmp_path / "in", {"a.json": DRAFT}, Order(label=OPEN))
    before = read_by(store, PUBLIC), read_by(store, WELFARE)
    take(store, tmp_path / "closed", {"b.json": FINAL}, Order(label=Label(Status.CLOSED)))
    assert (read_by(store, PUBLIC), read_by(store, WELFARE)) == before
    assert "速報の三億円" in searched(store, PUBLIC)


def test_closing_the_newer_version_does_not_bring_the_older_back_to_the_public(
    store: Store, tmp_path: Path
) -> None:
    take(store, tmp_path / "in", {"a.json": DRAFT, "b.json": FINAL}, Order(label=OPEN))
    (newest,) = (key for key, row in store.catalogue.documents().items() if row.edition == 2)
    labels(store).change(newest, Change(Label(Status.CLOSED)), IT)
    assert read_by(store, PUBLIC) == searched(store, PUBLIC) == ""
    assert store.verify() == []


def test_deleting_the_newer_version_lets_the_office_search_the_older(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path / "in", {"a.json": DRAFT, "b.json": FINAL}, Order(label=OPEN))
    (newest,) = (key for key, row in store.catalogue.documents().items() if row.edition == 2)
    labels(store).remove(newest, IT)
    assert "速報の三億円" in searched(store, WELFARE)
    assert read_by(store, PUBLIC) == ""
    assert store.verify() == []


def test_two_persons_may_open_an_older_version_again(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path / "in", {"a.json": DRAFT, "b.json": FINAL}, Order(label=OPEN))
    (draft,) = (key for key, row in store.catalogue.documents().items() if row.edition == 0)
    change = labels(store)
    change.approve(change.change(draft, Change(OPEN), IT).decision, replace(IT, id="another"))
    assert "速報の三億円" in read_by(store, PUBLIC)
    assert "速報の三億円" not in searched(store, PUBLIC)


def test_two_parts_of_one_sitting_do_not_replace_each_other(store: Store, tmp_path: Path) -> None:
    first = replace(DRAFT, title="推進会議 会議録 その1")
    second = replace(FINAL, title="推進会議 会議録 その2")
    take(store, tmp_path / "in", {"a.json": first, "b.json": second}, Order(label=OPEN))
    assert "三億円" in searched(store, PUBLIC)
    assert "二億円" in searched(store, PUBLIC)


def test_the_reading_copy_does_not_replace_the_master(store: Store, tmp_path: Path) -> None:
    master = replace(DRAFT, title="推進会議 会議録（原本）（速報版）")
    copy = replace(FINAL, title="推進会議 会議録（公開用）（確定版）")
    take(store, tmp_path / "closed", {"a.json": master}, Order(label=STAFF))
    take(store, tmp_path / "in", {"b.json": copy}, Order(label=OPEN))
    assert "速報の三億円" in searched(store, WELFARE)
    assert len({row.record_id for row in store.catalogue.documents().values()}) == 1


def test_records_of_other_collections_do_not_replace_each_other(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path / "in", {"a.json": DRAFT}, Order(label=OPEN))
    take(store, tmp_path / "in2", {"b.json": FINAL}, Order(label=OPEN, collection="学校試行"))
    assert "速報の三億円" in searched(store, PUBLIC)
