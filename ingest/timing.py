"""Where the time of an ingest goes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum


class Phase(StrEnum):
    """A part of the work, in order."""

    READING = "reading"  # files to text and structure
    LABELS = "labels"  # label, cut, thread, chunk
    EMBEDDING = "embedding"  # vectors, with loading the model
    WORDS = "words"  # lexical terms
    PUBLISHING = "publishing"  # the one commit with its index


class Stopwatch:
    """Seconds spent in each phase. A phase within another one counts for itself alone."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._inner = [0.0]
        self.seconds: dict[str, float] = {phase.value: 0.0 for phase in Phase}

    @contextmanager
    def phase(self, phase: Phase) -> Iterator[None]:
        """Everything done inside counts for `phase`."""
        begun = self._clock()
        self._inner.append(0.0)
        try:
            yield
        finally:
            spent = self._clock() - begun
            self.seconds[phase.value] += spent - self._inner.pop()
            self._inner[-1] += spent
