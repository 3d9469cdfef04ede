"""The audit log: who asked what, which passages were shown under which label, which file was made of them.

Each record carries a keyed digest over itself and the one before, a sequence number and two clocks, so that a
record that was changed, left out or put in shows. Text of documents is never in here. The log has a file of its
own, which only the service may read; where it cannot be written, closed text is not served (`api.engine`).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from corpus.database import log_ahead
from corpus.errors import AuditError

log = logging.getLogger("toben.audit")

Questions = Literal["text", "hash"]
_TAIL = 200
"""Records looked at when the log is opened; ``toben audit verify`` looks at all of them."""
_BATCH = 5000
_AFTER = "SELECT * FROM entries WHERE seq > ? ORDER BY seq LIMIT ?"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
    seq INTEGER PRIMARY KEY, at TEXT NOT NULL, monotonic_ns INTEGER NOT NULL, body TEXT NOT NULL, chain TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS shown (seq INTEGER NOT NULL, passage_id TEXT NOT NULL, document_id TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS ix_shown_passage ON shown (passage_id);
CREATE INDEX IF NOT EXISTS ix_shown_document ON shown (document_id);
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage that somebody was shown, and what label it had then. Without passage: the document, or its title."""

    passage_id: str
    document_id: str
    compartment: str
    status: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is recorded of one event.

    Attributes:
        kind: ``ask``, ``search``, ``list``, ``document``, ``passage``, ``thread``, ``history``, ``export`` or ``label``.
        principal: id of who asked.
        decision: what became of it: ``shown``, ``answered``, ``refused:…``, ``missing``, or the reason of a denial.
        shown: what left the service.
        cited: ids of the passages that the answer cites.
        question: the words of the question; kept as such or as a keyed hash, by setting.
        target: the id that was asked for.
        audience: the narrowest audience among what was shown.
        request_id: as in the answer and in the log.
    """

    kind: str
    principal: str
    decision: str
    shown: tuple[Shown, ...] = ()
    cited: tuple[str, ...] = ()
    question: str = ""
    target: str = ""
    audience: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry as it stands in the log. `body` holds the fields of `Entry`."""

    seq: int
    at: str
    body: dict[str, Any]


class Audit:
    """The audit log in one file. Callable from several threads, and from several processes."""

    def __init__(
        self,
        path: Path,
        *,
        questions: Questions = "text",
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        """The log at `path`, its key beside it. Opened when first needed, and made where there is none."""
        self.path = path
        self._questions = questions
        self._wall = wall
        self._monotonic_ns = monotonic_ns
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._key = b""

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def record(self, entry: Entry) -> int:
        """Write an entry durably and return its number.

        Raises:
            AuditError: it cannot be written; what it speaks of must not be shown.
        """
        body = asdict(entry)
        if entry.question and self._questions == "hash":
            body["question"] = self.hashed(entry.question)
        body["shown"] = [[s.passage_id, s.document_id, s.compartment, s.status] for s in entry.shown]
        pairs = {(s.passage_id, s.document_id) for s in entry.shown}
        with self._open() as connection:
            return self._append(connection, {k: v for k, v in body.items() if v}, pairs)

    def hashed(self, question: str) -> str:
        """The keyed hash under which a question is kept when its words are not.

        Raises:
            AuditError: the key cannot be read.
        """
        with self._open():
            return "hmac:" + self._digest("question", "".join(question.split()))

    def entries(self, numbers: Iterable[int]) -> list[Recorded]:
        """The entries of those numbers, oldest first.

        Raises:
            AuditError: the log cannot be read.
        """
        found = []
        for seq in sorted(set(numbers)):
            for at, body in self._rows("SELECT at, body FROM entries WHERE seq = ?", seq):
                found.append(Recorded(seq, at, json.loads(body)))
        return found

    def uses(self, *, passages: Iterable[str] = (), documents: Iterable[str] = ()) -> list[Recorded]:
        """The entries that showed one of these passages or documents, oldest first: the recall list.

        Raises:
            AuditError: the log cannot be read.
        """
        numbers: set[int] = set()
        for key in passages:
            numbers.update(seq for (seq,) in self._rows("SELECT seq FROM shown WHERE passage_id = ?", key))
        for key in documents:
            numbers.update(seq for (seq,) in self._rows("SELECT seq FROM shown WHERE document_id = ?", key))
        return self.entries(numbers)

    def latest(self) -> datetime | None:
        """When the newest entry was written, in UTC; None where there is none, or the log cannot be read."""
        try:
            found = self._rows("SELECT at FROM entries ORDER BY seq DESC LIMIT 1")
            return datetime.fromisoformat(found[0][0]) if found else None
        except (AuditError, ValueError):
            return None

    def head(self) -> tuple[int, str]:
        """Number and chain digest of the newest entry; to be noted elsewhere and given to `verify` later.

        Raises:
            AuditError: the log cannot be read.
        """
        found = self._rows("SELECT seq, chain FROM entries ORDER BY seq DESC LIMIT 1")
        return found[0] if found else (0, "")

    def verify(self, *, noted: tuple[int, str] | None = None) -> list[str]:
        """What is wrong with the log, in Japanese; empty when nothing is.

        Args:
            noted: a head noted earlier: the log must still hold it.

        Raises:
            AuditError: the log cannot be read.
        """
        faults: list[str] = []
        before: tuple[int, str] = (0, "")
        while rows := self._rows(_AFTER, before[0], _BATCH):
            faults += self._broken(rows, before)
            faults += [fault for row in rows for fault in self._unlisted(row[0], row[3])]
            before = (rows[-1][0], rows[-1][4])
        if noted is not None and (noted[1],) not in self._rows(
            "SELECT chain FROM entries WHERE seq = ?", noted[0]
        ):
            faults.append(f"控えにある{noted[0]}番の記録が、今の記録にありません。")
        return faults

    def _unlisted(self, seq: int, body: str) -> list[str]:
        kept = set(self._rows("SELECT passage_id, document_id FROM shown WHERE seq = ?", seq))
        told = {(passage, document) for passage, document, *_ in json.loads(body).get("shown", [])}
        return [] if kept == told else [f"{seq}番の記録と、回収用の一覧が合いません。"]

    # -- the chain -----------------------------------------------------------------------------

    def _append(
        self,
        connection: sqlite3.Connection,
        body: dict[str, Any],
        shown: Iterable[tuple[str, str]],
        *,
        anew: bool = False,
    ) -> int:
        connection.execute("BEGIN IMMEDIATE")
        try:
            last = connection.execute("SELECT seq, chain FROM entries ORDER BY seq DESC LIMIT 1").fetchone()
            seq, before = (last[0] + 1, "" if anew else last[1]) if last else (1, "")
            at = self._wall().isoformat(timespec="milliseconds")
            mono = self._monotonic_ns()
            text = json.dumps(body, ensure_ascii=False, sort_keys=True)
            chain = self._digest(before, str(seq), at, str(mono), text)
            connection.execute("INSERT INTO entries VALUES (?, ?, ?, ?, ?)", (seq, at, mono, text, chain))
            connection.executemany("INSERT INTO shown VALUES (?, ?, ?)", [(seq, p, d) for p, d in shown])
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return int(seq)

    def _broken(self, rows: Iterable[tuple[Any, ...]], before: tuple[int, str]) -> list[str]:
        """Where the chain does not hold. A record of kind ``segment`` begins anew on purpose."""
        faults: list[str] = []
        last, chain = before
        for seq, at, mono, body, kept in rows:
            if seq != last + 1:
                faults.append(f"{last + 1}番から{seq - 1}番の記録がありません。")
            starts_anew = json.loads(body).get("kind") == "segment"
            if kept != self._digest("" if starts_anew else chain, str(seq), at, str(mono), body):
                faults.append(f"{seq}番の記録が、書かれたときのものと違います。")
            last, chain = seq, kept
        return faults

    def _look_at_the_end(self, connection: sqlite3.Connection) -> None:
        """Check the newest records; where the chain is broken, say so and go on with a new segment."""
        query = "SELECT * FROM (SELECT * FROM entries ORDER BY seq DESC LIMIT ?) ORDER BY seq"
        rows = connection.execute(query, (_TAIL + 1,)).fetchall()
        first = rows.pop(0) if len(rows) > _TAIL else (0, "", 0, "", "")
        segments = [number for number, row in enumerate(rows) if json.loads(row[3]).get("kind") == "segment"]
        begin = segments[-1] if segments else 0  # what was broken before has been reported
        last = rows[begin - 1] if begin else first
        if self._broken(rows[begin:], (last[0], last[4])):
            log.error("audit_chain_broken")
            self._append(connection, {"kind": "segment", "decision": "broken_chain"}, (), anew=True)

    def _digest(self, *parts: str) -> str:
        return hmac.new(self._key, "\n".join(parts).encode(), hashlib.sha256).hexdigest()

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self._open() as connection:
            return connection.execute(query, values).fetchall()

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """The connection, held by this thread alone."""
        with self._lock, _translated():
            if self._connection is None:
                self._key = _key(self.path.with_suffix(".key"))
                connection = _connect(self.path)
                self._look_at_the_end(connection)
                self._connection = connection
            yield self._connection


def _connect(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)
    connection = sqlite3.connect(path, isolation_level=None, timeout=5, check_same_thread=False)
    log_ahead(connection, wait_s=5)
    connection.execute("PRAGMA synchronous=FULL")
    connection.executescript(_SCHEMA)
    return connection


def _key(path: Path) -> bytes:
    """The key of the chain; made when there is none."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return bytes.fromhex(path.read_text(encoding="ascii"))
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32))
        file.flush()
        os.fsync(file.fileno())
    return bytes.fromhex(path.read_text(encoding="ascii"))


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError, ValueError) as exc:
        raise AuditError("記録（監査ログ）に書き込めません。") from exc
