"""Dates as offices print them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.eras import (
    ERAS,
    era_name,
    era_of,
    fiscal_year,
    japanese_date,
    japanese_fiscal_year,
    japanese_year,
    parse_date,
)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和７年５月３０日（金）", date(2025, 5, 30)),
        ("R7.5.30", date(2025, 5, 30)),
        ("2025/5/30", date(2025, 5, 30)),
        ("2020-02-26", date(2020, 2, 26)),
        ("20200226", date(2020, 2, 26)),
        ("平成三十一年四月一日", date(2019, 4, 1)),
        ("令和元年五月一日", date(2019, 5, 1)),
        ("開催日 令和 7年 5月 30日", date(2025, 5, 30)),
        ("二〇二〇年二月二十六日", date(2020, 2, 26)),
        ("令和7（2025）年5月30日", date(2025, 5, 30)),
        ("2025年（令和7年）5月30日", date(2025, 5, 30)),
        ("平成32年4月1日", date(2020, 4, 1)),
    ],
)
def test_printed_dates_are_read(text: str, day: date) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize(
    "text", ["", "二月末", "令和2年2月30日", "25/5/30", "版1.2.3", "03-1234-5678", "2020年"]
)
def test_what_is_no_full_date_is_none(text: str) -> None:
    assert parse_date(text) is None


@given(st.dates(ERAS[0].first, date(2100, 1, 1)))
def test_a_japanese_date_reads_back(day: date) -> None:
    assert parse_date(japanese_date(day)) == day


def test_eras_change_on_their_day() -> None:
    assert era_name(date(2019, 4, 30)) == "平成"
    assert japanese_date(date(2019, 5, 1)) == "令和元年5月1日"


def test_a_day_before_the_first_era_has_none() -> None:
    with pytest.raises(ValueError, match="no era"):
        era_of(date(1800, 1, 1))


def test_the_fiscal_year_turns_in_april() -> None:
    assert fiscal_year(date(2020, 3, 31)) == 2019
    assert fiscal_year(date(2020, 4, 1)) == 2020


def test_years_are_named_by_the_era_at_their_end() -> None:
    assert (japanese_year(2019), japanese_fiscal_year(2025)) == ("令和元年", "令和7年度")
