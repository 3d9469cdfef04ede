"""What is deleted is gone for every reader at once, and from every file of the store."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from corpus import steps
from corpus.disclosure import PUBLIC
from corpus.embedding import HashEmbedder
from corpus.labels import Act
from corpus.register import events_of
from corpus.store import Store
from ingest.job import Order, Outcome
from ingest.removal import remove
from tests.stores import OPEN, SALT, TODAY, job, read_by, take, written

ORDER = Order(label=OPEN, keep=True)
KEPT = written("公園の話", "公園を直しますか。", "柳の並木を植えます。")
GONE = written("用地の話", "用地は買いますか。", "秘策四八九を買います。")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "data", salt=SALT)
    take(opened, tmp_path / "in", {"kept.json": KEPT, "gone.json": GONE}, ORDER)
    yield opened
    opened.close()


def gone_source(store: Store) -> str:
    return next(s.id for s in store.catalogue.sources().values() if s.name.endswith("gone.json"))


def delete(store: Store) -> None:
    remove(store, HashEmbedder, sources=[gone_source(store)], today=TODAY)


def test_a_deleted_file_is_gone_and_the_rest_stays(store: Store) -> None:
    delete(store)
    assert "秘策" not in read_by(store, PUBLIC)
    assert "柳の並木" in read_by(store, PUBLIC)
    assert store.verify() == []
    assert [s.name for s in store.catalogue.sources().values()] == ["in/kept.json"]


def test_nothing_of_it_is_left_in_any_file(store: Store, tmp_path: Path) -> None:
    before = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert any("秘策四八九".encode() in path.read_bytes() for path in before)
    delete(store)
    store.close()
    after = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert not [path for path in after if "秘策四八九".encode() in path.read_bytes()]
    assert len(list((tmp_path / "data" / "originals").iterdir())) == 1


def test_a_crash_after_the_first_commit_shows_nothing_and_is_finished_by_the_next_run(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(step: str) -> None:
        if step == "written":
            raise Killed

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(steps, "reached", die)
        delete(store)
    assert "秘策" not in read_by(store, PUBLIC)
    take(store, tmp_path / "in2", {})
    assert not store.catalogue.pending()
    assert store.verify() == []


def test_the_deletion_is_recorded(store: Store) -> None:
    document_id = next(k for k, row in store.catalogue.documents().items() if row.title == "用地の話")
    delete(store)
    with store.catalogue.read() as connection:
        event = events_of(connection, document_id)[-1]
    assert event.act is Act.REMOVAL
    assert event.withdrawn


def test_files_that_are_gone_from_a_folder_are_pruned(store: Store, tmp_path: Path) -> None:
    (tmp_path / "in" / "gone.json").unlink()
    report = job(store).run([tmp_path / "in"], ORDER, prune=True)
    assert {r.name: r.outcome for r in report.results} == {
        "in/kept.json": Outcome.UNCHANGED,
        "in/gone.json": Outcome.REMOVED,
    }
    assert "秘策" not in read_by(store, PUBLIC)
    assert store.verify() == []


def test_without_prune_they_stay(store: Store, tmp_path: Path) -> None:
    (tmp_path / "in" / "gone.json").unlink()
    job(store).run([tmp_path / "in"], ORDER)
    assert "秘策" in read_by(store, PUBLIC)


def test_an_empty_folder_prunes_nothing(store: Store, tmp_path: Path) -> None:
    """A share that is not mounted looks like a folder from which everything was deleted."""
    for path in (tmp_path / "in").iterdir():
        path.unlink()
    report = job(store).run([tmp_path / "in"], ORDER, prune=True)
    assert "秘策" in read_by(store, PUBLIC)
    assert len(report.notes) == 1


def test_other_folders_and_collections_are_not_pruned(store: Store, tmp_path: Path) -> None:
    take(store, tmp_path / "other", {"x.json": KEPT}, ORDER)
    take(store, tmp_path / "trial" / "in", {"y.json": KEPT}, Order(collection="学校試行", label=OPEN))
    job(store).run([tmp_path / "in"], ORDER, prune=True)
    assert len(store.catalogue.sources()) == 4


def test_what_somebody_deleted_stays_deleted_though_its_file_is_there(store: Store, tmp_path: Path) -> None:
    delete(store)
    report = job(store).run([tmp_path / "in"], ORDER)
    assert "秘策" not in read_by(store, PUBLIC)
    assert [(r.name, r.outcome, bool(r.reason)) for r in report.results] == [
        ("in/gone.json", Outcome.UNCHANGED, True),
        ("in/kept.json", Outcome.UNCHANGED, False),
    ]
    changed = written("用地の話", "用地は買いますか。", "秘策四八九を二つ買います。")
    take(store, tmp_path / "in", {"gone.json": changed}, ORDER)
    assert "秘策" not in read_by(store, PUBLIC)
    assert store.verify() == []


def test_it_is_taken_again_when_the_operator_says_so(store: Store, tmp_path: Path) -> None:
    delete(store)
    job(store).run([tmp_path / "in"], replace(ORDER, revive=True))
    assert "秘策" in read_by(store, PUBLIC)
    assert job(store).run([tmp_path / "in"], ORDER).count(Outcome.UNCHANGED) == 2
    assert "秘策" in read_by(store, PUBLIC)


def test_a_file_that_comes_back_to_its_folder_is_taken_again(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "in" / "gone.json"
    content = path.read_bytes()
    path.unlink()
    job(store).run([tmp_path / "in"], ORDER, prune=True)
    path.write_bytes(content)
    job(store).run([tmp_path / "in"], ORDER)
    assert "秘策" in read_by(store, PUBLIC)


def test_what_is_deleted_while_its_file_is_being_taken_stays_deleted(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def delete_first(step: str) -> None:
        if step == "embedded":
            monkeypatch.setattr(steps, "reached", lambda _: None)
            delete(store)

    monkeypatch.setattr(steps, "reached", delete_first)
    changed = written("用地の話", "用地は買いますか。", "秘策四八九を二つ買います。")
    take(store, tmp_path / "in", {"gone.json": changed}, ORDER)
    assert "秘策" not in read_by(store, PUBLIC)
    assert store.verify() == []


def test_replacing_a_file_replaces_its_kept_copy(store: Store, tmp_path: Path) -> None:
    take(
        store,
        tmp_path / "in",
        {"gone.json": written("用地の話", "中止しましたか。", "中止しました。")},
        ORDER,
    )
    originals = [path.read_text(encoding="utf-8") for path in (tmp_path / "data" / "originals").iterdir()]
    assert len(originals) == 2
    assert not any("秘策" in text for text in originals)


def test_taking_with_copies_after_taking_without_keeps_them(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "data2", salt=SALT)
    take(store, tmp_path / "in", {"kept.json": KEPT}, Order(label=OPEN))
    take(store, tmp_path / "in", {}, ORDER)
    sources = store.catalogue.sources().values()
    assert all(source.original for source in sources)
    assert all(store.originals.path(source.original).is_file() for source in sources)


def test_a_refused_file_leaves_no_copy(store: Store, tmp_path: Path) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "bad.json").write_text("{", encoding="utf-8")
    report = job(store).run([tmp_path / "bad"], ORDER)
    assert report.count(Outcome.REFUSED) == 1
    assert len(list((tmp_path / "data" / "originals").iterdir())) == 2
