"""Midnight of the office, and a clock that is set back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from api.clock import OfficeClock
from corpus.errors import ConfigurationError

NOON = datetime(2026, 3, 31, 3, 0, tzinfo=UTC)


def test_a_day_ends_at_midnight_of_the_office_whatever_the_machine_thinks() -> None:
    moment = datetime(2026, 3, 31, 15, 0, tzinfo=UTC)
    assert OfficeClock("Asia/Tokyo", wall=lambda: moment)() == datetime(2026, 4, 1, 0, 0)
    before = moment - timedelta(seconds=1)
    assert OfficeClock("Asia/Tokyo", wall=lambda: before)().day == 31


def test_a_clock_set_back_revives_no_right_that_has_ended() -> None:
    moment = NOON
    clock = OfficeClock("UTC", wall=lambda: moment)
    moment = NOON + timedelta(days=2)
    later = clock()
    moment = NOON
    assert clock() == later


def test_a_clock_set_back_is_noticed_after_a_restart_too() -> None:
    known = NOON + timedelta(days=1)
    assert OfficeClock("UTC", known=known, wall=lambda: NOON)() == known.replace(tzinfo=None)


def test_ordinary_correction_is_followed() -> None:
    moment = NOON
    clock = OfficeClock("UTC", wall=lambda: moment)
    clock()
    moment = NOON - timedelta(seconds=30)
    assert clock() == moment.replace(tzinfo=None)


def test_a_zone_that_does_not_exist_stops_the_start() -> None:
    with pytest.raises(ConfigurationError):
        OfficeClock("Asia/Nowhere")
