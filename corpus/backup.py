"""Back a store up while it serves, and restore it.

A backup is one tar file: the catalogue, the index of its current generation, the kept originals, the file of
label events, and what says who may ask. Restoring never brings old labels back into force, nor conversations that
were deleted: what is known here and not in the backup is applied before the store opens (`Store.open`).
"""

from __future__ import annotations

import fcntl
import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from corpus import tombstones
from corpus.catalogue import Catalogue
from corpus.errors import ConfigurationError, StoreBusyError, StoreDamagedError
from corpus.store import Store
from corpus.tombstones import Tombstones

FORMAT = 1
_LOG = "labels.log"
_PEOPLE = (
    tombstones.NAME,
    "audit.db",
    "audit.key",
    "principals.yaml",
    "keys.json",
    "feedback.jsonl",
    "daybook.db",
)
"""What is about people: who may ask, and what was asked and shown. What a folder holds of it stays."""
_DATABASES = ("catalogue.db", "audit.db", "daybook.db")
_SNAPSHOT = "snapshot-"
_RESTORING = "restoring-"


def backup(store: Store, target: Path) -> int:
    """Write a backup of `store` to the file `target`, which appears only when it is whole.

    Changes wait for as long as the database is copied, a second or so; questions do not.

    Returns:
        Its size in bytes.

    Raises:
        ConfigurationError: the target exists, or the catalogue is not SQLite (use the database's own tools).
        StoreBusyError: another backup is being made.
        StoreFullError: there is no room.
    """
    if target.exists():
        raise ConfigurationError(f"{target} は既にあります。別の名前を指定してください。")
    if not (store.root / "catalogue.db").exists():
        raise ConfigurationError("目録がSQLiteではありません。データベースの道具でバックアップしてください。")
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    with store.backing_up(), _snapshot(store) as snapshot:
        try:
            _write(snapshot, part)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    return target.stat().st_size


def restore(archive: Path, root: Path, label_log: Path | None = None) -> list[str]:
    """Put the store of a backup into the data folder `root`.

    What `root` held is moved into a folder beside it, never deleted. Its file of label events stays where it is
    of the same store and the longer one; what is about people stays.

    Args:
        archive: as `backup` wrote it.
        root: the data folder.
        label_log: where the file of label events is kept; inside `root` when not given.

    Returns:
        The names of what was moved aside.

    Raises:
        StoreDamagedError: the backup is not whole; `root` is as it was.
        CatalogueError: a newer program wrote it; `root` is as it was.
        StoreBusyError: the store is being served or changed.
        ConfigurationError: the file is no backup of this program.
    """
    root.mkdir(parents=True, exist_ok=True)
    root.chmod(0o700)
    with _alone(root):
        for left in root.glob(f"{_RESTORING}*"):
            shutil.rmtree(left)
        with tempfile.TemporaryDirectory(dir=root, prefix=_RESTORING) as folder:
            fresh = Path(folder)
            manifest = _unpack(archive, fresh)
            store_id = _examined(fresh / "catalogue.db")
            log = label_log or root / _LOG
            _keep_longer(log, fresh, store_id)
            _join_tombstones(root, fresh)
            staying = {name for name in _PEOPLE if (root / name).exists()}
            for name in staying:
                (fresh / name).unlink(missing_ok=True)
            names = {*manifest["files"], _LOG, "catalogue.db-wal", "catalogue.db-shm"} - staying
            moved = _move_aside(root, sorted(names))
            if label_log is not None:
                moved += _put_log(fresh / _LOG, label_log, store_id)
            for path in sorted(fresh.iterdir()):
                if path.name != "manifest.json":
                    shutil.move(path, root / path.name)
            _sync(root)
    return moved


# -- backing up --------------------------------------------------------------------------------


@contextmanager
def _snapshot(store: Store) -> Iterator[Path]:
    """A folder with the state of the store at one moment: databases copied, other files linked."""
    root = store.root
    for left in root.glob(f"{_SNAPSHOT}*"):  # of a backup that died; nobody else makes one now
        shutil.rmtree(left)
    where = None if store.read_only else root
    with tempfile.TemporaryDirectory(dir=where, prefix=_SNAPSHOT) as name:
        folder = Path(name)
        with nullcontext() if store.read_only else store.committing():
            for database in _DATABASES:
                if (root / database).exists():
                    _copy_database(root / database, folder / database)
            for shard in _shards(folder / "catalogue.db"):
                for path in (root / "index" / shard).iterdir():
                    _link(path, folder / "index" / shard / path.name)
            for original in store.catalogue.originals():
                _link(root / "originals" / original, folder / "originals" / original)
            _link(store.label_log.path, folder / _LOG, copy=True)
            for file in _PEOPLE:
                if file not in _DATABASES:
                    _link(root / file, folder / file, copy=True)
        yield folder


def _copy_database(source: Path, copy: Path) -> None:
    """A consistent copy by SQLite's online backup, with nothing left over from deleted rows."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(copy)) as new:
        old.backup(new)


def _shards(catalogue: Path) -> list[str]:
    """The folders of the generation that is current in this copy of the catalogue."""
    with closing(sqlite3.connect(catalogue)) as connection:
        row = connection.execute("SELECT manifest FROM generations WHERE current").fetchone()
    return sorted({fact["shard"] for fact in json.loads(row[0]).values()}) if row else []


def _link(source: Path, target: Path, *, copy: bool = False) -> None:
    """`source` at a second place, where it exists; a copy where it may change or cannot be linked."""
    if not source.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if not copy:
        try:
            os.link(source, target)
            return
        except OSError:
            pass
    shutil.copy2(source, target)


def _write(folder: Path, target: Path) -> None:
    """All files of a folder as one archive, with their digests in a manifest at its end; synced."""
    files: dict[str, str] = {}
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as output:
        with tarfile.open(fileobj=output, mode="w") as archive:
            for path in sorted(path for path in folder.rglob("*") if path.is_file()):
                name = path.relative_to(folder).as_posix()
                files[name] = _digest(path)
                archive.add(path, arcname=name, recursive=False, filter=_nameless)
            manifest = {"format": FORMAT, "made_at": datetime.now(UTC).isoformat(), "files": files}
            data = json.dumps(manifest, ensure_ascii=False).encode()
            info = tarfile.TarInfo("manifest.json")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        output.flush()
        os.fsync(descriptor)


def _nameless(info: tarfile.TarInfo) -> tarfile.TarInfo:
    """Without the user of this machine, and as a file of its own."""
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    return info


# -- restoring ---------------------------------------------------------------------------------


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Nobody serves or changes the store meanwhile.

    Raises:
        StoreBusyError: somebody does.
    """
    with ExitStack() as held:
        for name in ("serving.lock", "writer.lock", "commit.lock"):
            lock = held.enter_context((root / name).open("ab"))
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as exc:
                raise StoreBusyError(
                    "サービスまたは取り込みが動いています。止めてから、もう一度実行してください。"
                ) from exc
        yield


def _unpack(archive: Path, folder: Path) -> dict[str, Any]:
    """Unpack into `folder` and check every file against the manifest."""
    try:
        with tarfile.open(archive) as tar:
            for member in tar:
                _extract(tar, member, folder)
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        files = dict(manifest["files"])
    except (tarfile.TarError, OSError, ValueError, KeyError, TypeError) as exc:
        raise StoreDamagedError(f"バックアップ {archive.name} を読めません（{exc}）。") from exc
    if manifest.get("format") != FORMAT:
        raise ConfigurationError(f"{archive.name} はこの版のバックアップではありません。")
    for name, digest in files.items():
        path = folder / name
        if not path.is_file() or _digest(path) != digest:
            raise StoreDamagedError(f"バックアップ {archive.name} の {name} が壊れています。")
    if "catalogue.db" not in files:
        raise ConfigurationError(f"{archive.name} は記録のバックアップではありません。")
    return manifest


def _extract(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """Write a file of an archive below `folder`, for nobody else to change.

    tarfile's own filter for this came with Python 3.11.4; Debian 12 has 3.11.2.

    Raises:
        tarfile.TarError: it is a link or a device, or it would lie elsewhere.
    """
    path = folder / member.name
    content = tar.extractfile(member) if member.isreg() else None
    if content is None or not path.resolve().is_relative_to(folder.resolve()):
        raise tarfile.TarError(f"{member.name} is no file of a backup")
    path.parent.mkdir(parents=True, exist_ok=True)
    with content, path.open("xb") as file:
        shutil.copyfileobj(content, file)
    path.chmod(member.mode & 0o755)


def _keep_longer(log: Path, fresh: Path, store_id: str) -> None:
    """Leave in `fresh` the file of label events that knows more: the one here, where it is of this store, or that
    of the backup."""
    taken = fresh / _LOG
    if _store_of(log) == store_id and log.stat().st_size >= _size(taken):
        shutil.copy2(log, taken)
    taken.touch(mode=0o600)


def _join_tombstones(root: Path, fresh: Path) -> None:
    """Note here what the backup knows to be deleted; the store that opens next deletes it again."""
    here = Tombstones(root / tombstones.NAME)
    here.add(sorted(Tombstones(fresh / tombstones.NAME).ids() - here.ids()))


def _store_of(log: Path) -> str:
    """The id of the store that a file of label events belongs to; empty where it does not say."""
    if not log.exists():
        return ""
    with log.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            try:
                return str(json.loads(line)["store"])
            except (ValueError, KeyError, TypeError):
                continue
    return ""


def _examined(catalogue: Path) -> str:
    """The id of a store whose catalogue is sound and of a release that this program opens.

    Raises:
        StoreDamagedError: it is not sound.
        CatalogueError: a newer program wrote it.
    """
    opened = Catalogue.open(f"sqlite:///{catalogue}")
    try:
        if faults := opened.verify():
            raise StoreDamagedError(f"バックアップの目録が壊れています（{faults[0]}）。")
        return opened.identify("store")
    finally:
        opened.close()


def _move_aside(root: Path, names: list[str]) -> list[str]:
    tops = sorted({name.split("/")[0] for name in names} | {"index", "originals"})
    held = [name for name in tops if (root / name).exists()]
    if not held:
        return []
    aside = root / f"replaced-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    aside.mkdir(mode=0o700)
    for name in held:
        shutil.move(root / name, aside / name)
    return [f"{aside.name}/{name}" for name in held]


def _put_log(taken: Path, log: Path, store_id: str) -> list[str]:
    """Put the file of label events to its place outside the data folder; one of another store is moved aside."""
    moved = []
    if log.exists() and _store_of(log) not in ("", store_id):
        aside = log.with_name(f"{log.name}.replaced-{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
        log.rename(aside)
        moved.append(str(aside))
    log.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(taken, log)
    return moved


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
