"""Back a store up while it serves, and restore it.

A backup is one tar file: a consistent copy of the catalogue (SQLite's online backup), the index files of
its current generation, and the file of label events. Restoring never brings old labels back into force:
decisions that the data folder knows and the backup does not are applied before the store opens
(`Store.open`).
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import sqlite3
import tarfile
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from corpus.errors import CatalogueError, ConfigurationError, StoreDamagedError
from corpus.store import Store

FORMAT = 1
_TRIES = 5
_DATABASES = ("catalogue.db", "audit.db")
_FILES = ("labels.log", "audit.key", "principals.yaml", "feedback.jsonl")


def backup(store: Store, target: Path) -> int:
    """Write a backup of `store` to the file `target`, which appears only when it is whole.

    Returns:
        Its size in bytes.

    Raises:
        ConfigurationError: the target exists, or the catalogue is not SQLite (use the database's own tools).
        CatalogueError: the index changed again and again meanwhile.
    """
    if target.exists():
        raise ConfigurationError(f"{target} は既にあります。別の名前を指定してください。")
    if not (store.root / "catalogue.db").exists():
        raise ConfigurationError("目録がSQLiteではありません。データベースの道具でバックアップしてください。")
    target.parent.mkdir(parents=True, exist_ok=True)
    staging = target.with_name(target.name + ".part")
    for _ in range(_TRIES):
        try:
            _write(store.root, staging)
        except FileNotFoundError:  # a newer generation has replaced the files that were being copied
            continue
        staging.chmod(0o600)
        staging.replace(target)
        return target.stat().st_size
    staging.unlink(missing_ok=True)
    raise CatalogueError("取り込みが続いているためバックアップできません。後でもう一度実行してください。")


def restore(archive: Path, root: Path) -> list[str]:
    """Put the store of a backup into the data folder `root`.

    What `root` held is moved into a folder beside it, never deleted. The file of label events of `root` stays
    where it is the longer one.

    Returns:
        The names of what was moved aside.

    Raises:
        StoreDamagedError: the backup is not whole; `root` is as it was.
        ConfigurationError: the file is no backup of this program.
    """
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root, prefix="restore-") as folder:
        fresh = Path(folder)
        manifest = _unpack(archive, fresh)
        own = root / "labels.log"
        if own.exists() and own.stat().st_size >= _size(fresh / "labels.log"):
            shutil.copy2(own, fresh / "labels.log")
        names = {*manifest["files"], "catalogue.db-wal", "catalogue.db-shm"}
        if (root / "audit.db").exists():  # what was asked and shown since then stays on record
            for name in ("audit.db", "audit.key"):
                (fresh / name).unlink(missing_ok=True)
                names.discard(name)
        moved = _move_aside(root, sorted(names))
        for path in fresh.iterdir():
            if path.name != "manifest.json":
                shutil.move(path, root / path.name)
    return moved


def _write(root: Path, staging: Path) -> None:
    with tempfile.TemporaryDirectory() as folder, tarfile.open(staging, "w") as archive:
        files: dict[str, str] = {}
        for name in _DATABASES:
            if (root / name).exists():
                copy = Path(folder) / name
                _copy_database(root / name, copy)
                files[name] = _add(archive, copy, name)
        for name in _FILES:
            if (root / name).exists():
                files[name] = _add(archive, root / name, name)
        for shard in _shards(Path(folder) / "catalogue.db"):
            for path in sorted((root / "index" / shard).iterdir()):
                name = f"index/{shard}/{path.name}"
                files[name] = _add(archive, path, name)
        manifest = {"format": FORMAT, "made_at": datetime.now(UTC).isoformat(), "files": files}
        data = json.dumps(manifest, ensure_ascii=False).encode()
        info = tarfile.TarInfo("manifest.json")
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))


def _copy_database(source: Path, copy: Path) -> None:
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(copy)) as new:
        old.backup(new)


def _shards(catalogue: Path) -> list[str]:
    """The folders of the generation that is current in this copy of the catalogue."""
    with closing(sqlite3.connect(catalogue)) as connection:
        row = connection.execute("SELECT manifest FROM generations WHERE current").fetchone()
    return sorted({fact["shard"] for fact in json.loads(row[0]).values()}) if row else []


def _add(archive: tarfile.TarFile, path: Path, name: str) -> str:
    data = path.read_bytes() if path.suffix in {".log", ".jsonl"} else None  # it may grow while it is copied
    if data is None:
        archive.add(path, arcname=name, recursive=False)
        return _digest(path)
    info = tarfile.TarInfo(name)
    info.size = len(data)
    archive.addfile(info, io.BytesIO(data))
    return hashlib.sha256(data).hexdigest()


def _unpack(archive: Path, folder: Path) -> dict[str, Any]:
    """Unpack into `folder` and check every file against the manifest."""
    try:
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (tarfile.TarError, OSError, ValueError) as exc:
        raise StoreDamagedError(f"バックアップ {archive.name} を読めません（{exc}）。") from exc
    if manifest.get("format") != FORMAT:
        raise ConfigurationError(f"{archive.name} はこの版のバックアップではありません。")
    for name, digest in manifest["files"].items():
        path = folder / name
        if not path.is_file() or _digest(path) != digest:
            raise StoreDamagedError(f"バックアップ {archive.name} の {name} が壊れています。")
    return manifest


def _move_aside(root: Path, names: list[str]) -> list[str]:
    tops = sorted({name.split("/")[0] for name in names} | {"index"})
    held = [name for name in tops if (root / name).exists()]
    if not held:
        return []
    aside = root / f"replaced-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    aside.mkdir()
    for name in held:
        shutil.move(root / name, aside / name)
    return [f"{aside.name}/{name}" for name in held]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
