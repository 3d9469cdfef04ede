"""Stops asking an endpoint that keeps failing, and tries it again after a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Breaker:
    """Opens after `threshold` failures in a row for `open_s` seconds; then lets one trial through.

    A call that ends with neither success nor failure (whoever asked has left) counts as nothing. Safe to
    share between threads. `clock` is monotonic seconds.

    >>> now = [0.0]
    >>> breaker = Breaker(threshold=1, open_s=30, clock=lambda: now[0])
    >>> breaker.failed(); breaker.allow()
    False
    >>> now[0] = 31.0
    >>> breaker.allow(), breaker.allow()  # one trial, the rest wait for what becomes of it
    (True, False)
    """

    def __init__(
        self, *, threshold: int = 5, open_s: float = 30.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._threshold = threshold
        self._open_s = open_s
        self._clock = clock
        self._failures = 0
        self._opened_at: float | None = None
        self._lock = threading.Lock()

    def allow(self) -> bool:
        """Whether a call may be made now. After `open_s` one caller is let through; the next may after `open_s` more."""
        with self._lock:
            if self._opened_at is None:
                return True
            if self._clock() - self._opened_at < self._open_s:
                return False
            self._opened_at = self._clock()  # the trial; the rest stay out until it is over
            return True

    def succeeded(self) -> None:
        """The call worked: closed again."""
        with self._lock:
            self._failures = 0
            self._opened_at = None

    def failed(self) -> None:
        """The call failed."""
        with self._lock:
            self._failures += 1
            if self._failures >= self._threshold:
                self._opened_at = self._clock()

    @property
    def open(self) -> bool:
        """Whether calls are refused at this moment."""
        with self._lock:
            return self._opened_at is not None and self._clock() - self._opened_at < self._open_s
