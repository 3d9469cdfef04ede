"""How long each stage of a request takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field


@dataclass(slots=True)
class Clock:
    """Seconds spent in each stage of one request; for operators and the benchmark, never in a body.

    `trace` is entered around each stage, with its name.
    """

    stages: dict[str, float] = field(default_factory=dict)
    trace: Callable[[str], AbstractContextManager[None]] = lambda name: nullcontext()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count the time inside as `name`."""
        begun = time.perf_counter()
        try:
            with self.trace(name):
                yield
        finally:
            self.stages[name] = self.stages.get(name, 0.0) + time.perf_counter() - begun
