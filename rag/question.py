"""What is asked: the conditions a caller sets, and those understood from the words of a question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from corpus.calendar import Grain, Mention, Period, SessionMention, month_period, periods, sessions
from corpus.eras import YEAR
from corpus.numerals import fold
from corpus.speakers import SpeakerClass
from rag.jargon import spelled_out
from rag.opening import matter, opening
from rag.speaking import speakers


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

    It is made from the question alone, never from what was found. `question` is what was looked up where a
    follow-up was completed from earlier questions, else empty.
    """

    from_: date | None = None
    to: date | None = None
    meetings: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    classes: tuple[SpeakerClass, ...] = ()
    departments: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    question: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question as understood.

    Attributes:
        text: as asked.
        conditions: what its words say about where to look; periods and meetings are filters, speakers a boost.
    """

    text: str
    conditions: Understood = field(default_factory=Understood)

    @property
    def matter(self) -> str:
        """The text without what only says when, where and by whom something was said."""
        return matter(self.text)


def understand(text: str, today: date, ignore: frozenset[str] = frozenset()) -> Question:
    """What `text` says about when, where and by whom something was said.

    A period counts as a condition only where it tells of the meeting (「昨年の予算特別委員会」「令和2年2月の
    答弁」); in 「令和6年度の予算」 it is what is asked about, and stays with the words that are searched.

    Args:
        text: the question.
        today: the day of asking, by which 昨年 and the like are read.
        ignore: conditions that the asker switched off: ``period``, ``meetings``, ``speakers``.
    """
    words = spelled_out(text)
    named = sessions(words)
    meetings = [] if "meetings" in ignore else [m for m in named if _is_place(m, words)]
    period = None if "period" in ignore else _period(words, today, named)
    return Question(
        text,
        Understood(
            from_=period.first if period and period.first != date.min else None,
            to=period.last if period and period.last != date.max else None,
            meetings=tuple(dict.fromkeys(_names(meetings, words))),
            speakers=() if "speakers" in ignore else _speaking(words),
        ),
    )


def _speaking(text: str) -> tuple[str, ...]:
    """Who is named as speaking. The bounds of an opening tell a name with particles in it: 野の原いくみ."""
    member = opening(text).member
    named = [name for name in speakers(text) if not (member and name in member)]
    return (member, *named) if member else tuple(named)


_OFTEN_A_TOPIC = re.compile(
    r"(?:教育|選挙管理|公安|農業|人事|公平|収用|労働|監査|固定資産評価審査)委員会$|(?:政策|対策|事業|推進|経営)本部$"
    r"|(?:協議会|審議会|懇談会|公聴会|会議)$"
)
_TO_COME = re.compile(r"に(?:提案|提出|上程|付議|向け)")
_AT = re.compile(r"(?:の場)?(?:で|での|において|における|にて)(?!き|す|あ|も)")
_SPOKEN = r"(?:会議録|議事|質疑|答弁|発言|質問|審議|議論|説明|意見|報告|討論|代表質問|一般質問)"
_RECORD = (
    r"(?:会議録|議事|質疑|答弁|発言|質問|審議|議論|代表質問|一般質問|会議|議会|委員会|定例会|臨時会|本会議)"
)
_RECORDED = re.compile(
    rf"の(?:{_SPOKEN}|{_RECORD})|一般質問|代表質問|会議録|本会議|[^の]{{0,4}}(?:定例会|臨時会)"
)
_RECORDED_THERE = re.compile(rf"の?(?:第 ?[0-9〇一二三四五六七八九十]+ ?(?:号|日目)の?)?{_RECORD}")
_ELSEWHERE = re.compile(r"衆議院|参議院|国会|政府|国の|閣議")
_SPOKEN_AT = re.compile(
    rf"(?:の場)?(?:で|において|にて)(?:の(?:[^、。はがを]{{0,12}}の)?{_SPOKEN}|(?:出た|出され|話|言|述べ|決ま|議論|説明|報告|発言|質問))"
    r"|の(?:会議録|議事録|議事|会議)"
)
_HELD = re.compile(
    r"に(?:開かれ|開催され|行われ|あっ)た?[^、。]{0,14}?(?:会議|委員会|本部|議会|定例会|臨時会|協議会|審議会|質疑|質問)"
)
_SAID = re.compile(
    rf"(?:に|に、|、)?[一-龠ァ-ヺーぁ-ん]{{1,12}}?[はが][^、。]{{0,20}}?(?:答弁|発言|質問|述べ|答え|言っ)|に出[たさ][^、。]{{0,14}}?{_SPOKEN}"
)
_TOPIC = re.compile(
    r"の(?P<topic>[^、。はがを]{1,14}?)(?:に関する|についての|の)(?:質疑|答弁|質問|発言|議論)"
)
_FOR_A_YEAR = re.compile(r"予算|決算|計画|事業|目標|方針|税|人口|実績")
_MONTHLY = re.compile(r"(?:定例月?)?(?:議会|定例会)(?!だより)")
_OF_RECORD = re.compile(r"の?(?:会議録|議事録|速記録|記録)$")
_YEAR_OF_NAME = re.compile(rf"{YEAR} ?年度?の?")
_TOGETHER = re.compile(r"[とや・、]|及び")


def _is_place(mention: SessionMention, text: str) -> bool:
    """Whether a named body is where something was said, rather than what is asked about."""
    name, after = mention.name, text[mention.end :]
    if mention.text.startswith("月") or not (name.year or name.number or name.body):
        return False  # 9月議会 is a time; a regular session without year and number could be any
    if _OF_RECORD.search(mention.text):
        return True
    if name.kind and (name.year is not None or name.number is not None):
        return not _TO_COME.match(after)
    if _OFTEN_A_TOPIC.search(mention.text) and name.number is None:
        return bool(_SPOKEN_AT.match(after))
    if _ELSEWHERE.match(mention.text):
        return False
    return bool(_AT.match(after) or _RECORDED_THERE.match(after))


def _names(meetings: Sequence[SessionMention], text: str) -> Iterator[str]:
    """The names of meetings; one without a year is of the year of the one named together with it."""
    year, end = "", 0
    for mention in meetings:
        called = _OF_RECORD.sub("", mention.text)
        own = _YEAR_OF_NAME.match(fold(called))
        if own:
            year = called[: own.end()]
        elif not (year and mention.name.number and _TOGETHER.fullmatch(text[end : mention.start])):
            year = ""
        yield called if own else year + called
        end = mention.end


def _period(text: str, today: date, named: Sequence[SessionMention]) -> Period | None:
    """The period in which something was said, where the words say so."""
    mentions = [_in_the_past(mention, today) for mention in periods(text, today)]
    for place, mention in enumerate(mentions):
        if any(m.start <= mention.start < m.end and not m.text.startswith("月") for m in named):
            continue  # the year of a session is part of its name
        if mention.period.first > today or not _year_known(mention):
            continue
        after = text[mention.end :]
        if mention.grain is Grain.MONTH and _MONTHLY.match(after):
            return _month_of_session(mention.period)
        if _tells_when(mention, after, named, text):
            return _joined(mentions[: place + 1], text)
    return None


def _tells_when(mention: Mention, after: str, named: Sequence[SessionMention], text: str) -> bool:
    """Whether a period is that of the meeting, rather than what is asked about."""
    if _RECORDED.match(after) or _SAID.match(after) or _HELD.match(after):
        return True
    exact = mention.grain in (Grain.DAY, Grain.MONTH)
    if any(m.start - mention.end in (0, 1) and (exact or _is_place(m, text)) for m in named):
        return True
    about = _TOPIC.match(after)
    return bool(about and mention.grain is not Grain.FISCAL_YEAR and not _FOR_A_YEAR.search(about["topic"]))


def _year_known(mention: Mention) -> bool:
    return mention.relative or re.search(r"[年度]|[0-9]{4}[./-]", mention.text) is not None


def _in_the_past(mention: Mention, today: date) -> Mention:
    """A month or day without its year is the last one before `today`."""
    period = mention.period
    if (
        mention.grain not in (Grain.DAY, Grain.MONTH)
        or period.first <= today
        or re.search("[年次来]", mention.text)
    ):
        return mention
    if mention.grain is Grain.MONTH:
        return replace(mention, period=month_period(period.first.year - 1, period.first.month))
    day = period.first.replace(
        year=period.first.year - 1, day=min(period.first.day, 28 if period.first.month == 2 else 31)
    )
    return replace(mention, period=Period(day, day))


def _month_of_session(month: Period) -> Period:
    """A session named by its month may go on into the next."""
    following = month.last + timedelta(days=1)
    return Period(month.first, month_period(following.year, following.month).last)


def _joined(mentions: Sequence[Mention], text: str) -> Period:
    """The last of the mentions with those named together with it (昨年と今年の答弁)."""
    period = mentions[-1].period
    for before, after in zip(reversed(mentions[:-1]), reversed(mentions), strict=False):
        if not _TOGETHER.fullmatch(text[before.end : after.start]):
            break
        period = Period(min(period.first, before.period.first), max(period.last, before.period.last))
    return period
