"""Matching points by odds and order."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ingest.dialogue.tying import Order, best_path, tie

ORDER = Order()


def test_the_likeliest_pairs_are_tied_when_order_agrees() -> None:
    odds = np.array([[5.0, 0.0, 0.0], [0.0, 5.0, 0.0], [0.0, 0.0, 5.0]])
    assert best_path(odds, [3], ORDER) == [0, 1, 2]


def test_order_decides_between_points_that_fit_alike() -> None:
    odds = np.array([[0.0, 0.0], [0.0, 0.0]])
    assert best_path(odds, [2], ORDER) == [0, 1]


def test_two_answerers_do_not_share_an_order() -> None:
    odds = np.array([[0.0, 5.0], [5.0, 0.0]])
    assert best_path(odds, [1, 1], ORDER) == [1, 0]


def test_a_question_left_over_goes_to_its_likeliest_answer_with_less_confidence() -> None:
    ties = tie(np.array([[3.0, 2.0]]), [1], ORDER)
    assert set(ties) == {(0, 0), (1, 0)}
    assert ties[1, 0] < ties[0, 0]


def test_a_question_that_fits_nothing_stays_unanswered() -> None:
    assert set(tie(np.array([[9.0, -9.0]]), [1], ORDER)) == {(0, 0)}


@given(
    arrays(float, st.tuples(st.integers(1, 6), st.integers(1, 6)), elements=st.floats(-20, 20)),
    st.integers(0, 5),
)
def test_every_answer_is_tied_once_or_more_and_confidence_is_a_probability(
    odds: np.ndarray, border: int
) -> None:
    first = min(border, len(odds))
    sizes = [size for size in (first, len(odds) - first) if size]
    ties = tie(odds, sizes, ORDER)
    assert {answer for _, answer in ties} == set(range(len(odds)))
    assert all(0 < confidence <= 1 for confidence in ties.values())
    assert ties == tie(odds, sizes, ORDER)
