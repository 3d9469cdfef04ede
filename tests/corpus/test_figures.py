"""Figures and their comparison."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.figures import Figure, Hedge, close, figures, missing, same
from corpus.units import Quantity


def only(text: str) -> Figure:
    (figure,) = figures(text)
    return figure


@pytest.mark.parametrize(
    ("text", "value", "unit", "hedge"),
    [
        ("約百三十六億円", "13600000000", "円", Hedge.ABOUT),
        ("12,345千円", "12345000", "円", Hedge.EXACT),
        ("一割強", "10", "%", Hedge.OVER),
        ("3割5分", "35", "%", Hedge.EXACT),
        ("５割弱", "50", "%", Hedge.UNDER),
        ("１２０名以上", "120", "人", Hedge.AT_LEAST),
        ("三ヶ月以内", "3", "か月", Hedge.AT_MOST),
        ("数十人", "10", "人", Hedge.SEVERAL),
        ("五十余年", "50", "年", Hedge.OVER),
        ("二年半", "2.5", "年", Hedge.EXACT),
        ("第2回", "2", "第回", Hedge.EXACT),
        ("三回目", "3", "第回", Hedge.EXACT),
        ("平成三十年度", "2018", "年度", Hedge.EXACT),
        ("六・五メートル", "6.5", "m", Hedge.EXACT),
        ("2分の1", "0.5", "分の", Hedge.EXACT),
    ],
)
def test_a_figure_is_read_with_unit_and_hedge(text: str, value: str, unit: str, hedge: Hedge) -> None:
    figure = only(text)
    assert (figure.value, figure.unit, figure.hedge) == (Decimal(value), unit, hedge)
    assert (figure.start, figure.end) == (0, len(text))


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("二、三人", 2, 3),
        ("四、五百人", 400, 500),
        ("10〜20%", 10, 20),
        ("1～2割", 10, 20),
        ("100〜200万円", 1_000_000, 2_000_000),
        ("3から5人", 3, 5),
        ("2018〜2020年", 2018, 2020),
        ("平成30～令和2年度", 2018, 2020),
    ],
)
def test_a_range_is_one_figure(text: str, low: int, high: int) -> None:
    figure = only(text)
    assert (figure.value, figure.upper) == (low, high)


@pytest.mark.parametrize(
    "text",
    [
        "十分な議論",
        "第三者",
        "一般会計",
        "二酸化炭素",
        "COVID-19",
        "CO2",
        "5G",
        "契約を締結",
        "一時保護",
        "一層の充実",
        "(1)検討",
        "第一に",
    ],
)
def test_words_and_list_marks_have_no_figures(text: str) -> None:
    assert figures(text) == []


def test_a_date_gives_year_month_and_day() -> None:
    expected = [(2025, Quantity.YEAR), (5, Quantity.MONTH), (30, Quantity.DAY)]
    for text in ("令和7年5月30日", "R7.5.30", "2025/5/30"):
        assert [(figure.value, figure.quantity) for figure in figures(text)] == expected


def test_a_contract_is_not_about_a_number() -> None:
    assert figures("請負契約第二号")[0].hedge is Hedge.EXACT


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("一割強", "１割強", True),
        ("1割強", "10%余り", True),
        ("2割", "1割強", False),
        ("1割", "1割強", False),
        ("百三十六億円", "13,600,000千円", True),
        ("136億円", "136億人", False),
        ("令和2年度", "2年度", True),
        ("令和2年度", "3年度", False),
        ("令和元年度", "元年度", True),
        ("120人", "120名", True),
        ("3回目", "3回", False),
        ("10〜20%", "10%", False),
    ],
)
def test_the_same_figure_in_other_words(first: str, second: str, expected: bool) -> None:
    assert same(only(first), only(second)) is expected
    assert same(only(second), only(first)) is expected


@pytest.mark.parametrize(
    ("claim", "source", "expected"),
    [
        ("1割", "1割強", True),
        ("1割弱", "1割強", False),
        ("3人以上", "3人", False),
        ("3000人", "約3000人", True),
        ("2割", "1割強", False),
        ("10人", "数十人", False),
    ],
)
def test_a_claim_may_leave_a_hedge_out_but_not_add_one(claim: str, source: str, expected: bool) -> None:
    assert close(only(claim), only(source)) is expected


def test_missing_figures_are_those_the_source_lacks() -> None:
    claim = "令和3年度に5か所、予算は2億円"
    lacking = missing(claim, "令和三年度は五カ所に設け、予算は一億円です。")
    assert [claim[figure.start : figure.end] for figure in lacking] == ["2億円"]


@given(st.text("一二三十百万億０12,.・、約数第回人円割%強年度月日から〜～ 令和R分の半余", max_size=20))
def test_figures_do_not_overlap(text: str) -> None:
    end = 0
    for figure in figures(text):
        assert end <= figure.start < figure.end <= len(text)
        assert figure.upper is None or figure.value < figure.upper
        end = figure.end
