"""The daybook: how much is asked by whom, what found no answer, and who asks in an unusual way.

One SQLite file beside the catalogue, shared by every process of a store. It holds no text of documents. Usage
is counted under keyed digests of people; the words of unanswered questions are kept only where the office
switched that on, for so many days, together with what their asker could read: see `api.overview`.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from corpus.database import log_ahead

log = logging.getLogger("toben.daybook")

_SCHEMA = """
CREATE TABLE IF NOT EXISTS usage (
    week TEXT NOT NULL, department TEXT NOT NULL, person TEXT NOT NULL, asked INTEGER NOT NULL,
    searched INTEGER NOT NULL, PRIMARY KEY (week, department, person)
);
CREATE TABLE IF NOT EXISTS unanswered (
    id TEXT PRIMARY KEY, at TEXT NOT NULL, why TEXT NOT NULL, question TEXT NOT NULL, comment TEXT NOT NULL,
    departments TEXT NOT NULL, compartments TEXT NOT NULL, passages TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS ix_unanswered_at ON unanswered (at);
CREATE TABLE IF NOT EXISTS marks (
    kind TEXT NOT NULL, person TEXT NOT NULL, item TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (kind, person, item)
);
CREATE TABLE IF NOT EXISTS alerts (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, person TEXT NOT NULL, count INTEGER NOT NULL
);
"""
ALL = "*"
"""Stands for all departments together; no department is called so."""
_ALERTS_KEPT = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Usage:
    """How much one department asked in one ISO week. `people` is the number of different people."""

    week: str
    department: str
    people: int
    asked: int
    searched: int


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that found no answer (`why` is ``not_found``) or whose answer somebody called wrong (``bad``).

    `compartments` are those its asker could read then: the question may tell what stands in them. `passages`
    are those that were shown with it.
    """

    id: str
    at: datetime
    why: str
    question: str
    comment: str = ""
    departments: tuple[str, ...] = ()
    compartments: frozenset[str] = frozenset()
    passages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alert:
    """Somebody asked in an unusual way: `count` things of the `kind` within its time; see `api.noting`."""

    at: datetime
    kind: str
    person: str
    count: int


class Daybook:
    """The daybook in one file; callable from several threads, and shared by processes."""

    def __init__(self, path: Path, *, identify: Callable[[str], str], now: Callable[[], datetime]) -> None:
        """The daybook at `path`, made when first needed.

        Args:
            path: the file; only the service may read it.
            identify: the keyed digest of a person's id.
            now: local time of the office.
        """
        self._path = path
        self._identify = identify
        self._now = now
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    # -- usage ---------------------------------------------------------------------------------

    def count(self, person: str, departments: Iterable[str], *, searched: bool) -> None:
        """Count a question, or a search, of a person in each of these departments; '' stands for none.

        Raises:
            sqlite3.Error: the file cannot be written.
        """
        week = week_of(self._now())
        key = self._identify(person)
        with self._open() as connection:
            connection.executemany(
                "INSERT INTO usage VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE "
                "SET asked = asked + excluded.asked, searched = searched + excluded.searched",
                [(week, name, key, int(not searched), int(searched)) for name in (*departments, ALL)],
            )

    def usage(self, weeks: int) -> list[Usage]:
        """One row for each department and week of the last `weeks`, and one for all (department ``*``); newest first.

        Somebody in two departments is counted in both, and once among all.

        Raises:
            sqlite3.Error: the file cannot be read.
        """
        first = week_of(self._now() - timedelta(weeks=weeks - 1))
        query = "SELECT week, department, COUNT(*), SUM(asked), SUM(searched) FROM usage WHERE week >= ? GROUP BY 1, 2"
        with self._open() as connection:
            rows = [Usage(*row) for row in connection.execute(query, (first,))]
        by_name = sorted(rows, key=lambda row: (row.department != ALL, row.department))
        return sorted(by_name, key=lambda row: row.week, reverse=True)

    # -- unanswered ----------------------------------------------------------------------------

    def keep(self, item: Unanswered, *, days: int) -> None:
        """Keep a question for `days`; older ones are forgotten.

        Raises:
            sqlite3.Error: the file cannot be written.
        """
        lists = (sorted(item.departments), sorted(item.compartments), list(item.passages))
        values = (item.id, _text(item.at), item.why, item.question, item.comment, *map(json.dumps, lists))
        with self._open() as connection:
            connection.execute("INSERT INTO unanswered VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
        self.forget(days)

    def forget(self, days: int) -> None:
        """Forget questions that are older than `days`; all of them when it is 0.

        Raises:
            sqlite3.Error: the file cannot be written.
        """
        before = _text(self._now() - timedelta(days=days)) if days else "9999"
        with self._open() as connection:
            gone = connection.execute("DELETE FROM unanswered WHERE at < ?", (before,)).rowcount
        if gone:
            with self._lock:
                if self._connection is not None:  # words must not stay in the log of SQLite either
                    self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def unanswered(self) -> list[Unanswered]:
        """What is kept, newest first, whoever asked it.

        Raises:
            sqlite3.Error: the file cannot be read.
        """
        with self._open() as connection:
            rows = connection.execute("SELECT * FROM unanswered ORDER BY at DESC, id").fetchall()
        return [_unanswered(row) for row in rows]

    # -- unusual asking ------------------------------------------------------------------------

    def mark(
        self, kind: str, person: str, items: Iterable[str], *, within: timedelta, threshold: int
    ) -> Alert | None:
        """Remember that `items` of one kind had to do with a person; an alert when that makes `threshold` in the time.

        The same item counts once, and no more of them are kept than the threshold. After an alert there is none of
        that kind and person until the time has passed.

        Raises:
            sqlite3.Error: the file cannot be written.
        """
        now, since = self._now(), _text(self._now() - within)
        with self._open() as connection:
            connection.execute("DELETE FROM marks WHERE kind = ? AND at < ?", (kind, since))
            query = "SELECT item FROM marks WHERE kind = ? AND person = ?"
            known = {item for (item,) in connection.execute(query, (kind, person))}
            fresh = list(dict.fromkeys(item for item in items if item not in known))
            rows = [(kind, person, item, _text(now)) for item in fresh[: max(0, threshold - len(known))]]
            connection.executemany("INSERT INTO marks VALUES (?, ?, ?, ?)", rows)
            count = len(known) + len(fresh)
            told = "SELECT 1 FROM alerts WHERE kind = ? AND person = ? AND at >= ?"
            if count < threshold or connection.execute(told, (kind, person, since)).fetchone():
                return None
            connection.execute("DELETE FROM alerts WHERE at < ?", (_text(now - _ALERTS_KEPT),))
            values = (_text(now), kind, person, count)
            connection.execute("INSERT INTO alerts (at, kind, person, count) VALUES (?, ?, ?, ?)", values)
        return Alert(now, kind, person, count)

    def digest(self, word: str) -> str:
        """What stands for a word that must not be kept: 64 keyed bits, enough to count different ones."""
        return self._identify(f"word\0{word}")[:16]

    def alerts(self, within: timedelta) -> list[Alert]:
        """The alerts of that time, newest first.

        Raises:
            sqlite3.Error: the file cannot be read.
        """
        query = "SELECT at, kind, person, count FROM alerts WHERE at >= ? ORDER BY id DESC"
        with self._open() as connection:
            rows = connection.execute(query, (_text(self._now() - within),)).fetchall()
        return [Alert(datetime.fromisoformat(at), kind, person, count) for at, kind, person, count in rows]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """The connection inside a transaction, held by this thread alone."""
        with self._lock:
            if self._connection is None:
                self._connection = _connect(self._path)
            connection = self._connection
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise


def new_id() -> str:
    """A random id for something kept in the daybook."""
    return secrets.token_hex(16)


def week_of(moment: datetime) -> str:
    """The ISO week of a day.

    >>> week_of(datetime(2024, 12, 30))
    '2025-W01'
    """
    year, week, _ = moment.isocalendar()
    return f"{year}-W{week:02d}"


def _connect(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    connection = sqlite3.connect(path, isolation_level=None, timeout=5, check_same_thread=False)
    log_ahead(connection, wait_s=5)
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA secure_delete=ON")  # a question that is forgotten leaves no trace in the file
    connection.executescript(_SCHEMA)
    return connection


def _text(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="seconds")


def _unanswered(row: tuple[Any, ...]) -> Unanswered:
    key, at, why, question, comment, departments, compartments, passages = row
    return Unanswered(
        key,
        datetime.fromisoformat(at),
        why,
        question,
        comment,
        tuple(json.loads(departments)),
        frozenset(json.loads(compartments)),
        tuple(json.loads(passages)),
    )
