"""Figures in a text: numbers with what they count and how firmly, so that two texts can be compared.

A claim and its source state the same figure when `same` holds (一割強, 1割強, 10%余り); `close` also
accepts a claim that leaves the hedge of its source out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from corpus.counting import numbers
from corpus.eras import ERAS, YEAR, year_of
from corpus.expressions import YEAR_END
from corpus.numerals import KANJI, fold, parse
from corpus.units import NONE, Quantity, unit_at


class Hedge(StrEnum):
    """How firmly a figure is stated."""

    EXACT = "exact"
    ABOUT = "about"  # 約, 程度, 前後
    OVER = "over"  # 強, 余り, を超える: somewhat more
    UNDER = "under"  # 弱, 近く, 足らず: somewhat less
    AT_LEAST = "at_least"  # 以上
    AT_MOST = "at_most"  # 以下, 以内, 未満
    SEVERAL = "several"  # 数十, 十数: several times the value


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure at ``text[start:end]``, its unit and hedge words included.

    `value` counts `unit`, with 千, 万, 億 and the unit's own scale multiplied out (1割 is 10 of %); a
    range (二、三人, 10〜20%) has `upper` as well. A year of an era is its Gregorian year. An ordinal
    (第2回, 2回目) has 第 before its unit, a number without unit none.
    """

    start: int
    end: int
    value: Decimal
    unit: str
    quantity: Quantity
    hedge: Hedge = Hedge.EXACT
    upper: Decimal | None = None


_BEFORE = re.compile(
    r"(?:(?P<about>(?<![契公規条予要解節確盟特集誓制売])約|およそ|おおよそ|おおむね|概ね|ほぼ|大体|だいたい)|(?P<least>最低|少なくとも)|(?P<most>最大|最長|最高))"
    r"(?:でも?|で、)? ?\Z"
)
_AFTER = re.compile(
    r" ?(?:(?P<over>強(?![化制い靱力度調])|余り|あまり|余(?![裕地剰儀計])|有余|超|を?超え|を?上回|を?突破|台(?=[のでにとを、。 ]|$))"
    r"|(?P<under>弱(?![者点い体])|近く|足らず|を?下回|を?割り込|を切)|(?P<least>以上)|(?P<most>以下|以内|未満)"
    r"|(?P<about>程度|ほど|前後|くらい|ぐらい|内外))"
)
_HEDGES = {
    "about": Hedge.ABOUT,
    "over": Hedge.OVER,
    "under": Hedge.UNDER,
    "least": Hedge.AT_LEAST,
    "most": Hedge.AT_MOST,
}
_HALF = re.compile(r"半(?![期分数径島])")
_YEAR = re.compile(
    rf"(?P<year>{YEAR}) ?(?:(?P<fiscal>年度)|(?P<calendar>年)(?:\([^()]{{1,9}}\))?{YEAR_END}|(?=[~-]))"
)
_FIRST_YEAR = re.compile(r"(?<![一-龠A-Za-z])元年(?:度|(?=[0-9一二三四五六七八九十]{1,2}月))")
_SHORT_DATE = re.compile(
    r"(?<![0-9A-Za-z.])(?P<year>[MTSHR]\.?[0-9]{1,2}|[0-9]{4})(?P<sign>[./-])"
    r"(?P<month>[0-9]{1,2})(?P=sign)(?P<day>[0-9]{1,2})(?![0-9])"
)
_FRACTION = re.compile(rf"分の ?(?P<top>[0-9{KANJI}]+)")
_TENTH = re.compile(rf"(?P<tenth>[0-9{KANJI}])分(?![野間の])")
_BETWEEN = re.compile(r"数|有余|余り?")
_SEVERAL = re.compile(r"(?:(?<![一-龠])|(?<=[約各毎]))数(?P<times>[十百千]?[万億兆]?)")
_LATIN = re.compile(r"^.?[A-Za-z][.-]?[0-9]|[0-9][A-Za-z]$")
# (1), 第一に: these count the points of a speech, not a fact.
_POINT_OF_LIST = re.compile(rf"\([0-9{KANJI}]+\)\Z|第 ?[0-9{KANJI}]+[にはの、]\Z")
_RANGE = re.compile(r" ?(?:~|-|から) ?")
_MAGNITUDE = re.compile(r"[十百千万億兆]+$")


def figures(text: str) -> list[Figure]:
    """Every figure of `text` in order, without overlap, offsets in `text`.

    >>> [(str(f.value), f.unit, f.hedge.value) for f in figures("約百三十六億円、職員の一割強が第2回に")]
    [('13600000000', '円', 'about'), ('10', '%', 'over'), ('2', '第回', 'exact')]
    """
    folded = fold(text)
    dated = list(_dates(folded))
    end_of = {position: one.end for one in dated for position in range(one.start, one.end)}
    counted = [
        one
        for start, end in numbers(folded)
        if start not in end_of and (one := _figure(folded, start, end)) is not None
    ]
    apart: list[Figure] = []
    for one in sorted([*dated, *_vague(folded), *counted], key=lambda one: (one.start, -one.end)):
        if not apart or one.start >= apart[-1].end:
            _append(folded, apart, one)
    return apart


def _dates(folded: str) -> Iterator[Figure]:
    """Years of eras and full years with 年 or 年度, and the parts of 2025/5/30 and R7.5.30."""
    for found in _YEAR.finditer(folded):
        year = year_of(found["year"])
        if year is None or (not (found["fiscal"] or found["calendar"]) and found["year"][0].isdecimal()):
            continue
        if found["fiscal"]:
            yield Figure(*found.span(), Decimal(year), "年度", Quantity.FISCAL_YEAR)
        elif found["calendar"]:
            yield Figure(*found.span(), Decimal(year), "年", Quantity.YEAR)
        else:
            yield Figure(*found.span(), Decimal(year), "", Quantity.NUMBER)
    for found in _FIRST_YEAR.finditer(folded):
        unit = ("年度", Quantity.FISCAL_YEAR) if found.group() == "元年度" else ("年", Quantity.YEAR)
        yield Figure(*found.span(), Decimal(1), *unit)
    for found in _SHORT_DATE.finditer(folded):
        year = year_of(found["year"])
        if year is not None:
            yield Figure(*found.span("year"), Decimal(year), "年", Quantity.YEAR)
            yield Figure(*found.span("month"), Decimal(found["month"]), "月", Quantity.MONTH)
            yield Figure(*found.span("day"), Decimal(found["day"]), "日", Quantity.DAY)


def _vague(folded: str) -> Iterator[Figure]:
    """数十人, 数百件, 数年: several times ten, a hundred, one."""
    for found in _SEVERAL.finditer(folded):
        unit, end = unit_at(folded, found.end())
        times = found["times"]
        value = parse(times if times[:1] in tuple("十百千") else "一" + times)
        if unit is not NONE and value is not None:
            yield Figure(found.start(), end, value * unit.scale, unit.name, unit.quantity, Hedge.SEVERAL)


def _figure(folded: str, start: int, end: int) -> Figure | None:
    """The figure of the number ``folded[start:end]``; None where it does not parse or belongs to a Latin word."""
    value = parse(folded[start:end])
    if value is None:
        return None
    if (part := _FRACTION.match(folded, end)) and (top := parse(part["top"])) and value:
        return Figure(start, part.end(), top / value, "分の", Quantity.SHARE)
    between = _BETWEEN.match(folded, end)
    unit, stop = unit_at(folded, between.end() if between else end)
    if unit is NONE:
        between, stop = None, end
    if unit is NONE and _LATIN.search(folded[max(0, start - 2) : end + 1]):
        return None
    value *= unit.scale
    if unit.quantity in (Quantity.DURATION, Quantity.MULTIPLE) and (half := _HALF.match(folded, stop)):
        value, stop = value + Decimal("0.5"), half.end()
    if unit.scale == 10 and (tenth := _TENTH.match(folded, stop)):  # 3割5分
        value, stop = value + (parse(tenth["tenth"]) or 0), tenth.end()
    hedge = Hedge.EXACT if between is None else Hedge.SEVERAL if between.group() == "数" else Hedge.OVER
    one = Figure(start, stop, value, unit.name, unit.quantity, hedge)
    if unit is NONE and _POINT_OF_LIST.search(folded[max(0, start - 2) : stop + 1]):
        return None
    return _hedged(folded, _ordinal(folded, one))


def _ordinal(folded: str, one: Figure) -> Figure:
    """The figure as an ordinal where 第 stands before it or 目 behind its unit."""
    first = re.search(r"第 ?\Z", folded[max(0, one.start - 2) : one.start])
    behind = one.unit != "" and folded.startswith("目", one.end)
    if not (first or behind):
        return one
    start = one.start - len(first.group()) if first else one.start
    return replace(one, start=start, end=one.end + behind, unit="第" + one.unit, quantity=Quantity.ORDINAL)


def _hedged(folded: str, one: Figure) -> Figure:
    """The figure with the hedge words around it; those behind win over those before."""
    if one.quantity in (Quantity.FISCAL_YEAR, Quantity.ORDINAL):
        return one
    before = _BEFORE.search(folded[max(0, one.start - 8) : one.start])
    after = _AFTER.match(folded, one.end)
    start = one.start - len(before.group()) if before else one.start
    end = after.end() if after else one.end
    group = (after and after.lastgroup) or (before and before.lastgroup)
    hedge = _HEDGES[group] if group and one.hedge is Hedge.EXACT else one.hedge
    return replace(one, start=start, end=end, hedge=hedge)


def _append(folded: str, apart: list[Figure], one: Figure) -> None:
    """Adds `one`, joined with the last figure where the two are ends of a range."""
    low = _low_end(folded, apart[-1], one) if apart else None
    if low is None:
        apart.append(one)
    else:
        apart[-1] = replace(one, start=apart[-1].start, value=low, upper=one.value)


def _low_end(folded: str, last: Figure, one: Figure) -> Decimal | None:
    """The lower end, in the unit of `one`, of a range from `last` to `one`; None where they are none."""
    gap = folded[last.end : one.start]
    if not one.unit or last.upper is not None or one.upper is not None:
        return None
    if last.unit and (last.unit != one.unit or "から" in gap):
        return None
    if gap == "、" and not last.unit and 1 <= last.value <= 9:  # 二、三人; 四、五百人
        step = one.value / (last.value + 1)
        return last.value * step if step in (1, 10, 100, 1000, 10**4, 10**8) else None
    if not _RANGE.fullmatch(gap):
        return None
    low = (
        last.value if last.unit else last.value * _share_of_unit(folded, one) * _magnitude(folded, last, one)
    )
    return low if low < one.value else None


def _share_of_unit(folded: str, one: Figure) -> Decimal:
    """The scale of the unit that `one` is printed in: 10 for 割."""
    return Decimal(10) if one.unit == "%" and "割" in folded[one.start : one.end] else Decimal(1)


def _magnitude(folded: str, last: Figure, one: Figure) -> Decimal:
    """What 100 in 100〜200万円 is to be multiplied by."""
    run = re.match(rf"[^0-9{KANJI}]*([0-9{KANJI}.,・]+)", folded[one.start : one.end])
    times = _MAGNITUDE.search(run.group(1)) if run else None
    if times is None or _MAGNITUDE.search(folded[last.start : last.end]):
        return Decimal(1)
    value = parse("1" + times.group())
    return value if value is not None and last.value * value < one.value else Decimal(1)


def same(first: Figure, second: Figure) -> bool:
    """Whether two figures say the same: value, range, unit and hedge. Symmetric.

    一割強 and 10%余り do; 2割 and 1割強 do not. A year without era (2年度) equals that year of any era.
    """
    return _equal(first, second) and first.hedge is second.hedge


# What a claim may make of the hedge of its source: leave it out, or say it with less precision.
_ALLOWED = {
    Hedge.EXACT: {Hedge.EXACT, Hedge.ABOUT},
    Hedge.ABOUT: {Hedge.ABOUT, Hedge.EXACT},
    Hedge.OVER: {Hedge.OVER, Hedge.EXACT, Hedge.ABOUT, Hedge.AT_LEAST},
    Hedge.UNDER: {Hedge.UNDER, Hedge.EXACT, Hedge.ABOUT, Hedge.AT_MOST},
    Hedge.AT_LEAST: {Hedge.AT_LEAST, Hedge.EXACT},
    Hedge.AT_MOST: {Hedge.AT_MOST, Hedge.EXACT},
    Hedge.SEVERAL: {Hedge.SEVERAL},
}


def close(claim: Figure, source: Figure) -> bool:
    """Whether `claim` may be said on the strength of `source`: the same value, no firmer in another direction.

    Leaving a hedge out is allowed (1割 of 1割強), turning it round (1割弱) or adding one (3人以上 of 3人) is
    not. A claim without unit is content with the value alone.
    """
    bare = not claim.unit and claim.value == source.value and claim.upper == source.upper
    return (bare or _equal(claim, source)) and claim.hedge in _ALLOWED[source.hedge]


def missing(claim: str, source: str) -> list[Figure]:
    """The figures of `claim` that no figure of `source` supports (`close`), with offsets in `claim`."""
    known = figures(source)
    return [figure for figure in figures(claim) if not any(close(figure, other) for other in known)]


def _equal(first: Figure, second: Figure) -> bool:
    if first.unit != second.unit or first.upper != second.upper:
        return False
    if first.value == second.value:
        return True
    short, long = sorted((first.value, second.value))
    if first.unit not in ("年", "年度") or short >= 100 or first.upper is not None:
        return False
    return any(era.year(int(short)) == long for era in ERAS)
