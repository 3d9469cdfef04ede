"""A store whose files are damaged, gone, read-only or without room: refused, repaired, or served as far as it goes."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from corpus.disclosure import MARK, PUBLIC
from corpus.embedding import HashEmbedder
from corpus.errors import StoreDamagedError, StoreFullError, StoreReadOnlyError
from corpus.index.shard import RULE
from corpus.reading import Reader
from corpus.store import Store
from ingest.job import Order
from ingest.wishes import Change
from tests.stores import (
    IT,
    OPEN,
    SALT,
    STAFF,
    WELFARE,
    job,
    labels,
    marked,
    only_document,
    read_by,
    take,
    written,
)

BOOK = written("整備方針", "候補地はどこですか。", "候補地は北町です。")
INSIDE = written("内部の記録", "日程はいつですか。", "日程は五月です。")


def made(root: Path) -> Path:
    """A data folder with a public record and one for staff."""
    store = Store.open(root / "data", salt=SALT)
    take(store, root / "in", {"a.json": BOOK}, Order(label=OPEN))
    take(store, root / "staff", {"b.json": INSIDE}, Order(label=STAFF))
    store.close()
    return root / "data"


def opened(data: Path) -> Store:
    return Store.open(data, salt=SALT)


# -- written by an earlier rule ------------------------------------------------------------------


def made_before(root: Path) -> Path:
    """A data folder as an earlier program left it, with a closed name in a field that it did not screen."""
    store = Store.open(root / "data", salt=SALT)
    secret = replace(
        marked(written("整備方針", "候補地は北町小学校です。"), "北町小学校"), meeting="北町小学校検討会"
    )
    take(store, root / "in", {"a.json": BOOK}, Order(label=OPEN))
    take(store, root / "in", {"b.json": secret}, Order(label=OPEN))
    with store.catalogue.write() as connection:
        connection.exec_driver_sql("DELETE FROM state WHERE name = 'rule'")
        connection.exec_driver_sql(
            "UPDATE documents SET meeting = '北町小学校検討会' WHERE meeting LIKE '%検討会'"
        )
        connection.exec_driver_sql(
            """UPDATE generations SET manifest = replace(manifest, '"rule": 1', '"rule": 0')"""
        )
    store.close()
    return root / "data"


def meetings(store: Store) -> list[str]:
    return sorted(row.meeting for row in Reader(store, PUBLIC).documents().values())


def test_what_an_earlier_rule_has_cut_is_closed_and_its_index_not_searched(tmp_path: Path) -> None:
    store = opened(made_before(tmp_path))
    assert meetings(store) == ["推進会議"]
    assert sorted(store.index().damaged) == ["dept:情報政策課", "public"]
    assert all("toben index rebuild" in fault for fault in store.index().damaged.values())
    assert store.catalogue.unfinished()
    store.close()


def test_it_is_made_anew_by_whoever_publishes_next(tmp_path: Path) -> None:
    store = opened(made_before(tmp_path))
    labels(store).finish()
    assert meetings(store) == [f"{MARK}検討会", "推進会議"]
    assert (store.index().damaged, store.verify(), store.catalogue.unfinished()) == ({}, [], False)
    assert "北町小学校" in read_by(store, IT)
    store.close()
    assert not opened(tmp_path / "data").catalogue.unfinished()


def test_a_search_on_the_command_line_makes_it_anew_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.wiring.load_embedder", lambda *_, **__: HashEmbedder())
    data = made_before(tmp_path)
    ended = CliRunner().invoke(app, ["search", "候補地", "--json", "--data-dir", str(data)])
    assert ended.exit_code == 0
    assert f"{MARK}検討会" in ended.stdout
    assert "北町小学校" not in ended.stdout


def test_a_change_writes_the_shards_of_an_earlier_rule_anew(tmp_path: Path) -> None:
    store = opened(made_before(tmp_path))
    take(store, tmp_path / "more", {"c.json": INSIDE}, Order(label=STAFF))
    generation = store.catalogue.generation()
    assert generation is not None
    assert {fact["rule"] for fact in generation.manifest.values()} == {RULE}


# -- damage ------------------------------------------------------------------------------------


def test_a_catalogue_that_is_no_database_is_refused(tmp_path: Path) -> None:
    data = made(tmp_path)
    (data / "catalogue.db").write_bytes(b"x" * 100_000)
    with pytest.raises(StoreDamagedError):
        opened(data)


def test_a_torn_page_is_found_by_the_check_at_the_start(tmp_path: Path) -> None:
    data = made(tmp_path)
    sound = opened(data)
    assert sound.catalogue.verify() == []
    sound.close()
    path = data / "catalogue.db"
    content = bytearray(path.read_bytes())
    for start in range(8 * 4096, len(content) - 4096, 3 * 4096):
        content[start : start + 200] = os.urandom(200)
    path.write_bytes(content)
    try:
        store = opened(data)
    except StoreDamagedError:
        return
    assert store.catalogue.verify()
    store.close()


def test_a_catalogue_that_is_gone_is_not_begun_anew(tmp_path: Path) -> None:
    data = made(tmp_path)
    (data / "catalogue.db").unlink()
    with pytest.raises(StoreDamagedError, match="catalogue"):
        opened(data)
    assert not (data / "catalogue.db").exists()


def test_a_damaged_shard_is_left_out_made_anew_and_the_others_serve(tmp_path: Path) -> None:
    data = made(tmp_path)
    store = opened(data)
    generation = store.catalogue.generation()
    assert generation is not None
    store.close()
    shard = data / "index" / str(generation.manifest["staff"]["shard"])
    (shard / "vectors.faiss").write_bytes(b"")
    store = opened(data)
    assert list(store.index().damaged) == ["staff"]
    assert store.index().passage_ids("public")
    assert len(store.verify()) == 1
    assert job(store).repair() == ["staff"]
    assert store.verify() == []
    assert store.index().damaged == {}
    assert store.index().passage_ids("staff")
    assert store.catalogue.generation().manifest == generation.manifest  # type: ignore[union-attr]


def test_an_index_that_is_gone_altogether_is_made_anew(tmp_path: Path) -> None:
    data = made(tmp_path)
    shutil.rmtree(data / "index")
    store = opened(data)
    assert sorted(job(store).repair()) == ["public", "staff"]
    assert store.verify() == []


def test_shards_that_changed_places_are_refused(tmp_path: Path) -> None:
    data = made(tmp_path)
    store = opened(data)
    manifest = store.catalogue.generation().manifest  # type: ignore[union-attr]
    first, second = (data / "index" / str(manifest[name]["shard"]) for name in ("public", "staff"))
    first.rename(data / "index" / "x")
    second.rename(first)
    (data / "index" / "x").rename(second)
    assert sorted(store.index().damaged) == ["public", "staff"]


# -- read-only ---------------------------------------------------------------------------------


@contextmanager
def unwritable(data: Path) -> Iterator[None]:
    """`data` cannot be written meanwhile, by nobody: root is another user for that time."""
    for path in [data, *data.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        data.chmod(0o700)


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that every user of this machine can reach."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_a_folder_that_cannot_be_written_is_read(public_folder: Path) -> None:
    data = made(public_folder)
    with unwritable(data):
        store = opened(data)
        assert store.read_only
        assert "北町" in read_by(store, PUBLIC)
        assert "五月" in read_by(store, WELFARE)
        assert store.verify() == []
        with pytest.raises(StoreReadOnlyError), store.committing():
            pass
        with pytest.raises(StoreReadOnlyError), store.writing():
            pass
        store.close()


def test_a_folder_that_cannot_be_written_and_holds_no_store_is_refused(public_folder: Path) -> None:
    (public_folder / "data").mkdir()
    with unwritable(public_folder / "data"), pytest.raises(StoreReadOnlyError):
        opened(public_folder / "data")


def test_decisions_that_cannot_be_applied_keep_a_store_closed(public_folder: Path) -> None:
    """A restored catalogue that does not know what was decided since must not be served as it is."""
    data = made(public_folder)
    shutil.copy(data / "catalogue.db", public_folder / "old.db")
    store = opened(data)
    key = next(k for k, row in store.catalogue.documents().items() if row.title == "整備方針")
    labels(store).change(key, Change(STAFF), IT)
    store.close()
    shutil.copy(public_folder / "old.db", data / "catalogue.db")
    with unwritable(data), pytest.raises(StoreReadOnlyError):
        opened(data)


# -- a full disk -------------------------------------------------------------------------------


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 24 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a small disk can be mounted by root alone")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path, leave: int) -> None:
    """Leave so many bytes free."""
    held = os.statvfs(disk)
    with (disk / "junk").open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(held.f_bavail * held.f_frsize - leave, 1))


def long(number: int) -> dict[str, object]:
    speech = "".join(f"{number}の{n}番目の候補地について、費用は{n * 37}万円です。" for n in range(400))
    return {f"{number}.json": written(f"記録{number}", "費用はいくらですか。", speech)}


@pytest.mark.parametrize(
    "leave", [0, 100_000, 300_000, 600_000, 900_000, 1_200_000, 1_600_000, 2_000_000, 3_000_000]
)
def test_a_disk_that_fills_on_the_way_leaves_the_store_as_it_was(disk: Path, leave: int) -> None:
    data = made(disk)
    store = opened(data)
    fill(disk, leave)
    before = read_by(store, PUBLIC)
    try:
        take(store, disk.parent / "long", long(1), Order(label=OPEN))  # type: ignore[arg-type]
        failed = False
    except StoreFullError as exc:
        failed = True
        assert "空き" in str(exc)
        assert read_by(store, PUBLIC) == before
    assert failed == {0: True, 3_000_000: False}.get(leave, failed)
    store.close()
    (disk / "junk").unlink()
    store = opened(data)
    assert store.verify() == []
    take(store, disk.parent / "long", {}, Order(label=OPEN))
    assert "番目の候補地" in read_by(store, PUBLIC)
    assert not [path for path in store.shards.iterdir() if path.name.startswith("staging")]
    store.close()


def test_an_ingest_does_not_begin_where_it_would_take_the_room_that_is_kept_back(disk: Path) -> None:
    data = made(disk)
    store = Store.open(data, salt=SALT, reserve_bytes=4 << 20)
    fill(disk, 3 << 20)
    with pytest.raises(StoreFullError):
        take(store, disk.parent / "long", long(1), Order(label=OPEN))  # type: ignore[arg-type]


def test_text_can_be_closed_on_a_full_disk(disk: Path) -> None:
    store = Store.open(disk / "data", salt=SALT, reserve_bytes=4 << 20)
    take(store, disk / "in", {"a.json": BOOK}, Order(label=OPEN))
    assert (disk / "data" / "reserve").stat().st_size == 4 << 20
    fill(disk, 0)
    labels(store).change(only_document(store), Change(STAFF), IT)
    assert read_by(store, PUBLIC) == ""
    assert "北町" in read_by(store, WELFARE)
    assert store.verify() == []


def test_without_that_room_it_could_not(disk: Path) -> None:
    store = Store.open(disk / "data", salt=SALT)
    take(store, disk / "in", {"a.json": BOOK}, Order(label=OPEN))
    fill(disk, 0)
    with pytest.raises(StoreFullError):
        labels(store).change(only_document(store), Change(STAFF), IT)
