"""Durations that differ are told apart; those that do not are not."""

from __future__ import annotations

import numpy as np
import pytest

from eval.telling import Telling

CHANCE = np.random.default_rng(5)


def test_durations_of_one_kind_are_not_told_apart() -> None:
    found = Telling.of(CHANCE.gamma(9, 0.001, 500), CHANCE.gamma(9, 0.001, 500))
    assert found.area < 0.55
    assert found.p > 0.01
    assert not found.apart


def test_a_small_and_steady_difference_is_seen() -> None:
    found = Telling.of(CHANCE.gamma(9, 0.001, 500), CHANCE.gamma(9, 0.001, 500) + 0.002)
    assert found.apart
    assert found.gap_ms == pytest.approx(2, abs=0.7)


def test_few_pairs_prove_nothing() -> None:
    assert not Telling.of([0.010, 0.011], [0.020, 0.021]).apart
    assert Telling.of([], []) == Telling(0, 0.5, 0.0, 1.0)


def test_equal_durations_tell_nothing() -> None:
    assert Telling.of([0.01] * 50, [0.01] * 50).area == 0.5
