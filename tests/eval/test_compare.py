"""Two runs side by side."""

import pytest

from eval.compare import compare
from eval.errors import SuiteError
from tests.eval.results import result, row


def test_a_difference_is_called_one_when_chance_does_not_explain_it() -> None:
    first = result(*[row(f"q{n}", 2) for n in range(12)])
    second = result(*[row(f"q{n}", 1) for n in range(12)])
    change = {each.measure: each for each in compare(first, second).changes}
    assert change["success@1"].better is True
    assert change["success@1"].difference.p < 0.001
    assert change["leaks"].better is None


def test_less_is_better_where_the_measure_says_so() -> None:
    first = result(*[row(f"q{n}", 1) for n in range(12)])
    second = result(*[row(f"q{n}", 1, leaks=1) for n in range(12)])
    comparison = compare(first, second)
    assert {each.measure: each.better for each in comparison.changes}["leaks"] is False
    assert (len(comparison.improved), len(comparison.worsened)) == (0, 12)


def test_a_small_difference_is_not_called_one() -> None:
    first = result(row("q1", 1), row("q2", None), row("q3", 1))
    second = result(row("q1", 1), row("q2", 1), row("q3", 1))
    assert {each.better for each in compare(first, second).changes} == {None}


def test_questions_that_moved_are_named_best_and_worst_first() -> None:
    first = result(row("q1", 1), row("q2", None), row("q3", 4), row("q4", 2))
    second = result(row("q1", None), row("q2", 2), row("q3", 1), row("q4", 2))
    comparison = compare(first, second)
    assert [one.second.id for one in comparison.improved] == ["q3", "q2"]
    assert [one.second.id for one in comparison.worsened] == ["q1"]
    assert comparison.worsened[0].values == (("success@1", 1.0, 0.0), ("mrr@10", 1.0, 0.0))


def test_only_common_questions_are_compared() -> None:
    comparison = compare(result(row("q1", 1), row("q2", None)), result(row("q1", 1), row("q3", None)))
    assert comparison.left_out == 2
    assert {each.difference.questions for each in comparison.changes} == {1}
    with pytest.raises(SuiteError, match="共通の質問"):
        compare(result(row("q1", 1)), result(row("q2", 1)))


def test_what_differs_besides_the_figures_is_told() -> None:
    assert compare(result(row("q", 1)), result(row("q", 1), commit="fedcba987654")).setting == ("プログラム",)
