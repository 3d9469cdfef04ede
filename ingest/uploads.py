"""Files that people hand in: put on record before they are acknowledged, taken one after another, never lost.

A file lies in the folder of originals under a random name; what it was called is known to the catalogue alone.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import PurePath

import sqlalchemy as sa

from corpus import tables as t
from corpus.catalogue import SourceRow
from corpus.model import Kind
from corpus.store import Store
from ingest.job import Handed, Job, Order, Outcome
from ingest.runs import Origin

PREFIX = "upload:"
"""What the names of handed in files begin with; no file of a folder has such a name."""
_MAX_NAME_CHARS = 120
_KEPT = timedelta(days=30)


class UploadState(StrEnum):
    """How far an upload is."""

    WAITING = "waiting"
    TAKEN = "taken"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Upload:
    """One file that was handed in. `source` is the name it is taken under; the rest of it is what it was called."""

    id: str
    by: str
    department: str
    collection: str
    source: str
    original: str
    kind: Kind | None
    state: UploadState
    reason: str
    received_at: datetime

    @property
    def name(self) -> str:
        """What the file was called."""
        return PurePath(self.source).name


class Uploads:
    """The uploads of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(
        self,
        *,
        by: str,
        department: str,
        collection: str,
        source: str,
        original: str,
        kind: Kind | None = None,
    ) -> Upload:
        """Put a file that lies aside (`Originals.incoming`) on record; durable when this returns."""
        upload = Upload(
            secrets.token_hex(16),
            by,
            department,
            collection,
            source,
            original,
            kind,
            UploadState.WAITING,
            "",
            datetime.now(UTC),
        )
        with self._store.committing():
            self._store.originals.settle([original])
            with self._store.catalogue.write() as connection:
                connection.execute(t.uploads.insert().values(**_values(upload)))
        return upload

    def get(self, upload_id: str) -> Upload | None:
        """The upload of that id, whoever made it."""
        return next(iter(self._select(t.uploads.c.id == upload_id)), None)

    def of(self, by: str) -> list[Upload]:
        """The uploads of one person, newest first."""
        return self._select(t.uploads.c.by == by)[::-1]

    def waiting(self) -> list[Upload]:
        """Those that are still to be taken, oldest first."""
        return self._select(t.uploads.c.state == UploadState.WAITING.value)

    def source_of(self, upload: Upload) -> SourceRow | None:
        """What the catalogue knows of the file; None before it is taken, and after it was deleted."""
        key = self._store.catalogue.identify("source", upload.collection, upload.source)
        return self._store.catalogue.sources().get(key)

    def take(self, upload: Upload, job: Job) -> Upload:
        """Take a waiting file into the store and say what became of it.

        Raises:
            StoreBusyError: another ingest is running; the file goes on waiting.
        """
        order = Order(
            collection=upload.collection,
            department=upload.department,
            kind=upload.kind,
            trusted=False,
            origin=Origin.UPLOAD,
            by=upload.by,
        )
        path = self._store.originals.path(upload.original)
        (result,) = job.take([Handed(path, upload.source, upload.original)], order).results
        refused = result.outcome is Outcome.REFUSED or (
            result.outcome is Outcome.UNCHANGED and bool(result.reason)
        )
        values = {
            "state": (UploadState.REFUSED if refused else UploadState.TAKEN).value,
            "reason": result.reason or "\n".join(result.warnings),
            "original": "",  # the source refers to the file now, or nothing does
        }
        with self._store.committing():
            with self._store.catalogue.write() as connection:
                connection.execute(t.uploads.update().where(t.uploads.c.id == upload.id).values(**values))
            self._store.originals.sweep(self._store.catalogue.originals())
        done = self.get(upload.id)
        assert done is not None
        return done

    def forget_old(self) -> None:
        """Forget what was taken or refused long ago; names of files tell things too."""
        c = t.uploads.c
        before = datetime.now(UTC).replace(tzinfo=None) - _KEPT
        with self._store.catalogue.write() as connection:
            done = c.state != UploadState.WAITING.value
            connection.execute(t.uploads.delete().where(done, c.received_at < before))

    def _select(self, condition: sa.ColumnElement[bool]) -> list[Upload]:
        query = sa.select(t.uploads).where(condition).order_by(t.uploads.c.received_at, t.uploads.c.id)
        with self._store.catalogue.read() as connection:
            return [_upload(row) for row in connection.execute(query).mappings()]


def source_name(digest: str, name: str) -> str:
    """The name of the source of a file with that SHA-256: the same file is the same source, however often it comes.

    >>> source_name("ab" * 32, "../../報告\\u202etxt.exe")
    'upload:abababababababababababababababab/報告txt.exe'
    """
    plain = PurePath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    plain = "".join(c for c in plain if c.isprintable() and unicodedata.category(c) != "Cf")
    stem, suffix = PurePath(plain).stem, PurePath(plain).suffix[:10]
    kept = re.sub(r"\s+", " ", stem)[:_MAX_NAME_CHARS].strip(" .") or "file"
    return f"{PREFIX}{digest[:32]}/{kept}{suffix}"


def _values(upload: Upload) -> dict[str, object]:
    return {
        "id": upload.id,
        "by": upload.by,
        "department": upload.department,
        "collection": upload.collection,
        "name": upload.source,
        "original": upload.original,
        "kind": upload.kind.value if upload.kind else "",
        "state": upload.state.value,
        "reason": upload.reason,
        "received_at": upload.received_at.replace(tzinfo=None),
    }


def _upload(row: sa.RowMapping) -> Upload:
    return Upload(
        row["id"],
        row["by"],
        row["department"],
        row["collection"],
        row["name"],
        row["original"],
        Kind(row["kind"]) if row["kind"] else None,
        UploadState(row["state"]),
        row["reason"],
        row["received_at"].replace(tzinfo=UTC),
    )
