"""What people at a council say for short, spelled out: 三定 is the third regular session, 予特 a committee."""

from __future__ import annotations

import re

from corpus.eras import YEAR
from corpus.numerals import fold

_COMMITTEES = {"予特": "予算特別委員会", "決特": "決算特別委員会", "議運": "議会運営委員会"}
_END = r"(?=[でのにはをがともや、。 ]|から|会議録|$)"
_COMMITTEE = re.compile(rf"(?:(?<![一-龠])|(?<=年)|(?<=年度))(?:{'|'.join(_COMMITTEES)}){_END}")
_SESSION = re.compile(
    rf"(?:(?P<year>{YEAR})(?P<unit>年?度?)(?P<of>の?)|(?<![一-龠0-9A-Za-z]))(?P<first>第?)(?P<number>[一二三四1-4])定{_END}"
)


def spelled_out(text: str) -> str:
    """`text` with 三定, 予特, 議運 and the like in full; what only looks like them (一定の) stays.

    >>> spelled_out("R6三定と昨年の予特で、一定の")
    'R6年第3回定例会と昨年の予算特別委員会で、一定の'
    """
    for pattern, meant in ((_SESSION, _session), (_COMMITTEE, lambda found: _COMMITTEES[found.group()])):
        for found in reversed(list(pattern.finditer(fold(text)))):
            text = text[: found.start()] + (meant(found) or text[slice(*found.span())]) + text[found.end() :]
    return text


def _session(found: re.Match[str]) -> str:
    number = found["number"].translate(str.maketrans("一二三四", "1234"))
    if number == "1" and not (found["year"] or found["first"]):
        return ""  # 一定: fixed, certain
    year = f"{found['year']}{found['unit'] or '年'}{found['of']}" if found["year"] else ""
    return f"{year}第{number}回定例会"
