"""Periods and what leans on the day of speaking."""

from datetime import date

import pytest

from corpus.expressions import Period, month_period, nearest_year


def test_a_period_ends_after_it_begins() -> None:
    with pytest.raises(ValueError, match="first <= last"):
        Period(date(2020, 1, 2), date(2020, 1, 1))


def test_both_ends_belong_to_a_period() -> None:
    february = month_period(2020, 2)
    assert date(2020, 2, 1) in february
    assert date(2020, 2, 29) in february
    assert date(2020, 3, 1) not in february


def test_december_ends_with_the_year() -> None:
    assert month_period(2019, 12) == Period(date(2019, 12, 1), date(2019, 12, 31))


def test_periods_overlap_when_they_share_a_day() -> None:
    assert month_period(2020, 2).overlaps(Period(date(2020, 2, 29), date(2020, 4, 1)))
    assert not month_period(2020, 2).overlaps(month_period(2020, 3))


@pytest.mark.parametrize(
    ("count", "today", "year"),
    [
        (30, date(2025, 1, 1), 2018),
        (2, date(2025, 1, 1), 2020),
        (32, date(2015, 1, 1), 2020),
        (12, date(2017, 4, 1), 2000),
        (60, date(2025, 1, 1), 1985),
        (0, date(2025, 1, 1), None),
    ],
)
def test_a_year_without_era_is_that_of_the_nearest(count: int, today: date, year: int | None) -> None:
    assert nearest_year(count, today, today) == year
