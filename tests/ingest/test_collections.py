"""A collection's default: what nobody else speaks of lives by it; stricter acts at once, wider opens nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.catalogue import CollectionRow
from corpus.disclosure import PUBLIC, Principal
from corpus.embedding import HashEmbedder
from corpus.errors import ConfigurationError
from corpus.store import Store
from ingest.collections import holdings, put_collection
from ingest.job import Order, Outcome
from ingest.wishes import Change
from tests.stores import IT, OPEN, SALT, STAFF, TODAY, WELFARE, labels, only_document, read_by, take, written

TRIAL = "学校試行"
NOTE = written("配付資料", "端末は四月に配ります。", "保護者には三月に知らせます。", department="")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "data", salt=SALT)
    yield opened
    opened.close()


def put(store: Store, default: str, department: str = "情報政策課") -> int:
    return put_collection(store, HashEmbedder, CollectionRow(TRIAL, department, default), lambda: TODAY)


def taken(store: Store, tmp_path: Path, order: Order | None = None) -> list[Outcome]:
    order = order or Order(collection=TRIAL)
    return [outcome for _, outcome, _ in take(store, tmp_path / "files", {"note.json": NOTE}, order)]


def test_without_a_default_only_the_department_of_the_collection_reads(store: Store, tmp_path: Path) -> None:
    put(store, "")
    taken(store, tmp_path)
    assert "端末" in read_by(store, IT)
    assert read_by(store, WELFARE) == read_by(store, PUBLIC) == ""


@pytest.mark.parametrize(
    ("default", "readers"),
    [("open", [PUBLIC, WELFARE, IT]), ("staff", [WELFARE, IT]), ("closed", [IT])],
)
def test_the_default_says_who_reads(
    store: Store, tmp_path: Path, default: str, readers: list[Principal]
) -> None:
    put(store, default)
    taken(store, tmp_path)
    assert [p for p in (PUBLIC, WELFARE, IT) if "端末" in read_by(store, p)] == readers


def test_a_stricter_default_acts_at_once(store: Store, tmp_path: Path) -> None:
    put(store, "open")
    taken(store, tmp_path)
    assert put(store, "staff") == 1
    assert read_by(store, PUBLIC) == ""
    assert "端末" in read_by(store, WELFARE)
    assert store.verify() == []
    assert not store.catalogue.pending()


def test_a_wider_default_opens_nothing_that_is_here_already(store: Store, tmp_path: Path) -> None:
    put(store, "staff")
    taken(store, tmp_path)
    assert put(store, "open") == 0
    labels(store).change(only_document(store), Change(STAFF, quotes=("三月に知らせます。",)), IT)
    assert read_by(store, PUBLIC) == ""
    assert "端末" in read_by(store, WELFARE)


def test_files_taken_again_by_the_operator_follow_a_wider_default(store: Store, tmp_path: Path) -> None:
    put(store, "staff")
    taken(store, tmp_path)
    put(store, "open")
    assert taken(store, tmp_path) == [Outcome.TAKEN]
    assert "端末" in read_by(store, PUBLIC)
    assert taken(store, tmp_path) == [Outcome.UNCHANGED]


def test_what_one_person_hands_in_again_does_not_follow_a_wider_default(store: Store, tmp_path: Path) -> None:
    put(store, "staff")
    taken(store, tmp_path)
    put(store, "open")
    taken(store, tmp_path, Order(collection=TRIAL, trusted=False))
    assert read_by(store, PUBLIC) == ""


def test_a_document_that_somebody_spoke_of_does_not_live_by_the_default(store: Store, tmp_path: Path) -> None:
    put(store, "open")
    taken(store, tmp_path, Order(collection=TRIAL, label=OPEN))
    assert put(store, "closed") == 0
    assert "端末" in read_by(store, PUBLIC)


def test_a_default_that_is_no_label_is_refused(store: Store) -> None:
    with pytest.raises(ConfigurationError):
        put(store, "public")


def test_the_list_counts_the_documents_of_every_collection(store: Store, tmp_path: Path) -> None:
    put(store, "staff")
    taken(store, tmp_path)
    taken(store, tmp_path, Order(label=OPEN))
    listed = [(each.collection.name, each.collection.default, each.documents) for each in holdings(store)]
    assert listed == [("全庁", "", 1), (TRIAL, "staff", 1)]
