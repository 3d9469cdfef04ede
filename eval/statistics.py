"""How sure a figure is: bootstrap intervals over questions, and a paired randomisation test between two runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.measures import Score

RESAMPLES = 2_000
"""Resamples of the bootstrap."""
PERMUTATIONS = 10_000
"""Random assignments of the paired test; all of them are tried where there are no more."""
_BATCH = 200  # resamples held in memory at a time

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Summary:
    """A measure over many questions.

    `value` is the sum of hits by the sum of totals; `low` and `high` bound the 95 % bootstrap percentile
    interval over questions; `questions` took part, with `hits` of `total`.
    """

    value: float
    low: float
    high: float
    questions: int
    hits: float
    total: float


@dataclass(frozen=True, slots=True)
class Difference:
    """Second run minus first over the questions that both hold, with the two-sided p-value of chance."""

    first: float
    second: float
    p: float
    questions: int

    @property
    def delta(self) -> float:
        """Second minus first."""
        return self.second - self.first


def summarise(scores: Sequence[Score], *, seed: int = 0) -> Summary | None:
    """The measure over all questions; None where nothing took part.

    The same scores and seed give the same interval.
    """
    hits, totals = _columns([score for score in scores if score.total])
    if not len(hits):
        return None
    value = float(_ratio(hits, totals))
    low, high = _interval(hits, totals, seed) if len(hits) > 1 else (value, value)
    return Summary(value, low, high, len(hits), float(hits.sum()), float(totals.sum()))


def _interval(hits: Floats, totals: Floats, seed: int) -> tuple[float, float]:
    from scipy import stats  # half a second, which every command of the program would pay

    found = stats.bootstrap(
        (hits, totals),
        _ratio,
        paired=True,
        vectorized=True,
        n_resamples=RESAMPLES,
        batch=_BATCH,
        method="percentile",
        rng=np.random.default_rng(seed),
    )
    return float(found.confidence_interval.low), float(found.confidence_interval.high)


def difference(first: Sequence[Score], second: Sequence[Score], *, seed: int = 0) -> Difference | None:
    """Compare two runs question by question (paired randomisation test, two-sided).

    Args:
        first, second: scores of the same questions in the same order.
        seed: of the random assignments.

    Returns:
        None where no question took part in both runs.

    Raises:
        ValueError: the runs have different lengths.
    """
    if len(first) != len(second):
        raise ValueError(f"runs of {len(first)} and {len(second)} questions cannot be paired")
    pairs = [(a, b) for a, b in zip(first, second, strict=True) if a.total or b.total]
    left, right = _columns([a for a, _ in pairs]), _columns([b for _, b in pairs])
    if not left[1].sum() or not right[1].sum():
        return None
    return Difference(float(_ratio(*left)), float(_ratio(*right)), _chance(left, right, seed), len(pairs))


def _chance(left: tuple[Floats, Floats], right: tuple[Floats, Floats], seed: int) -> float:
    """How often swapping the two runs of a question at random gives a difference as large."""
    apart = (left[0] != right[0]) | (left[1] != right[1])  # swapping equals changes nothing
    if apart.sum() < 2:  # one difference is as likely in either direction
        return 1.0
    rest = left[0][~apart].sum(), left[1][~apart].sum()
    hits = np.concatenate([left[0][apart], right[0][apart]])
    totals = np.concatenate([left[1][apart], right[1][apart]])

    def statistic(first: NDArray[np.int64], second: NDArray[np.int64], axis: int) -> Floats:
        values = [_ratio(hits[rows], totals[rows], axis, *rest) for rows in (first, second)]
        return np.asarray(values[0] - values[1])

    from scipy import stats  # as above

    rows = np.arange(len(hits))
    found = stats.permutation_test(
        (rows[: len(rows) // 2], rows[len(rows) // 2 :]),
        statistic,
        permutation_type="samples",
        vectorized=True,
        n_resamples=PERMUTATIONS,
        batch=_BATCH,
        rng=np.random.default_rng(seed),
    )
    return float(found.pvalue)


def _columns(scores: Sequence[Score]) -> tuple[Floats, Floats]:
    hits = np.array([score.hits for score in scores], np.float64)
    return hits, np.array([score.total for score in scores], np.float64)


def _ratio(hits: Floats, totals: Floats, axis: int = -1, more: float = 0.0, whole: float = 0.0) -> Floats:
    """``(sum of hits + more) / (sum of totals + whole)`` along an axis; 0 where a resample holds nothing."""
    below = np.asarray(totals.sum(axis=axis) + whole)
    return np.asarray(np.divide(hits.sum(axis=axis) + more, below, out=np.zeros_like(below), where=below > 0))
