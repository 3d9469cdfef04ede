"""Times, speeds and memory of this process."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict


class Spread(BaseModel):
    """Milliseconds over all questions."""

    model_config = ConfigDict(frozen=True)

    median: float
    p95: float
    mean: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Spread:
        """The spread of times given in seconds."""
        ms = np.array(seconds) * 1000
        values = (float(np.median(ms)), float(np.percentile(ms, 95)), float(ms.mean()))
        return cls(median=round(values[0], 2), p95=round(values[1], 2), mean=round(values[2], 2))


def timed(job: Callable[[], Any]) -> tuple[Any, float]:
    """What a job gives, and the seconds it takes."""
    begun = time.perf_counter()
    done = job()
    return done, time.perf_counter() - begun


def speed(job: Callable[[list[str]], Any], texts: list[str]) -> float:
    """Texts a second; the first few are done before the clock counts."""
    job(texts[:8])
    return len(texts) / timed(lambda: job(texts))[1]


def resident() -> float:
    """Resident memory of this process in MiB, mapped files included; 0 where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")), 0.0)
