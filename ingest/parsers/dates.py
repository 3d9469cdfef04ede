"""The day of a meeting from what is printed: 2020/2/26, 令和7年5月30日（金）, 平成二十九年六月二日."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

_ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0}
_N = r"[〇零一二三四五六七八九十百千\d]+|元"
_WEST = re.compile(r"(\d{4})\s*[/.\-年]\s*(\d{1,2})\s*[/.\-月]\s*(\d{1,2})\s*日?")
_ERA = re.compile(rf"(明治|大正|昭和|平成|令和)\s*({_N})\s*年\s*({_N})\s*月\s*({_N})\s*日")


def find_date(text: str) -> date | None:
    """The first full date in `text`; None without one, or where it is no day of the calendar."""
    plain = unicodedata.normalize("NFKC", text)
    found = [match for match in (_WEST.search(plain), _ERA.search(plain)) if match]
    if not found:
        return None
    first = min(found, key=lambda match: match.start())
    try:
        if first.re is _WEST:
            return date(*(int(part) for part in first.groups()))
        era, year, month, day = first.groups()
        return date(_ERAS[era] + _number(year), _number(month), _number(day))
    except ValueError:
        return None


def _number(text: str) -> int:
    if text == "元":
        return 1
    if text.isdigit():
        return int(text)
    if not re.search("[十百千]", text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total, unit = 0, 0
    for c in text:
        if c in "十百千":
            total += (unit or 1) * {"十": 10, "百": 100, "千": 1000}[c]
            unit = 0
        else:
            unit = _DIGITS[c]
    return total + unit
