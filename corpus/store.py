"""A store on disk: the catalogue, the published index, and the lock of its one writer."""

from __future__ import annotations

import fcntl
import logging
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from corpus import steps, tombstones
from corpus.catalogue import Catalogue, Generation, Pending
from corpus.conversations import Conversations
from corpus.errors import StoreBusyError, StoreDamagedError, StoreReadOnlyError
from corpus.index.build import build_manifest, remove_unused
from corpus.index.embedded import EmbeddedIndex
from corpus.index.shard import RULE
from corpus.labels import Act, LabelEvent
from corpus.originals import Originals
from corpus.register import LabelLog, events_of, last_event, put
from corpus.space import Reserve, full_disk_told
from corpus.texts import Texts
from corpus.tombstones import Tombstones

log = logging.getLogger("toben.store")

_OLD_RULE = (
    "この保存先は以前の版で作られています。公開範囲の扱いが変わったため、書き込めるようにしてから "
    "toben index rebuild を実行してください。"
)


class Store:
    """Everything under one data folder. Readers share it freely; writers take `writing()` and `committing()`."""

    def __init__(
        self, root: Path, catalogue: Catalogue, label_log: Path | None = None, *, reserve_bytes: int = 0
    ) -> None:
        self.root = root
        self.catalogue = catalogue
        self.label_log = LabelLog(label_log or root / "labels.log", catalogue.identify("store"))
        self.texts = Texts(catalogue)
        self._reserve = Reserve(root / "reserve", reserve_bytes)
        self._index: EmbeddedIndex | None = None
        self._reload = threading.Lock()

    @property
    def read_only(self) -> bool:
        """Whether the data folder could not be written when the store was opened."""
        return self.catalogue.read_only

    @classmethod
    def open(
        cls,
        root: Path,
        *,
        url: str | None = None,
        salt: str | None = None,
        label_log: Path | None = None,
        reserve_bytes: int = 0,
    ) -> Store:
        """Open or create the store in `root`. One that was restored from a backup first learns what was decided and deleted since.

        Of one that an earlier program wrote by another rule (`corpus.index.shard.RULE`), what was cut is closed and
        the index not searched, until `toben index rebuild` or the next start of the service has made it anew.

        Args:
            root: the data folder (``--data-dir``).
            url: SQLAlchemy URL of the catalogue; SQLite inside `root` when not given.
            salt: key of the ids of a new store (hex); random when not given.
            label_log: the file of label events; ``labels.log`` inside `root` when not given.
            reserve_bytes: room that an ingest leaves on the disk, so that text can still be closed.

        Raises:
            StoreDamagedError: the catalogue is gone or cannot be read, or the file of label events belongs to
                another one.
            StoreReadOnlyError: `root` cannot be written, and there is no store in it or it would have to be.
            StoreBusyError: decisions are missing in the catalogue, and another process is writing.
        """
        root = root.resolve()
        read_only = _prepare(root)
        if url is None:
            _refuse_to_begin_anew(root, label_log or root / "labels.log")
            if read_only and not (root / "catalogue.db").exists():
                raise StoreReadOnlyError(f"保存先 {root} に書き込めません。")
        url = url or f"sqlite:///{root / 'catalogue.db'}"
        catalogue = Catalogue.open(url, salt=salt, read_only=read_only)
        store = cls(root, catalogue, label_log, reserve_bytes=reserve_bytes)
        if store.label_log.last() > store._last_event():
            with store.committing():
                pass  # taking the lock applies them
        if catalogue.rule() != RULE:
            if read_only:
                raise StoreReadOnlyError(_OLD_RULE)
            with store.committing():
                store._take_over()
        if not read_only:
            store.conversations().bury()
        return store

    def close(self) -> None:
        """Give back connections and mapped files."""
        self.catalogue.close()
        self._index = None

    @property
    def shards(self) -> Path:
        """The folder of the index files."""
        return self.root / "index"

    @property
    def originals(self) -> Originals:
        """The kept copies of source files."""
        return Originals(self.root / "originals")

    @property
    def models(self) -> Path:
        """The folder of unpacked models."""
        return self.root / "models"

    def conversations(self) -> Conversations:
        """The conversations of everybody."""
        return Conversations(self.catalogue, tombstones=Tombstones(self.root / tombstones.NAME))

    def index(self) -> EmbeddedIndex:
        """The index of the current generation; reopened when another process has published one."""
        generation = self.catalogue.generation()
        index = self._index
        if index is not None and index.generation == (generation.id if generation else 0):
            return index
        with self._reload:
            return self._open_index(generation)

    def _open_index(self, generation: Generation | None) -> EmbeddedIndex:
        if generation is None:
            self._index = EmbeddedIndex({})
        elif self._index is None or self._index.generation != generation.id:
            self._index = EmbeddedIndex.open(self.shards, generation, previous=self._index)
            if self._index.damaged:  # files may have gone with a newer generation meanwhile
                newer = self.catalogue.generation()
                if newer is not None and newer.id != generation.id:
                    self._index = EmbeddedIndex.open(self.shards, newer)
        return self._index

    @contextmanager
    def writing(self, *, wait_s: float = 0.0) -> Iterator[None]:
        """Hold the lock of the one ingest run; the operating system releases it when the process dies.

        Raises:
            StoreBusyError: another process or thread is ingesting.
        """
        with self._locked("writer.lock", wait_s):
            self._reserve.hold()
            yield

    @contextmanager
    def committing(self, *, wait_s: float = 120.0, urgent: bool = False) -> Iterator[None]:
        """Hold the lock of whoever changes documents, labels or the index. An ingest run takes it for each
        commit only, so that text can be closed while a run is under way.

        Catalogue and file of label events are brought together when it is taken and when it is given back.

        Args:
            wait_s: how long to wait for the lock.
            urgent: text is being closed or deleted: the room that is kept back on the disk may be used.

        Raises:
            StoreBusyError: another process or thread is at it.
        """
        with self._locked("commit.lock", wait_s):
            if urgent:
                self._reserve.give()
            self._apply(self.label_log.after(self._last_event()))
            steps.reached("committing")
            try:
                yield
            finally:
                self._keep_label_log()
                steps.reached("logged")

    @contextmanager
    def backing_up(self) -> Iterator[None]:
        """Hold the lock of the one backup.

        Raises:
            StoreBusyError: another one is being made.
        """
        if self.read_only:
            yield
            return
        with self._locked("backup.lock", 0.0):
            yield

    @contextmanager
    def taking(self) -> Iterator[None]:
        """Hold the lock of the one process that takes what people handed in.

        Raises:
            StoreBusyError: another process or thread is at it.
        """
        with self._locked("uploads.lock", 0.0):
            yield

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Say that this process serves the store, beside others that may: nobody restores over it meanwhile."""
        if self.read_only:
            yield
            return
        with (self.root / "serving.lock").open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            yield

    @contextmanager
    def _locked(self, name: str, wait_s: float) -> Iterator[None]:
        if self.read_only:
            raise StoreReadOnlyError("保存先に書き込めないため、変更できません。")
        lock = FileLock(self.root / name, timeout=wait_s)
        try:
            lock.acquire()
        except Timeout as exc:
            what = "バックアップ" if name.startswith("backup") else "取り込み"
            raise StoreBusyError(f"別の{what}が実行中です。終わってからもう一度実行してください。") from exc
        try:
            with full_disk_told():
                yield
        finally:
            lock.release()

    def _last_event(self) -> int:
        with self.catalogue.read() as connection:
            return last_event(connection)

    def _keep_label_log(self) -> None:
        """Write to the file what was committed since. What cannot be written now is written the next time."""
        try:
            kept = self.label_log.last()
            with self.catalogue.read() as connection:
                if last_event(connection) > kept:
                    self.label_log.append(events_of(connection, after=kept))
        except OSError:
            log.exception("label_log_behind")

    def _apply(self, missing: list[LabelEvent]) -> None:
        """Take in decisions that the catalogue does not know: it was restored from an older state.

        Every document they concern is closed until it has been prepared again under its labels; deleted ones go.
        """
        if not missing:
            return
        latest = {event.document_id: event.act for event in missing}
        deleted = {key for key, act in latest.items() if act is Act.REMOVAL}
        with self.catalogue.write() as connection:
            put(connection, missing)
            touched = self.catalogue.withdraw(connection, latest, drop=deleted)
            self.catalogue.leave(connection, Pending(frozenset(latest) - deleted, frozenset(touched)))
            self.catalogue.advance(connection, beyond=max(event.epoch for event in missing))

    def _take_over(self) -> None:
        """Close what an earlier program has cut, until it is cut again, and leave every shard to be written anew."""
        if self.catalogue.rule() == RULE:
            return  # another process was first
        generation = self.catalogue.generation()
        with self.catalogue.write() as connection:
            cut = self.catalogue.partly_closed(connection)
            touched = self.catalogue.withdraw(connection, cut) | set(
                generation.manifest if generation else ()
            )
            if touched:
                self.catalogue.leave(connection, Pending(frozenset(cut), frozenset(touched)))
                self.catalogue.advance(connection)
                log.warning("made_by_an_earlier_rule")
            self.catalogue.set_rule(connection, RULE)

    def verify(self) -> list[str]:
        """What is wrong with the published index; empty when nothing is.

        Checks every file against its digest, and that the shards hold just the passages of the catalogue. Those
        of a change that was committed and not finished differ, and are no fault: see `Catalogue.pending`.
        """
        generation = self.catalogue.generation()
        if generation is None:
            return [] if not self.catalogue.compartments() else ["no generation of the index is published"]
        index = EmbeddedIndex.open(self.shards, generation)
        faults = [index.damaged[name] for name in sorted(index.damaged)]
        unfinished = self.catalogue.pending().compartments | index.damaged.keys()
        for name, ids in self.catalogue.passage_ids().items():
            if name not in unfinished and index.passage_ids(name) != ids:
                faults.append(f"the index of compartment {name!r} differs from the catalogue")
        return faults

    def rebuild(self, fingerprint: str, *, changed: Iterable[str] | None = None) -> Generation:
        """Write the shards of `changed` (all when None) and publish them as a new generation."""
        with self.committing():
            current = self.catalogue.generation()
            previous = current.manifest if current and changed is not None else {}
            with self.catalogue.write() as connection:
                manifest = build_manifest(
                    connection, self.shards, fingerprint, previous=previous, changed=changed
                )
                self.catalogue.publish(connection, manifest, fingerprint)
            remove_unused(self.shards, manifest)
        if changed is None:
            self.catalogue.keep_features(fingerprint)
        published = self.catalogue.generation()
        assert published is not None
        return published


def _prepare(root: Path) -> bool:
    """Make the data folder private; whether it cannot be written."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        root.chmod(0o700)
    except OSError:
        if not root.is_dir():
            raise StoreReadOnlyError(f"保存先 {root} を作れません。") from None
    effective = os.access in os.supports_effective_ids
    wanted = (path for path in (root, root / "catalogue.db") if path.exists())
    return not all(os.access(path, os.W_OK, effective_ids=effective) for path in wanted)


def _refuse_to_begin_anew(root: Path, label_log: Path) -> None:
    """Never begin with an empty catalogue where there was one.

    Raises:
        StoreDamagedError: other files of a store are here, and the catalogue is not.
    """
    if (root / "catalogue.db").exists():
        return
    left = [name for name in ("index", "originals") if any((root / name).glob("*"))]
    if label_log.exists() and label_log.stat().st_size:
        left.append(label_log.name)
    if left:
        raise StoreDamagedError(
            f"目録 catalogue.db がありません（{'、'.join(left)} は残っています）。"
            "toben restore で最後のバックアップから戻してください。"
        )
