"""Intervals and the paired test, against exact values where there are any."""

import math

import pytest
from scipy import stats

from eval.measures import Score
from eval.statistics import difference, summarise


def shares(*values: float) -> list[Score]:
    return [Score(value) for value in values]


def test_the_value_is_the_sum_of_hits_by_the_sum_of_totals() -> None:
    found = summarise([Score(1, 4), Score(3, 4), Score(0, 0)])
    assert found is not None
    assert (found.value, found.questions, found.hits, found.total) == (0.5, 2, 4, 8)


def test_nothing_measured_gives_no_figure() -> None:
    assert summarise([Score(0, 0)]) is None
    assert summarise([]) is None


def test_the_interval_holds_the_value_and_narrows_with_more_questions() -> None:
    few, many = summarise(shares(*[0, 1] * 20)), summarise(shares(*[0, 1] * 500))
    assert few is not None and many is not None
    assert few.low < few.value < few.high
    assert many.high - many.low < (few.high - few.low) / 3


def test_the_interval_agrees_with_theory_for_a_share() -> None:
    found = summarise(shares(*[1] * 700 + [0] * 300))
    assert found is not None
    half = 1.96 * math.sqrt(0.7 * 0.3 / 1000)
    assert (found.low, found.high) == pytest.approx((0.7 - half, 0.7 + half), abs=0.004)


def test_the_same_scores_give_the_same_interval() -> None:
    assert summarise(shares(0, 1, 1, 0.5)) == summarise(shares(0, 1, 1, 0.5))


def test_the_paired_test_is_exact_for_few_questions() -> None:
    # six questions all better: 2 of the 2**6 sign patterns are as extreme
    found = difference(shares(*[0] * 6), shares(*[1] * 6))
    assert found is not None
    assert (found.first, found.second, found.delta) == (0, 1, 1)
    assert found.p == pytest.approx(2 / 64)


def test_the_paired_test_agrees_with_a_sign_test_where_both_apply() -> None:
    first, second = shares(*[0] * 15 + [1] * 85), shares(*[1] * 12 + [0] * 6 + [1] * 82)
    found = difference(first, second)
    assert found is not None
    assert found.p == pytest.approx(stats.binomtest(12, 15).pvalue, abs=0.01)


def test_equal_runs_differ_by_chance_alone() -> None:
    found = difference(shares(0, 1, 1), shares(0, 1, 1))
    assert found is not None
    assert (found.delta, found.p) == (0, 1)


def test_runs_of_different_lengths_cannot_be_paired() -> None:
    with pytest.raises(ValueError, match="paired"):
        difference(shares(0), shares(0, 1))


def test_micro_averages_are_compared_as_such() -> None:
    found = difference([Score(1, 10), Score(0, 1)], [Score(9, 10), Score(1, 1)])
    assert found is not None
    assert (found.first, found.second) == pytest.approx((1 / 11, 10 / 11))
