"""What is asked: the conditions a caller sets, and those understood from the words of a question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from corpus.calendar import Period, SessionMention, periods, sessions
from corpus.speakers import SpeakerClass


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions set by the caller; every one narrows what may be found, none widens it.

    Empty means no condition; several values of one field are alternatives. `ignore` names conditions
    that are not to be taken from the words of the question: ``period``, ``meetings``, ``speakers``,
    ``classes``, ``departments``, ``kinds``; ``keywords`` has a search line read as a question.
    """

    from_: date | None = None
    to: date | None = None
    meetings: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    classes: tuple[SpeakerClass, ...] = ()
    departments: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    ignore: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Understood:
    """Conditions read from the words of a question and applied; shown so that a person can switch them off.

    It is made from the question alone, never from what was found.
    """

    from_: date | None = None
    to: date | None = None
    meetings: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    classes: tuple[SpeakerClass, ...] = ()
    departments: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A question as understood.

    Attributes:
        text: as asked.
        conditions: what its words say about where to look; periods and meetings are filters, speakers a boost.
    """

    text: str
    conditions: Understood = field(default_factory=Understood)


def understand(text: str, today: date, ignore: frozenset[str] = frozenset()) -> Question:
    """What `text` says about when, where and by whom something was said.

    A period counts as a condition only where it tells of the meeting (「昨年の予算特別委員会」「令和2年2月の
    答弁」); in 「令和6年度の予算」 it is what is asked about, and stays with the words that are searched.

    Args:
        text: the question.
        today: the day of asking, by which 昨年 and the like are read.
        ignore: conditions that the asker switched off: ``period``, ``meetings``, ``speakers``.
    """
    meetings = [] if "meetings" in ignore else [m for m in sessions(text) if _is_place(m, text)]
    period = None if "period" in ignore else _period(text, today, meetings)
    speakers = () if "speakers" in ignore else _speakers(text)
    return Question(
        text,
        Understood(
            from_=period.first if period else None,
            to=period.last if period else None,
            meetings=tuple(dict.fromkeys(mention.text for mention in meetings)),
            speakers=speakers,
        ),
    )


_BODIES_OF_OFFICE = re.compile(
    r"(?:教育|選挙管理|公安|農業|人事|公平|収用|労働|監査|固定資産評価審査)委員会$|(?:政策|対策|事業|推進|経営)本部$"
)
_AT = re.compile(r"(?:の場)?(?:で|での|において|における|にて)(?!き|す|あ|も)")
_RECORDED = re.compile(
    r"の?(?:会議録|議事|質疑|答弁|発言|質問|審議|議論|代表質問|一般質問|会議|議会|委員会|定例会|臨時会|本会議)"
)
_SAID = re.compile(r"に[一-龠ァ-ヺーぁ-ん]{1,12}?[はが][^、。]{0,20}?(?:答弁|発言|質問|述べ|答え)")
_MEMBER = re.compile(
    r"(?:^|(?<=[はがのでにとを、。「 ]))([一-龠々ァ-ヺー]{1,6}[ぁ-ん]{0,5})(?:議員|委員)(?=の(?:質問|質疑|発言)|が|から|に対|へ|は)"
)
_NO_NAME = re.compile(r"(?:議会|国会|党|会派|各|全|同|女性|若手|元|民生|児童|専門|代表)$")
_POST = re.compile(
    r"((?:副?(?:知事|市長|区長|町長|村長)|教育長|警視総監|消防総監|(?:[一-龠]{2,14}?)(?:局|部|課|室|本部|委員)長|都技監))"
    r"(?=は|が|の(?:答弁|見解|発言|考え|説明|所見)|から)"
)


def _is_place(mention: SessionMention, text: str) -> bool:
    """Whether a named body is where something was said, rather than what is asked about."""
    name = mention.name
    if name.kind and (name.year is not None or name.number is not None):
        return True
    if _BODIES_OF_OFFICE.search(mention.text) and name.number is None:
        return False
    after = text[mention.end :]
    return bool(_AT.match(after) or _RECORDED.match(after))


def _period(text: str, today: date, meetings: Sequence[SessionMention]) -> Period | None:
    """The period in which something was said, where the words say so."""
    for mention in periods(text, today):
        if any(m.start <= mention.start < m.end for m in meetings):
            continue  # the year of a session is part of its name
        after = text[mention.end :]
        before_meeting = any(m.start - mention.end in (0, 1) for m in meetings)
        year_known = mention.relative or re.search(r"[年度]", mention.text) is not None
        past = mention.period.first <= today
        if past and year_known and (before_meeting or _RECORDED.match(after) or _SAID.match(after)):
            return mention.period
    return None


def _speakers(text: str) -> tuple[str, ...]:
    """Members and posts that the question names as speaking."""
    members = [found[1] for found in _MEMBER.finditer(text) if not _NO_NAME.search(found[1])]
    posts = [found[1] for found in _POST.finditer(text)]
    return tuple(dict.fromkeys([*members, *posts]))
