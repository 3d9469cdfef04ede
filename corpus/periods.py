"""Periods meant by questions and utterances, and relative years made absolute."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from corpus.eras import fiscal_year, japanese_fiscal_year, japanese_year
from corpus.expressions import AWAY, RELATIVE, RELATIVE_MONTH, Expression, Grain, Period, expressions
from corpus.numerals import fold


@dataclass(frozen=True, slots=True)
class Mention:
    """One expression of time: ``text == source[start:end]``. `relative` if it depends on the day of speaking."""

    start: int
    end: int
    period: Period
    text: str
    grain: Grain
    relative: bool = False


_FROM_TO = re.compile(r" ?(?:から|より|~|-) ?")
_AND = re.compile(r" ?(?:[、・,と]|及び|並びに|または|又は) ?")
_SINCE = re.compile(r" ?の?(?:以降|以後)")
_BEFORE = re.compile(r" ?の?以前")
_UNTIL = re.compile(r" ?(?:にかけて|まで(?:の間)?)")


def periods(text: str, today: date) -> list[Mention]:
    """Every expression of time in `text`, in order and without overlap, offsets in `text`.

    `today` is the day of the question or of the speech. Relative years count from it; a year of an era
    without its name (2年度, 二十八年三月) is the one nearest to it; a month or day without year is that of
    the year named before it in the same sentence, else of its year. Ranges become one mention; 以降 and
    以前 open an end. Lengths, ranks and names are left alone: 四年間, 第2回, 3年生, 東京2020大会, 百年.

    >>> [(m.text, str(m.period.first), str(m.period.last)) for m in periods("R元年度から3年度", date(2025, 6, 1))]
    [('R元年度から3年度', '2019-04-01', '2022-03-31')]
    """
    folded = fold(text)
    joined = _joined(folded, expressions(folded, today))
    return [
        Mention(one.start, one.end, one.period, text[one.start : one.end], one.grain, one.relative)
        for one in (_opened(folded, expression) for expression in joined)
    ]


def _joined(folded: str, found: Iterable[Expression]) -> list[Expression]:
    """Ranges made one; bare years kept only at the end of a range or beside another year."""
    kept: list[Expression] = []
    for one in found:
        gap = folded[kept[-1].end : one.start] if kept else ""
        if kept and _FROM_TO.fullmatch(gap) and kept[-1].period.first <= one.period.first:
            until = _UNTIL.match(folded, one.end)
            period = Period(kept[-1].period.first, max(one.period.last, kept[-1].period.last))
            end = until.end() if until else one.end
            kept[-1] = Expression(kept[-1].start, end, period, Grain.SPAN, kept[-1].relative or one.relative)
        elif not one.bare or _AND.fullmatch(gap):
            kept.append(one)
    return kept


def _opened(folded: str, one: Expression) -> Expression:
    """The expression with an open end where 以降 or 以前 follows."""
    if since := _SINCE.match(folded, one.end):
        return replace(one, end=since.end(), period=Period(one.period.first, date.max), grain=Grain.SPAN)
    if before := _BEFORE.match(folded, one.end):
        return replace(one, end=before.end(), period=Period(date.min, one.period.last), grain=Grain.SPAN)
    return one


_RELATIVE = re.compile(rf"{RELATIVE}(?! ?\()")
_RELATIVE_MONTH = re.compile(rf"{RELATIVE_MONTH}(?! ?\()")


def resolve_relative(text: str, said_on: date) -> str:
    """`text` with the absolute year behind each relative one: 昨年度（平成30年度）, 来年（令和3年）.

    A word that already has brackets behind it is left as it is, so applying it twice changes nothing.
    Years are named by the era at their end.

    >>> resolve_relative("昨年度は三件、来年は五件です。", date(2020, 2, 26))
    '昨年度（平成30年度）は三件、来年（令和3年）は五件です。'
    """
    folded = fold(text)
    notes = [(found.end(), _absolute_year(found, said_on)) for found in _RELATIVE.finditer(folded)]
    notes += [(found.end(), _absolute_month(found, said_on)) for found in _RELATIVE_MONTH.finditer(folded)]
    for end, note in sorted(notes, reverse=True):
        text = f"{text[:end]}（{note}）{text[end:]}"
    return text


def _absolute_year(found: re.Match[str], said_on: date) -> str:
    away = AWAY[found["word"]]
    if found["fiscal"]:
        return japanese_fiscal_year(fiscal_year(said_on) + away)
    return japanese_year(said_on.year + away)


def _absolute_month(found: re.Match[str], said_on: date) -> str:
    months = said_on.year * 12 + said_on.month - 1 + AWAY[found["word"]]
    return f"{japanese_year(months // 12)}{months % 12 + 1}月"
