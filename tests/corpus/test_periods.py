"""Expressions of time in questions and utterances."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.calendar import (
    Grain,
    Period,
    calendar_year,
    fiscal_period,
    month_period,
    periods,
    resolve_relative,
)

TODAY = date(2020, 2, 26)


def day(year: int, month: int, number: int) -> Period:
    return Period(date(year, month, number), date(year, month, number))


@pytest.mark.parametrize(
    ("text", "period"),
    [
        *[
            (text, calendar_year(2020))
            for text in ("令和2年", "R2", "Ｒ２年", "2020年", "二〇二〇年", "今年", "本年", "ことし、")
        ],
        *[
            (text, fiscal_period(2020))
            for text in ("2年度", "令和2年度", "R2年度", "2020年度", "来年度", "令和２（2020）年度")
        ],
        ("平成30年度", fiscal_period(2018)),
        ("R6年度の予算", fiscal_period(2024)),
        ("昨年度", fiscal_period(2018)),
        ("今年度", fiscal_period(2019)),
        ("新年度予算", fiscal_period(2020)),
        ("99年度", fiscal_period(1999)),
        ("昨年", calendar_year(2019)),
        ("30年第1回定例会", calendar_year(2018)),
        ("24年春", calendar_year(2012)),
        ("元年度末", fiscal_period(2019)),
        ("一昨年", calendar_year(2018)),
        ("三年前", calendar_year(2017)),
        ("令和2年2月", month_period(2020, 2)),
        ("先月", month_period(2020, 1)),
        ("昨年十二月", month_period(2019, 12)),
        ("ことし四月", month_period(2020, 4)),
        ("二十八年三月", month_period(2016, 3)),
        ("2月26日の答弁", day(2020, 2, 26)),
        ("今月三日", day(2020, 2, 3)),
        ("2025/5/30", day(2025, 5, 30)),
        ("令和元年度から3年度", Period(date(2019, 4, 1), date(2022, 3, 31))),
        ("2018〜2020年", Period(date(2018, 1, 1), date(2020, 12, 31))),
        ("平成30年から令和2年まで", Period(date(2018, 1, 1), date(2020, 12, 31))),
        ("平成二十八年から三十年", Period(date(2016, 1, 1), date(2018, 12, 31))),
        ("平成30年10月から翌年3月", Period(date(2018, 10, 1), date(2019, 3, 31))),
        ("令和2年2月19日から3月27日まで", Period(date(2020, 2, 19), date(2020, 3, 27))),
        ("平成二十四、二十五年度", Period(date(2012, 4, 1), date(2014, 3, 31))),
        ("過去10年間", Period(date(2010, 2, 26), TODAY)),
        ("直近3年", Period(date(2017, 2, 26), TODAY)),
        ("昭和30年代", Period(date(1955, 1, 1), date(1964, 12, 31))),
        ("令和元年以降", Period(date(2019, 1, 1), date.max)),
        ("2015年以前", Period(date.min, date(2015, 12, 31))),
    ],
)
def test_an_expression_means_its_days(text: str, period: Period) -> None:
    assert [mention.period for mention in periods(text, TODAY)] == [period]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "東京二〇二〇大会",
            "2020大会",
            "2020年大会",
            "百年",
            "四年間",
            "第2回",
            "3年生",
            "二十年の節目",
            "一年度",
            "3年度目",
        ),
        *(
            "日本年金機構",
            "優先月間",
            "することしか",
            "将来年次",
            "過去年度",
            "数年前",
            "三か月",
            "2000年の歴史",
            "同年",
            "版1.2.3",
            "A2",
        ),
    ],
)
def test_lengths_ranks_and_names_are_no_periods(text: str) -> None:
    assert periods(text, TODAY) == []


def test_a_day_without_year_leans_on_the_year_before_it() -> None:
    mentions = periods("平成31年第1回定例会の2月26日。3月1日", TODAY)
    assert [mention.period for mention in mentions] == [
        calendar_year(2019),
        day(2019, 2, 26),
        day(2020, 3, 1),
    ]


def test_a_mention_says_how_fine_and_whether_relative() -> None:
    mentions = periods("昨年度の令和2年1月", TODAY)
    assert [(mention.grain, mention.relative) for mention in mentions] == [
        (Grain.FISCAL_YEAR, True),
        (Grain.MONTH, False),
    ]


@given(
    st.lists(
        st.sampled_from(
            [
                "令和２年",
                "昨年",
                "から",
                "3年度",
                "、",
                "2月",
                "26日",
                "第2回",
                "以降",
                "平成",
                "30",
                "年",
                "。",
                "〜",
                "十",
                "ことし",
                " ",
            ]
        ),
        max_size=12,
    ).map("".join),
    st.dates(date(1990, 1, 1), date(2040, 1, 1)),
)
def test_mentions_are_slices_in_order(text: str, today: date) -> None:
    end = 0
    for mention in periods(text, today):
        assert mention.text == text[mention.start : mention.end]
        assert end <= mention.start < mention.end
        end = mention.end


@pytest.mark.parametrize(
    ("text", "resolved"),
    [
        ("昨年度の実績", "昨年度（平成30年度）の実績"),
        ("来年は", "来年（令和3年）は"),
        ("先月の会議", "先月（令和2年1月）の会議"),
        ("ことし四月", "ことし（令和2年）四月"),
        ("日本年金の説明をすることしかない", "日本年金の説明をすることしかない"),
        ("昨年（令和元年）", "昨年（令和元年）"),
    ],
)
def test_relative_years_become_absolute(text: str, resolved: str) -> None:
    assert resolve_relative(text, TODAY) == resolved
    assert resolve_relative(resolved, TODAY) == resolved
