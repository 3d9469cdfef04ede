"""How well two kinds of request can be told apart by how long they take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_SHUFFLES = 2000
AREA = 0.55
"""The most that may be told apart (threat L18)."""


@dataclass(frozen=True, slots=True)
class Telling:
    """Durations of two kinds of request, compared.

    Attributes:
        pairs: how many of each kind were timed.
        area: under the curve of telling the kinds apart by one duration: 0.5 not at all, 1 always.
        gap_ms: between the medians.
        p: the chance of an area as large as this where the kinds do not differ (permutation test).
    """

    pairs: int
    area: float
    gap_ms: float
    p: float

    @property
    def apart(self) -> bool:
        """Whether the kinds can be told apart, more than a little and not by chance."""
        return self.area > AREA and self.p < 0.001

    @classmethod
    def of(cls, first: Sequence[float], second: Sequence[float], *, seed: int = 0) -> Telling:
        """Compare durations in seconds; as many of the one kind as of the other. None at all tell nothing.

        >>> Telling.of([0.010] * 30, [0.020] * 30).apart
        True
        """
        count = len(first)
        if not count:
            return cls(0, 0.5, 0.0, 1.0)
        both = np.concatenate([np.asarray(first), np.asarray(second)])
        ranks = _ranks(both)
        found = _area(ranks[:count].sum(), count, len(both) - count)
        chance = np.random.default_rng(seed)
        sums = [chance.permutation(ranks)[:count].sum() for _ in range(_SHUFFLES)]
        as_large = sum(_area(total, count, len(both) - count) >= found for total in sums)
        gap = abs(float(np.median(both[:count]) - np.median(both[count:]))) * 1000
        return cls(count, found, gap, (as_large + 1) / (_SHUFFLES + 1))


def _ranks(values: np.typing.NDArray[np.float64]) -> np.typing.NDArray[np.float64]:
    """Ranks from 1; equal values share the middle of theirs."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    middle = last - (counts - 1) / 2
    ranks: np.typing.NDArray[np.float64] = middle[inverse]
    return ranks


def _area(rank_sum: float, first: int, second: int) -> float:
    """The area under the curve from a sum of ranks (Mann-Whitney U), whichever kind is the slower."""
    area = float((rank_sum - first * (first + 1) / 2) / (first * second))
    return max(area, 1 - area)
