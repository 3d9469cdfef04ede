"""Rules for single expressions of time: each pattern with the days it means, given the day of speaking."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from corpus.eras import COMMON_YEAR, DAY, ERA_YEAR, ERAS, MONTH, YEAR, day_of, fiscal_year, number, year_of
from corpus.numerals import NUMBER


class Grain(StrEnum):
    """How finely an expression of time is given."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    FISCAL_YEAR = "fiscal_year"
    SPAN = "span"  # several years or months


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both included. `date.min` and `date.max` stand for an open end."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise ValueError(f"a period needs first <= last, got {self.first}, {self.last}")

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def overlaps(self, other: Period) -> bool:
        """Whether the two share a day."""
        return self.first <= other.last and other.first <= self.last


def calendar_year(year: int) -> Period:
    """1 January to 31 December."""
    return Period(date(year, 1, 1), date(year, 12, 31))


def fiscal_period(year: int) -> Period:
    """The fiscal year (年度) that begins in `year`: 1 April to 31 March."""
    return Period(date(year, 4, 1), date(year + 1, 3, 31))


def month_period(year: int, month: int) -> Period:
    """First to last day of a month."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return Period(date(year, month, 1), following - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Expression:
    """A resolved expression at ``folded[start:end]``. Later months and bare years lean on it."""

    start: int
    end: int
    period: Period
    grain: Grain
    relative: bool = False
    bare: bool = False  # a year without era, 年度 or anything else that makes it one: only good after another


@dataclass(frozen=True, slots=True)
class Context:
    """The day of speaking, the expression before this one in the sentence, and the text between them."""

    today: date
    before: Expression | None
    gap: str


# Years from that of speaking. Look-arounds keep out other words in which these stand: 日本年金, 将来年次,
# 過去年度, 優先月間, 今年齢, することしか.
AWAY = {"一昨年": -2, "おととし": -2, "昨年": -1, "去年": -1, "本年": 0, "今年": 0, "ことし": 0, "現年": 0}
AWAY |= {
    "再来年": 2,
    "さ来年": 2,
    "来年": 1,
    "明年": 1,
    "次年": 1,
    "先々月": -2,
    "先月": -1,
    "今月": 0,
    "来月": 1,
}
RELATIVE = (
    r"(?P<word>一昨年|おととし|昨年|(?<!過)去年|(?<![一-龠])[本現]年|今年(?![々齢輪])|再来年|さ来年"
    r"|(?<![将従在本未以旧古元由外到渡往再さ])来年(?!齢)|(?<![説証判表透不])明年|(?<![一-龠])次年(?=度)"
    r"|ことし(?=[のはもにが、。度 春夏秋冬末初前後一二三四五六七八九十0-9]|から|より))(?![代号])(?:(?P<fiscal>度(?!目))|(?!度(?!目)))"
)
RELATIVE_MONTH = r"(?P<word>先々月|(?<!優)先月(?!間)|今月(?!号)|(?<![以従将])来月(?!号))"

_FEW = "(?:[0-9]{1,2}|[〇一二三四五六七八九十]{1,3})"
_ALONE = r"(?<![0-9A-Za-z〇一二三四五六七八九十百千万億.,数何幾第毎各単両複かカ])"
# What makes a length, a rank, a name or a saying of a number before 年: 3年間, 2000年前, 2020年大会.
YEAR_END = (
    r"(?!度|間|前|後|生|分|目|次|連続|ぶり|以上|余|ごと|おき|近|もの|に[一1][度回つ]|の歴史|代|大会|(?:東京)?(?:大会|オリ|五輪|パラ)"
    r"|ラグビー|ワールド|万博|問題)"
)
_LENGTH = rf"(?P<length>{NUMBER}) ?(?P<unit>[かカヵヶケ箇]?年度?|[かカヵヶケ箇]月)"
_FISCAL_END = r"(?!目|間|分の|連続|ごと|おき|に(?:わた|またが|渡))"
_BARE_MONTH = rf"(?P<month>{MONTH}) ?月(?![間光雨])"
_PART = (
    "(?=[春夏秋冬]|末|初め|初頭|内[にでの、]|中[にでの、]|上半期|下半期|第 ?[1-4一二三四] ?回(?:定例|臨時)会)"
)
_MONTH = rf" ?の? ?{_BARE_MONTH}"
_DAY = rf"(?: ?の? ?(?P<day>{DAY}) ?日(?!間|目))"


def _dated(found: re.Match[str], context: Context) -> Expression | None:
    """令和2年, R2年度, 2020年2月, 平成31年4月1日, R7.5.30."""
    return _expression(found, year_of(found["year"]))


def _bare(found: re.Match[str], context: Context) -> Expression | None:
    """2年度, 二十八年三月, and 30年 after another year: the year of the nearest era."""
    parts = found.groupdict()
    lean = context.before if context.before and len(context.gap) <= 8 else None
    count = number(found["year"]) or 0
    near = lean.period.first if lean else context.today
    year = nearest_year(count, near, context.today)
    if found["year"][0] in "0〇" or count > 65:  # 06年, 99年度: the last two digits of a Gregorian year
        year = count + (2000 if count < 60 else 1900)
    bare = not (parts.get("fiscal") or parts.get("month") or "part" in parts)
    if bare and (lean is None or lean.relative or (year or 0) <= lean.period.first.year):
        return None
    return _expression(found, year, bare=bare)


def _relative(found: re.Match[str], context: Context) -> Expression | None:
    """昨年, 来年度, 本年三月, 昨年の12月24日."""
    fiscal = bool(found["fiscal"])
    year = (fiscal_year(context.today) if fiscal else context.today.year) + AWAY[found["word"]]
    return _expression(found, year, relative=True)


def _relative_month(found: re.Match[str], context: Context) -> Expression | None:
    """先月, 今月26日."""
    months = context.today.year * 12 + context.today.month - 1 + AWAY[found["word"]]
    period = month_period(months // 12, months % 12 + 1)
    if found["day"]:
        day = day_of(period.first.year, str(period.first.month), found["day"])
        return Expression(*found.span(), Period(day, day), Grain.DAY, True) if day else None
    return Expression(*found.span(), period, Grain.MONTH, True)


def _new_fiscal_year(found: re.Match[str], context: Context) -> Expression:
    """新年度: the coming one from January to March, else the current one."""
    return Expression(*found.span(), fiscal_period(context.today.year), Grain.FISCAL_YEAR, True)


def _lone(found: re.Match[str], context: Context) -> Expression | None:
    """2月26日, 三月, 同年九月: in the year named before in the sentence, else in that of speaking."""
    before = context.before
    year = context.today.year
    if before and len(context.gap) <= 30 and not context.gap.endswith(("この", "去る", "さる")):
        year = (
            before.period.last.year if before.grain in (Grain.DAY, Grain.MONTH) else before.period.first.year
        )
        if before.grain is Grain.FISCAL_YEAR and (number(found["month"]) or 4) < 4:
            year += 1
    return _expression(found, year + (found["same"] == "翌"), relative=before is None or before.relative)


def _lately(found: re.Match[str], context: Context) -> Expression | None:
    """過去10年間, 直近3か年, この六か月: up to the day of speaking."""
    length = number(found["length"])
    if not length or length > 150 or found["length"][0] in "0〇":
        return None
    months = context.today.year * 12 + context.today.month - 1 - length * (1 if "月" in found["unit"] else 12)
    first = month_period(months // 12, months % 12 + 1)
    begin = min(first.first + timedelta(days=context.today.day - 1), first.last)
    return Expression(*found.span(), Period(begin, context.today), Grain.SPAN, True)


def _ago(found: re.Match[str], context: Context) -> Expression | None:
    """三年前: the calendar year so many years back."""
    years = number(found["length"])
    if not years:
        return None
    return Expression(*found.span(), calendar_year(context.today.year - years), Grain.YEAR, True)


def _decade(found: re.Match[str], context: Context) -> Expression | None:
    """1990年代, 昭和三十年代."""
    year = year_of(found["year"])
    if year is None:
        return None
    period = Period(date(year, 1, 1), date(year + 9, 12, 31))
    return Expression(*found.span(), period, Grain.SPAN)


def _years(found: re.Match[str], context: Context) -> Expression | None:
    """2018～2020年, 平成30～令和2年度, 令和元～3年度, 2018-20年."""
    first, last = year_of(found["first"]), year_of(found["last"])
    if first is not None and last is None:
        count = number(found["last"]) or 0
        era = re.match(ERA_YEAR, found["first"])
        last = nearest_year(count, date(first, 12, 31), context.today) if era else first - first % 100 + count
    if first is None or last is None or not first < last <= first + (3 if found["sign"] in "、・" else 200):
        return None
    of = fiscal_period if found["unit"].startswith("年度") else calendar_year
    return Expression(*found.span(), Period(of(first).first, of(last).last), Grain.SPAN)


def _expression(
    found: re.Match[str], year: int | None, *, relative: bool = False, bare: bool = False
) -> Expression | None:
    """The expression of a match with the groups month, day and fiscal, as far as its pattern has them."""
    if year is None or not 1868 <= year <= 2199:
        return None
    parts = found.groupdict()
    if parts.get("fiscal"):
        return Expression(*found.span(), fiscal_period(year), Grain.FISCAL_YEAR, relative)
    if not parts.get("month"):
        return Expression(*found.span(), calendar_year(year), Grain.YEAR, relative, bare)
    if parts.get("day"):
        day = day_of(year, parts["month"], parts["day"])
        return Expression(*found.span(), Period(day, day), Grain.DAY, relative) if day else None
    month = number(parts["month"]) or 0
    if not 1 <= month <= 12:
        return None
    return Expression(*found.span(), month_period(year, month), Grain.MONTH, relative)


def nearest_year(count: int, near: date, today: date) -> int | None:
    """The Gregorian year of year `count` of some era that lies nearest to `near`; None for 0.

    An era over before `today` offers only its own years and the one after (平成32年 is left to texts
    of its time).
    """
    if count < 1:
        return None
    begun = [era for era in ERAS if era.first <= today]
    years = [
        era.year(count)
        for era in begun
        if era.last is None or today <= era.last or era.year(count) <= era.last.year + 1
    ]
    return min(years, key=lambda year: (abs(year - near.year), -year), default=None)


_Rule = tuple[re.Pattern[str], Callable[[re.Match[str], Context], Expression | None]]
_RULES: tuple[_Rule, ...] = (
    (
        re.compile(
            rf"(?P<first>{YEAR})(?:年度?)? ?(?P<sign>[~、・-]) ?(?P<last>{YEAR}|{_FEW}) ?(?P<unit>年度|年{YEAR_END})"
        ),
        _years,
    ),
    (re.compile(rf"(?P<year>{YEAR}) ?年(?: ?\([^()]{{1,9}}\))?{_MONTH}{_DAY}?"), _dated),
    (re.compile(rf"(?P<year>{YEAR}) ?年(?:(?P<fiscal>度{_FISCAL_END})|{YEAR_END})"), _dated),
    (
        re.compile(
            r"(?<![0-9A-Za-z.])(?P<year>[MTSHR]\.?[0-9]{1,2}|[0-9]{4})(?P<sign>[./-])"
            r"(?P<month>[0-9]{1,2})(?P=sign)(?P<day>[0-9]{1,2})(?![0-9])"
        ),
        _dated,
    ),
    (re.compile(r"(?<![0-9A-Za-z.\-])(?P<year>[RH](?:[12]?[0-9]|3[01]))(?![0-9A-Za-z.年%/~-])"), _dated),
    (re.compile(rf"(?P<year>{COMMON_YEAR}|{ERA_YEAR}) ?年代"), _decade),
    (re.compile(rf"{RELATIVE}(?:{_MONTH}{_DAY}?)?"), _relative),
    (re.compile(rf"{RELATIVE_MONTH}(?: ?の?{_DAY})?"), _relative_month),
    (re.compile(r"(?<![一-龠])新年度"), _new_fiscal_year),
    (re.compile(rf"(?:過去|直近の?|最近の?|ここ|これまでの?) ?{_LENGTH}間?"), _lately),
    (re.compile(rf"この ?{_LENGTH}間"), _lately),
    (re.compile(rf"{_ALONE}(?P<length>{_FEW}) ?年前(?![半後倒])"), _ago),
    (re.compile(rf"{_ALONE}(?P<year>元|(?![1一]年){_FEW}) ?年(?P<fiscal>度){_FISCAL_END}"), _bare),
    (re.compile(rf"{_ALONE}(?P<year>元|{_FEW}) ?年{_MONTH}{_DAY}?"), _bare),
    (re.compile(rf"{_ALONE}(?P<year>元|{_FEW}) ?年(?P<part>{_PART})"), _bare),
    (re.compile(rf"{_ALONE}(?P<year>{_FEW}) ?年{YEAR_END}"), _bare),
    (re.compile(rf"(?:(?P<same>[同翌])年)?{_ALONE}{_BARE_MONTH}{_DAY}?"), _lone),
)


def expressions(folded: str, today: date) -> Iterator[Expression]:
    """The expressions of time in folded text, left to right, the longest where several begin together."""
    matches = [(found, resolve) for pattern, resolve in _RULES for found in pattern.finditer(folded)]
    matches.sort(key=lambda pair: (pair[0].start(), -pair[0].end()))
    before: Expression | None = None
    end = 0
    for found, resolve in matches:
        if found.start() < end:
            continue
        if before and re.search(r"[。\n]", folded[before.end : found.start()]):
            before = None
        gap = folded[before.end : found.start()] if before else ""
        expression = resolve(found, Context(today, before, gap))
        if expression is not None:
            yield expression
            before, end = expression, expression.end
