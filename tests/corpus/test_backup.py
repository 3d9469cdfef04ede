"""Back up while serving and changing; restore into an empty and into a used folder; never bring old labels back."""

from __future__ import annotations

import json
import os
import shutil
import tarfile
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from corpus.audit import Audit
from corpus.backup import backup, restore
from corpus.conversations import Turn
from corpus.disclosure import PUBLIC
from corpus.errors import CatalogueError, ConfigurationError, StoreBusyError, StoreDamagedError
from corpus.store import Store
from ingest.job import Order
from ingest.wishes import Change
from tests.corpus.test_audit import ASKED
from tests.stores import IT, OPEN, SALT, STAFF, WELFARE, job, labels, only_document, read_by, take, written

ORDER = Order(label=OPEN, keep=True)
BOOK = written("整備方針", "候補地はどこですか。", "候補地は北町です。")
OTHER = written("別の記録", "道路はどうしますか。", "道路を直します。")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "data", salt=SALT)
    take(opened, tmp_path / "in", {"a.json": BOOK}, ORDER)
    yield opened
    opened.close()


@pytest.fixture
def archive(store: Store, tmp_path: Path) -> Path:
    backup(store, tmp_path / "backup.tar")
    return tmp_path / "backup.tar"


def finished(data: Path, label_log: Path | None = None) -> Store:
    """A restored store as it serves: opened, and what is left to do done."""
    store = Store.open(data, label_log=label_log)
    labels(store).finish()
    return store


def test_a_backup_restored_into_an_empty_folder_is_the_same_store(
    store: Store, archive: Path, tmp_path: Path
) -> None:
    assert restore(archive, tmp_path / "new") == []
    again = finished(tmp_path / "new")
    assert read_by(again, PUBLIC) == read_by(store, PUBLIC)
    assert again.verify() == []
    assert again.catalogue.verify() == []
    assert [path.read_bytes() for path in again.originals.folder.iterdir()] == [
        path.read_bytes() for path in store.originals.folder.iterdir()
    ]
    assert take(again, tmp_path / "in", {}, ORDER)[0][1] == "unchanged"


def test_nobody_but_the_owner_reads_the_file_and_nothing_else_is_left(archive: Path, tmp_path: Path) -> None:
    assert archive.stat().st_mode & 0o077 == 0
    assert not list(tmp_path.glob("*.part"))
    assert not list((tmp_path / "data").glob("snapshot-*"))


def test_what_was_closed_after_the_backup_stays_closed(store: Store, archive: Path, tmp_path: Path) -> None:
    labels(store).change(only_document(store), Change(STAFF, quotes=("候補地は北町です。",)), IT)
    store.close()
    restore(archive, tmp_path / "data")
    restored = Store.open(tmp_path / "data")
    assert "北町" not in read_by(restored, PUBLIC) + read_by(restored, WELFARE)  # before anything is finished
    labels(restored).finish()
    assert "北町" not in read_by(restored, PUBLIC)
    assert "候補地はどこですか。" in read_by(restored, PUBLIC)
    assert "北町" in read_by(restored, WELFARE)
    assert restored.verify() == []


def test_what_was_deleted_after_the_backup_stays_deleted(store: Store, archive: Path, tmp_path: Path) -> None:
    labels(store).remove(only_document(store), IT)
    store.close()
    restore(archive, tmp_path / "data")
    restored = finished(tmp_path / "data")
    assert read_by(restored, PUBLIC) == ""
    assert restored.catalogue.documents() == {}
    assert restored.verify() == []


def test_what_was_opened_by_two_after_the_backup_is_open_again(store: Store, tmp_path: Path) -> None:
    change = labels(store)
    change.change(only_document(store), Change(STAFF), IT)
    backup(store, tmp_path / "closed.tar")
    proposed = change.change(only_document(store), Change(OPEN), IT)
    change.approve(proposed.decision, type(IT)("mori", "森", IT.departments))
    store.close()
    restore(tmp_path / "closed.tar", tmp_path / "data")
    assert "北町" in read_by(finished(tmp_path / "data"), PUBLIC)


def test_documents_taken_after_the_backup_are_gone_and_can_be_taken_again(
    store: Store, archive: Path, tmp_path: Path
) -> None:
    take(store, tmp_path / "in", {"b.json": OTHER}, ORDER)
    store.close()
    moved = restore(archive, tmp_path / "data")
    assert any(name.endswith("catalogue.db") for name in moved)
    restored = finished(tmp_path / "data")
    assert "道路" not in read_by(restored, PUBLIC)
    take(restored, tmp_path / "in", {}, ORDER)
    assert "道路" in read_by(restored, PUBLIC)
    assert restored.verify() == []


def test_what_is_about_people_stays_as_it_is(store: Store, archive: Path, tmp_path: Path) -> None:
    (tmp_path / "data" / "principals.yaml").write_text("people: [now]", encoding="utf-8")
    backup(store, tmp_path / "second.tar")
    (tmp_path / "data" / "principals.yaml").write_text("people: [later]", encoding="utf-8")
    store.close()
    restore(tmp_path / "second.tar", tmp_path / "data")
    assert (tmp_path / "data" / "principals.yaml").read_text(encoding="utf-8") == "people: [later]"
    restore(tmp_path / "second.tar", tmp_path / "new")
    assert (tmp_path / "new" / "principals.yaml").read_text(encoding="utf-8") == "people: [now]"


def test_the_audit_log_of_the_folder_goes_on(store: Store, tmp_path: Path) -> None:
    audit = Audit(store.root / "audit.db")
    audit.record(ASKED)
    backup(store, tmp_path / "a.tar")
    audit.record(ASKED)
    store.close()
    restore(tmp_path / "a.tar", tmp_path / "data")
    assert Audit(tmp_path / "data" / "audit.db").record(ASKED) == 3
    restore(tmp_path / "a.tar", tmp_path / "new")
    assert Audit(tmp_path / "new" / "audit.db").verify() == []
    assert Audit(tmp_path / "new" / "audit.db").record(ASKED) == 2


def test_a_log_of_label_events_on_another_disk_is_respected(tmp_path: Path) -> None:
    log = tmp_path / "elsewhere" / "labels.log"
    log.parent.mkdir()
    store = Store.open(tmp_path / "data", salt=SALT, label_log=log)
    take(store, tmp_path / "in", {"a.json": BOOK}, ORDER)
    backup(store, tmp_path / "b.tar")
    labels(store).change(only_document(store), Change(STAFF), IT)
    store.close()
    shutil.rmtree(tmp_path / "data")
    restore(tmp_path / "b.tar", tmp_path / "data", log)
    assert read_by(finished(tmp_path / "data", log), PUBLIC) == ""


def test_a_folder_of_another_store_is_replaced_as_a_whole(
    store: Store, archive: Path, tmp_path: Path
) -> None:
    other = Store.open(tmp_path / "other", salt="11" * 16)
    take(other, tmp_path / "in2", {"b.json": OTHER}, ORDER)
    other.close()
    moved = restore(archive, tmp_path / "other")
    assert any(name.endswith("labels.log") for name in moved)
    assert read_by(finished(tmp_path / "other"), PUBLIC) == read_by(store, PUBLIC)


# -- refusals ----------------------------------------------------------------------------------


def test_a_damaged_backup_is_refused_and_the_folder_is_as_it_was(
    store: Store, archive: Path, tmp_path: Path
) -> None:
    before = read_by(store, PUBLIC)
    store.close()
    content = bytearray(archive.read_bytes())
    with tarfile.open(archive) as tar:
        places = [(each.name, each.offset_data, each.size) for each in tar if each.size]
    for name, place, size in places:
        broken = content.copy()
        broken[place + size // 2] ^= 1
        archive.write_bytes(broken)
        with pytest.raises((StoreDamagedError, ConfigurationError)):
            restore(archive, tmp_path / "data")
        assert name
    for cut in (0, 10_000, len(content) // 2):
        archive.write_bytes(content[:cut])
        with pytest.raises(StoreDamagedError):
            restore(archive, tmp_path / "data")
    again = Store.open(tmp_path / "data")
    assert read_by(again, PUBLIC) == before
    assert not list((tmp_path / "data").glob("restoring-*"))


def test_a_file_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "evil.tar", "w") as tar:
        (tmp_path / "x").write_text("x")
        tar.add(tmp_path / "x", arcname="../../outside")
    with pytest.raises(StoreDamagedError):
        restore(tmp_path / "evil.tar", tmp_path / "deep" / "data")
    assert not (tmp_path / "outside").exists()


def test_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").symlink_to("/etc")
    with tarfile.open(tmp_path / "evil.tar", "w") as tar:
        tar.add(tmp_path / "x", arcname="originals")
    with pytest.raises(StoreDamagedError):
        restore(tmp_path / "evil.tar", tmp_path / "data")
    assert not (tmp_path / "data" / "originals").is_symlink()


def test_any_other_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"format": 1, "files": {}}))
    with tarfile.open(tmp_path / "other.tar", "w") as tar:
        tar.add(tmp_path / "manifest.json", arcname="manifest.json")
    with pytest.raises(ConfigurationError):
        restore(tmp_path / "other.tar", tmp_path / "data")


def test_a_backup_of_a_newer_program_is_refused_before_anything_moves(store: Store, tmp_path: Path) -> None:
    with store.catalogue.write() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    backup(store, tmp_path / "newer.tar")
    with pytest.raises(CatalogueError, match="9999"):
        restore(tmp_path / "newer.tar", tmp_path / "new")
    assert not (tmp_path / "new" / "catalogue.db").exists()


def test_an_existing_file_is_not_overwritten(store: Store, archive: Path) -> None:
    with pytest.raises(ConfigurationError):
        backup(store, archive)


def test_nobody_restores_over_a_store_that_is_being_served(
    store: Store, archive: Path, tmp_path: Path
) -> None:
    with store.serving(), pytest.raises(StoreBusyError):
        restore(archive, tmp_path / "data")
    with store.writing(), pytest.raises(StoreBusyError):
        restore(archive, tmp_path / "data")


def test_two_backups_at_once_are_one(store: Store, tmp_path: Path) -> None:
    with store.backing_up(), pytest.raises(StoreBusyError):
        backup(store, tmp_path / "b.tar")


# -- under way ---------------------------------------------------------------------------------


def test_backups_made_while_documents_change_are_each_of_one_moment(store: Store, tmp_path: Path) -> None:
    """Every second version of a file says so; a backup holds one version, in catalogue, index and original."""
    stop = threading.Event()

    def change() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            speech = f"第{number}版の候補地は北町です。"
            take(
                store, tmp_path / "in", {"a.json": written("整備方針", "候補地はどこですか。", speech)}, ORDER
            )

    thread = threading.Thread(target=change)
    thread.start()
    try:
        for number in range(6):
            backup(store, tmp_path / f"{number}.tar")
    finally:
        stop.set()
        thread.join()
    for number in range(6):
        restore(tmp_path / f"{number}.tar", tmp_path / str(number))
        restored = finished(tmp_path / str(number))
        assert restored.verify() == []
        (row,) = restored.catalogue.sources().values()
        text = restored.originals.path(row.original).read_text(encoding="utf-8")
        assert all(line in text for line in read_by(restored, PUBLIC).splitlines())
        restored.close()


def test_a_snapshot_that_a_dead_backup_left_goes_with_the_next(store: Store, tmp_path: Path) -> None:
    left = store.root / "snapshot-dead"
    left.mkdir()
    os.link(next(iter(store.originals.folder.iterdir())), left / "x")
    backup(store, tmp_path / "b.tar")
    assert not left.exists()


def test_the_job_takes_up_where_the_backup_was(store: Store, archive: Path, tmp_path: Path) -> None:
    restore(archive, tmp_path / "new")
    again = finished(tmp_path / "new")
    report = job(again).run([tmp_path / "in"], ORDER)
    assert report.embedded == 0


def test_a_conversation_that_was_deleted_does_not_come_back(store: Store, tmp_path: Path) -> None:
    kept = store.conversations()
    said = Turn("丙山主事の処分は。", datetime(2025, 10, 1), {})
    gone, left = (kept.add("sato", said) for _ in range(2))
    backup(store, tmp_path / "backup.tar")
    kept.delete("sato", gone)
    store.close()
    restore(tmp_path / "backup.tar", tmp_path / "data")
    again = Store.open(tmp_path / "data")
    assert [each.id for each in again.conversations().listed("sato", datetime(2000, 1, 1))] == [left]
    again.close()


def test_on_another_machine_the_deletions_of_the_backup_hold(store: Store, tmp_path: Path) -> None:
    kept = store.conversations()
    gone = kept.add("sato", Turn("橋は。", datetime(2025, 10, 1), {}))
    backup(store, tmp_path / "early.tar")
    kept.delete("sato")
    backup(store, tmp_path / "late.tar")
    for archive in (
        "late.tar",
        "early.tar",
    ):  # the earlier one has the conversation, the later one its deletion
        restore(tmp_path / archive, tmp_path / "new")
    again = Store.open(tmp_path / "new")
    assert gone and again.conversations().listed("sato", datetime(2000, 1, 1)) == []
    again.close()


def test_a_deletion_that_cannot_be_noted_is_not_acknowledged(store: Store, tmp_path: Path) -> None:
    kept = store.conversations()
    kept.add("sato", Turn("橋は。", datetime(2025, 10, 1), {}))
    (tmp_path / "data" / "deleted.log").mkdir()
    with pytest.raises(StoreBusyError):
        kept.delete("sato")
    assert len(kept.listed("sato", datetime(2000, 1, 1))) == 1
    (tmp_path / "data" / "deleted.log").rmdir()
