"""Which answered point answers which asked one, all points of an exchange together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ingest.dialogue.affinity import Matrix

Ties = dict[tuple[int, int], float]
"""(asked point, answered point) -> confidence in (0, 1]."""

_TINY = 1e-9
_LEAST = 0.01


@dataclass(frozen=True, slots=True)
class Order:
    """What it costs an answerer to leave the order of the questions (log odds), and what happens to those left over."""

    back: float = 3.0  # answering an earlier point after a later one
    again: float = 2.0  # answering one point twice in a row
    rest: float = 0.5  # confidence factor of an asked point that no answer took, tied to its likeliest answer
    floor: float = 0.1  # such ties below this confidence are dropped


def tie(odds: Matrix, sizes: Sequence[int], order: Order) -> Ties:
    """One asked point for each answered one, then an answer for the asked points left over.

    Points of one answer compete for a question and questions for an answer (softmax over both sides); within one
    answerer the order of the questions is kept: best path, and its chances by forward-backward over all paths.

    Args:
        odds: shape (n_answers, n_asked), log odds.
        sizes: number of answered points of each answerer, in the order of the rows.
        order: what leaving the order costs.
    """
    path = best_path(odds, sizes, order)
    score, step = _scores(odds), _steps(odds.shape[1], order)
    chance = np.vstack([_chances(score[first:after], step) for first, after in _rows(sizes)])
    taken = chance / np.maximum(chance.sum(axis=0), _TINY)
    sure = np.sqrt(chance * taken)
    found = {(j, i): float(sure[i, j]) for i, j in enumerate(path)}
    for j in sorted(set(range(odds.shape[1])) - set(path)):
        i = int(sure[:, j].argmax())
        if order.rest * sure[i, j] >= order.floor:
            found[j, i] = order.rest * float(sure[i, j])
    return {pair: min(1.0, max(_LEAST, confidence)) for pair, confidence in found.items()}


def best_path(odds: Matrix, sizes: Sequence[int], order: Order) -> list[int]:
    """The asked point of each answered one; the first of equals."""
    score, step = _scores(odds), _steps(odds.shape[1], order)
    return [j for first, after in _rows(sizes) for j in _viterbi(score[first:after], step)]


def _rows(sizes: Sequence[int]) -> list[tuple[int, int]]:
    return list(pairwise([0, *np.cumsum(sizes).tolist()]))


def _scores(odds: Matrix) -> Matrix:
    return np.asarray(np.log(_softmax(odds, 1)) + np.log(_softmax(odds, 0)))


def _softmax(matrix: Matrix, axis: int) -> Matrix:
    raised = np.exp(matrix - matrix.max(axis=axis, keepdims=True))
    return np.asarray(np.maximum(raised / raised.sum(axis=axis, keepdims=True), _TINY))


def _steps(n_asked: int, order: Order) -> Matrix:
    """Log weight of answering asked point j (column) after i (row)."""
    here = np.arange(n_asked)
    ahead = here[None, :] - here[:, None]
    return np.where(ahead > 0, 0.0, np.where(ahead == 0, -order.again, -order.back))


def _viterbi(score: Matrix, step: Matrix) -> list[int]:
    best = score[0]
    origins: list[NDArray[np.intp]] = []
    for row in score[1:]:
        reached = best[:, None] + step
        origins.append(reached.argmax(axis=0))
        best = reached.max(axis=0) + row
    path = [int(best.argmax())]
    for origin in reversed(origins):
        path.append(int(origin[path[-1]]))
    return path[::-1]


def _chances(score: Matrix, step: Matrix) -> Matrix:
    """The chance of each asked point for each answered one over all paths; rows sum to 1."""
    forward, backward = [score[0]], [np.zeros(score.shape[1])]
    for row in score[1:]:
        forward.append(row + _log_sum(forward[-1][:, None] + step, 0))
    for row in score[:0:-1]:
        backward.append(_log_sum(step + (row + backward[-1])[None, :], 1))
    return _softmax(np.array(forward) + np.array(backward[::-1]), 1)


def _log_sum(matrix: Matrix, axis: int) -> Matrix:
    top = matrix.max(axis=axis, keepdims=True)
    return np.asarray(np.log(np.exp(matrix - top).sum(axis=axis)) + top.squeeze(axis))
