"""How much one person may ask, and how many questions are worked on at once."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import anyio
import anyio.to_thread

from api.errors import OverloadedError, RateLimitError

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
        rate = self._capacity / self._period_s
        bucket.level = min(self._capacity, bucket.level + (now - bucket.seen) * rate)
        bucket.seen = now
        if bucket.level < 1:
            raise RateLimitError(math.ceil((1 - bucket.level) / rate))
        bucket.level -= 1


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
