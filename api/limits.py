"""How much one person may ask, and how many questions are worked on at once."""

from __future__ import annotations

import hashlib
import logging
import math
import os
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import anyio
import anyio.to_thread

from api.errors import OverloadedError, RateLimitError
from corpus.database import log_ahead

log = logging.getLogger("toben.limits")

T = TypeVar("T")
_REMEMBERED = 10_000
"""Askers remembered at the same time; the one seen longest ago is forgotten first."""


@dataclass(slots=True)
class _Bucket:
    level: float
    seen: float


class Meter:
    """A token bucket for each asker: `capacity` at once, refilled evenly over `period_s` seconds."""

    def __init__(self, capacity: int, period_s: float, monotonic: Callable[[], float]) -> None:
        self._capacity = capacity
        self._period_s = period_s
        self._monotonic = monotonic
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, asker: str) -> None:
        """Count one question of `asker`. A capacity of 0 means no limit.

        Raises:
            RateLimitError: the bucket is empty.
        """
        if not self._capacity:
            return
        now = self._monotonic()
        bucket = self._buckets.setdefault(asker, _Bucket(self._capacity, now))
        self._buckets.move_to_end(asker)
        while len(self._buckets) > _REMEMBERED:
            self._buckets.popitem(last=False)
        self._draw(bucket, now)

    def _draw(self, bucket: _Bucket, now: float) -> None:
        """Fill the bucket up to `now` and take one out of it."""
        rate = self._capacity / self._period_s
        passed_s = max(0.0, now - bucket.seen)  # the clock begins anew when the machine does
        bucket.level = min(self._capacity, bucket.level + passed_s * rate)
        bucket.seen = now
        if bucket.level < 1:
            raise RateLimitError(math.ceil((1 - bucket.level) / rate))
        bucket.level -= 1


_SCHEMA = """
CREATE TABLE IF NOT EXISTS buckets (
    period REAL NOT NULL, asker TEXT NOT NULL, level REAL NOT NULL, seen REAL NOT NULL,
    PRIMARY KEY (period, asker)
) WITHOUT ROWID
"""
_PRUNED_EVERY = 1000
"""Questions after which full buckets are forgotten."""


class SharedMeter(Meter):
    """A `Meter` whose buckets lie in a file, so that the processes of a store count together.

    The clock must be one that all processes of the machine share (CLOCK_MONOTONIC). Where the file cannot be
    used each process counts for itself. Askers are kept as digests.
    """

    def __init__(self, path: Path, capacity: int, period_s: float, monotonic: Callable[[], float]) -> None:
        super().__init__(capacity, period_s, monotonic)
        self._path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._taken = 0

    def take(self, asker: str) -> None:
        """Count one question of `asker`; as `Meter.take`."""
        if not self._capacity:
            return
        try:
            with self._lock:
                self._take(hashlib.blake2b(asker.encode(), digest_size=16).hexdigest())
        except (sqlite3.Error, OSError):
            log.exception("limits_unavailable")
            super().take(asker)

    def _take(self, key: str) -> None:
        if self._connection is None:
            self._connection = _open(self._path)
        connection, now, mine = self._connection, self._monotonic(), (self._period_s, key)
        connection.execute("BEGIN IMMEDIATE")
        try:
            found = "SELECT level, seen FROM buckets WHERE period = ? AND asker = ?"
            row = connection.execute(found, mine).fetchone()
            bucket = _Bucket(*row) if row else _Bucket(self._capacity, now)
            try:
                self._draw(bucket, now)
            finally:
                values = (*mine, bucket.level, bucket.seen)
                connection.execute("INSERT OR REPLACE INTO buckets VALUES (?, ?, ?, ?)", values)
                self._prune(connection, now)
        finally:
            connection.execute("COMMIT")

    def _prune(self, connection: sqlite3.Connection, now: float) -> None:
        """Forget buckets that are full again, now and then."""
        self._taken += 1
        if self._taken % _PRUNED_EVERY == 0:
            old = "DELETE FROM buckets WHERE period = ? AND (seen < ? OR seen > ?)"
            connection.execute(old, (self._period_s, now - self._period_s, now))


def _open(path: Path) -> sqlite3.Connection:
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    connection = sqlite3.connect(path, isolation_level=None, timeout=1, check_same_thread=False)
    log_ahead(connection, wait_s=1)
    connection.execute("PRAGMA synchronous=OFF")  # what a power cut loses is a few counts
    connection.execute(_SCHEMA)
    return connection


class Turnstile:
    """Runs blocking work in threads: `workers` at a time, `waiting` in line, the rest are turned away."""

    def __init__(self, workers: int, waiting: int) -> None:
        self._limiter = anyio.CapacityLimiter(workers)
        self._waiting = waiting

    async def run(self, work: Callable[[], T]) -> T:
        """The result of `work`.

        Raises:
            OverloadedError: the line is full.
        """
        if self._limiter.statistics().tasks_waiting >= self._waiting and not self._limiter.available_tokens:
            raise OverloadedError("the line is full")
        return await anyio.to_thread.run_sync(work, limiter=self._limiter)
