"""Periods as people type them into a field of a search: R2.4〜R3.3, 令和2年度, 2019年以降, 平成."""

from __future__ import annotations

import re
from datetime import date

from corpus.calendar import ERAS, Period, periods
from corpus.eras import ERA_YEAR
from corpus.numerals import fold

_YEAR = rf"(?:{ERA_YEAR}|[0-9]{{4}})"
_BARE_YEAR = re.compile(_YEAR)
_MONTH = re.compile(rf"(?P<year>{_YEAR})[./-](?P<month>[0-9]{{1,2}})")
_RANGE = re.compile(r" ?(?:~|から|より|-) ?")
_OPEN_END = re.compile(r" ?(?:から|より|~|-)$")
_OPEN_START = re.compile(r"^(?:~|-) ?| ?まで$")
_ERA = re.compile(r"(?P<name>[一-龠]{2})(?:時代|年間)?")


def period_of(text: str, today: date) -> Period | None:
    """The days that `text` as a whole names; None where it is no period.

    `date.min` and `date.max` stand for an open end.

    >>> [str(day) for day in (period_of("R2.4〜R3.3", date(2026, 1, 1)).first, period_of("2020", date(2026, 1, 1)).last)]
    ['2020-04-01', '2020-12-31']
    """
    folded = re.sub(r"\s+", " ", fold(text)).strip()
    single = _single(folded, today)
    if single is not None:
        return single
    if end := _OPEN_END.search(folded):
        first = _single(folded[: end.start()], today)
        return Period(first.first, date.max) if first else None
    for gap in _RANGE.finditer(folded):
        first, last = (
            _single(folded[: gap.start()], today),
            _single(folded[gap.end() :].removesuffix("まで"), today),
        )
        if first and last and first.first <= last.last:
            return Period(first.first, last.last)
    rest = _OPEN_START.sub("", folded)
    last = _single(rest, today) if rest != folded else None
    return Period(date.min, last.last) if last else None


def _single(text: str, today: date) -> Period | None:
    """One expression of time that is the whole of folded `text`."""
    if month := _MONTH.fullmatch(text):
        text = f"{month['year']}年{month['month']}月"
    elif _BARE_YEAR.fullmatch(text):
        text += "年"
    elif (era := _ERA.fullmatch(text)) and (found := [one for one in ERAS if one.name == era["name"]]):
        return Period(found[0].first, found[0].last or date.max)
    mentions = periods(text, today)
    if len(mentions) == 1 and (mentions[0].start, mentions[0].end) == (0, len(text)):
        return mentions[0].period
    return None
