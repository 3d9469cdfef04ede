"""Names of council sessions and of the issues of their minutes: 令和2年第1回定例会, 予算特別委員会速記録第三号."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.eras import YEAR, number, year_of
from corpus.expressions import RELATIVE
from corpus.names import name_key
from corpus.numerals import fold

_FEW = "(?:[0-9]{1,3}|[〇一二三四五六七八九十百]{1,5})"
_YEAR = re.compile(rf"(?P<year>{YEAR}) ?年(?P<fiscal>度)?")
_NUMBER = re.compile(rf"第 ?(?P<number>{_FEW}) ?回")
_ISSUE = re.compile(rf"第 ?(?P<issue>{_FEW}) ?(?:号|日目|日)|\((?P<plain>{_FEW})\)$")
_KIND = re.compile(r"定例会|臨時会|定例議会|臨時議会")
_BODY_END = "(?:委員会|審査会|協議会|審議会|懇談会|分科会|公聴会|本部|推進会議|会議(?!録)|議会)"
_BODY = re.compile(rf".*{_BODY_END}")
_RECORD = re.compile(r"(?:の?(?:会議録|議事録|速記録|記録|本会議))+")
_KINDS = {"定例議会": "定例会", "臨時議会": "臨時会"}


@dataclass(frozen=True, slots=True)
class SessionName:
    """What the name of a session or of its minutes says; parts it does not state are None or empty.

    `kind` is 定例会, 臨時会 or empty; `body` the assembly or committee (東京都議会, 予算特別委員会);
    `year` is Gregorian, of the fiscal year where `fiscal`; `number` counts sessions (第N回), `issue`
    the days or volumes of the minutes (第N号).
    """

    year: int | None = None
    number: int | None = None
    kind: str = ""
    body: str = ""
    issue: int | None = None
    fiscal: bool = False

    @property
    def committee(self) -> str:
        """The body where it is not the assembly in plenary; empty otherwise."""
        return "" if self.body.endswith("議会") else self.body

    @property
    def key(self) -> str:
        """One spelling for equal names: ``2020|1|定例会||2``."""
        parts = (self.year, self.number, self.kind, self.committee, self.issue)
        return "|".join("" if part is None else str(part) for part in parts)

    def matches(self, other: SessionName) -> bool:
        """Whether no part that both state differs, and at least one part agrees.

        A committee agrees with a longer name that ends in it: 特別委員会 with 予算特別委員会. A plenary
        session (a 定例会 or 臨時会 without committee) agrees with no committee.
        """
        mine = (self.year, self.number, self.kind or None, self.issue)
        yours = (other.year, other.number, other.kind or None, other.issue)
        both = [(a, b) for a, b in zip(mine, yours, strict=True) if a is not None and b is not None]
        if any(a != b for a, b in both):
            return False
        first, second = sorted((self.committee, other.committee), key=len)
        if not first:
            plenary = self if second == other.committee else other
            return bool(both) and not (second and plenary.kind)
        return second.endswith(first)


def parse_session(text: str) -> SessionName | None:
    """The session that `text` names; None where it names none.

    Of several (第1回定例会、第1回臨時会) the first; era or Gregorian years, kanji or arabic numbers.

    >>> parse_session("令和二年第一回定例会会議録第二号").key, parse_session("予算特別委員会速記録第三号").key
    ('2020|1|定例会||2', '|||予算特別委員会|3')
    """
    folded = re.sub(r"\s+", " ", fold(text)).strip()
    named = re.split(r"[、,]", folded)[0] if _KIND.search(re.split(r"[、,]", folded)[0]) else folded
    year, count, kind, issue = (pattern.search(named) for pattern in (_YEAR, _NUMBER, _KIND, _ISSUE))
    body = _body(named)
    if not (kind or body or (year and count)):
        return None
    return SessionName(
        year=year_of(year["year"]) if year else None,
        number=number(count["number"]) if count else None,
        kind=_KINDS.get(kind.group(), kind.group()) if kind else "",
        body=body,
        issue=number(issue["issue"] or issue["plain"]) if issue else None,
        fiscal=bool(year and year["fiscal"]),
    )


def _body(named: str) -> str:
    """The assembly or committee of a title: what is left of it up to the last word for a body."""
    rest = _RECORD.sub(" ", _ISSUE.sub(" ", _NUMBER.sub(" ", _YEAR.sub(" ", named))))
    rest = re.sub(rf"{RELATIVE}の?|同年の?|^の", " ", rest)
    bodies = [found.group() for piece in rest.split() if (found := _BODY.match(piece))]
    return name_key(bodies[-1]) if bodies else ""


@dataclass(frozen=True, slots=True)
class SessionMention:
    """One session or body named in running text: ``text == source[start:end]``."""

    start: int
    end: int
    text: str
    name: SessionName


# In running text a body is a run without hiragana, so that 知事は予算特別委員会で gives 予算特別委員会.
_MENTION = re.compile(
    rf"(?:{YEAR} ?年度?の? ?)?(?:第 ?{_FEW} ?回の? ?)?(?:[一-龠々ァ-ヺー・A-Za-z]*?(?:{_KIND.pattern})"
    rf"|[一-龠々ァ-ヺー・A-Za-z]+{_BODY_END})(?:の?(?:会議録|議事録|速記録|記録))?(?: ?第 ?{_FEW} ?(?:号|日目))?"
)


def sessions(text: str) -> list[SessionMention]:
    """Every session, committee or other body named in running text, in order, offsets in `text`.

    Words for bodies in general (委員会, 本会議, 会議, 議会) name none.

    >>> [(m.text, m.name.key) for m in sessions("知事は令和2年第1回定例会や総務委員会で何と答えたか")]
    [('令和2年第1回定例会', '2020|1|定例会||'), ('総務委員会', '|||総務委員会|')]
    """
    mentions = []
    for found in _MENTION.finditer(fold(text)):
        name = parse_session(found.group())
        if name and not _GENERAL.fullmatch(found.group()):
            mentions.append(SessionMention(*found.span(), text[found.start() : found.end()], name))
    return mentions


_GENERAL = re.compile(
    rf"(?:本|同|当|各|両|前|次回|今|都|区|市|県|町|村|国|府|道|全)*(?:特別|常任|閉会中|対策)?{_BODY_END}|(?:本|今|前|次|同|各)(?:{_KIND.pattern})"
)
