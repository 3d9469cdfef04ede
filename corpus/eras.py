"""Japanese eras (元号), fiscal years (年度, from April) and dates as offices print them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from corpus.numerals import fold, parse


@dataclass(frozen=True, slots=True)
class Era:
    """An era with the letter offices abbreviate it by and its first and last day (None: still running)."""

    name: str
    letter: str
    first: date
    last: date | None

    def year(self, number: int) -> int:
        """The Gregorian year in which year `number` of the era falls."""
        return self.first.year + number - 1


ERAS = (
    Era("明治", "M", date(1868, 1, 25), date(1912, 7, 29)),
    Era("大正", "T", date(1912, 7, 30), date(1926, 12, 24)),
    Era("昭和", "S", date(1926, 12, 25), date(1989, 1, 7)),
    Era("平成", "H", date(1989, 1, 8), date(2019, 4, 30)),
    Era("令和", "R", date(2019, 5, 1), None),
)
_BY_NAME = {era.name: era for era in ERAS} | {era.letter: era for era in ERAS}

_NAME = "明治|大正|昭和|平成|令和"
_FEW = "[0-9]{1,2}|[〇一二三四五六七八九十]{1,3}"
ERA_YEAR = rf"(?:(?:{_NAME})|(?<![A-Za-z0-9.\-])[MTSHR]\.?(?=[0-9元])) ?(?:元|{_FEW})"
COMMON_YEAR = (
    "(?:(?<![0-9])[0-9]{4}(?![0-9])|[一二][〇一二三四五六七八九]{3}|千九百[一二三四五六七八九十]{1,3})"
)
YEAR = rf"(?:{ERA_YEAR}(?: ?\({COMMON_YEAR}年?\))?|{COMMON_YEAR}(?: ?\({ERA_YEAR}年?\))?)"
"""Pattern, in folded text, of a year without its 年: 令和2, R2, 平成三十一, 令和2(2020), 二〇二〇, 2020."""
MONTH = "(?:[0-9]{1,2}|[〇一二三四五六七八九十]{1,2})"
DAY = "(?:[0-9]{1,2}|[〇一二三四五六七八九十]{1,3})"

_DATE = re.compile(
    rf"(?P<year>{YEAR}) ?年(?: ?\([^()]{{1,9}}\))? ?の?(?P<month>{MONTH}) ?月 ?の?(?P<day>{DAY}) ?日"
    r"|(?<![0-9A-Za-z])(?P<short>[MTSHR]?\.?[0-9]{1,4}(?P<sign>[./-])[0-9]{1,2}(?P=sign)[0-9]{1,2})(?![0-9])"
    r"|^(?P<digits>[0-9]{8})$"
)


def number(text: str) -> int | None:
    """A small whole number in kanji or arabic digits, 元 being 1; None where it is none."""
    if text == "元":
        return 1
    value = parse(text)
    return int(value) if value is not None and value == int(value) else None


def year_of(text: str) -> int | None:
    """The Gregorian year that `text`, a match of `YEAR`, names; None outside 1868 to 2199.

    >>> [year_of(text) for text in ("令和2", "R2", "平成三十一", "二〇二〇", "令和元", "令和2(2020)")]
    [2020, 2020, 2019, 2020, 2019, 2020]
    """
    plain = re.sub(r" ?\(.*", "", fold(text).replace(" ", ""))
    named = re.match(rf"({_NAME}|[MTSHR])\.?", plain)
    count = number(plain[named.end() :] if named else plain)
    if count is None or count < 1:
        return None
    year = _BY_NAME[named.group(1)].year(count) if named else count
    return year if 1868 <= year <= 2199 else None


def parse_date(text: str) -> date | None:
    """The first full date in `text`; None where there is none or it does not exist (2月30日).

    Era or Gregorian year, kanji or arabic digits, any width, spaces between the parts:
    令和７年５月３０日（金）, R7.5.30, 2025/5/30, 2020-02-26, 20200226, 平成三十一年四月一日.
    A year past the end of its era counts on (平成32年 is 2020).

    >>> parse_date("開催日時 令和 7年 5月 30日（金）13:00"), parse_date("二月末")
    (datetime.date(2025, 5, 30), None)
    """
    for found in _DATE.finditer(fold(text).strip()):
        if found["short"]:
            year_text, month, day = found["short"].split(found["sign"])[-3:]
            day_found = day_of(year_of(year_text), month, day)
        elif found["digits"]:
            day_found = day_of(int(found["digits"][:4]), found["digits"][4:6], found["digits"][6:])
        else:
            day_found = day_of(year_of(found["year"]), found["month"], found["day"])
        if day_found:
            return day_found
    return None


def day_of(year: int | None, month: str, day: str) -> date | None:
    """The day of these parts as printed; None where it does not exist."""
    numbers = number(month), number(day)
    if year is None or None in numbers:
        return None
    try:
        return date(year, numbers[0] or 0, numbers[1] or 0)
    except ValueError:
        return None


def era_of(day: date) -> Era:
    """The era on `day`.

    Raises:
        ValueError: `day` lies before Meiji.
    """
    for era in reversed(ERAS):
        if era.first <= day:
            return era
    raise ValueError(f"no era known for {day}: the table begins with {ERAS[0].first}")


def era_name(day: date) -> str:
    """The name of the era on `day`: 令和."""
    return era_of(day).name


def fiscal_year(day: date) -> int:
    """The fiscal year of `day` by the year it begins in: 31 March 2020 lies in 2019."""
    return day.year if day.month >= 4 else day.year - 1


def japanese_date(day: date) -> str:
    """`day` as 令和7年5月30日."""
    era = era_of(day)
    return f"{era.name}{_counted(day.year - era.first.year + 1)}年{day.month}月{day.day}日"


def japanese_year(year: int) -> str:
    """The calendar year as 令和7年, by the era at its end: 2019 is 令和元年."""
    era = era_of(date(year, 12, 31))
    return f"{era.name}{_counted(year - era.first.year + 1)}年"


def japanese_fiscal_year(year: int) -> str:
    """The fiscal year that begins in `year` as 令和7年度, by the era at that year's end: 2019 is 令和元年度."""
    return japanese_year(year) + "度"


def _counted(number_of_era: int) -> str:
    return "元" if number_of_era == 1 else str(number_of_era)
