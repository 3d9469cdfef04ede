"""A source in the form Japanese assemblies cite it: 「令和2年第1回定例会（2月26日）知事答弁」."""

from __future__ import annotations

import re
from datetime import date
from unicodedata import normalize

from corpus.disclosure import audience_of
from corpus.eras import japanese_date
from corpus.model import Kind, Passage, Role

_NUMBER = re.compile(r"\s*[（(]?第[0-9０-９一二三四五六七八九十]+[号日][）)]?\s*$")
_SPACE = re.compile(r"\s+")
_YEAR = re.compile(r"^\s*(?:明治|大正|昭和|平成|令和|[0-9０-９二]).{0,6}?年")
_MEETINGS = frozenset({Kind.MINUTES, Kind.MEETING_RECORD})
_ACTS = {
    Role.QUESTION: "質問",
    Role.ANSWER: "答弁",
    Role.EXPLANATION: "説明",
    Role.CHAIR: "発言",
    Role.RESOLUTION: "議決",
    Role.OTHER: "発言",
}


def cited_as(passage: Passage) -> str:
    """The source of a passage in one line; empty only where nothing at all is known of it."""
    page = f"{passage.page}ページ" if passage.page.isdigit() else passage.page
    place = f"（{page}）" if page else ""
    if passage.kind in _MEETINGS and passage.date is not None:
        return f"{_meeting(passage, passage.date)}{_act(passage)}{place}"
    if not passage.title:
        return passage.agenda
    heading = below(passage.title, passage.agenda)
    return f"「{passage.title}」{heading}{place}"


def below(title: str, heading: str) -> str:
    """A line of headings without those at its beginning that the title says already.

    >>> below("みなと町だより　第3号（春）", "みなと町だより 第3号 一般質問から")
    '一般質問から'
    """
    words, folded, said = heading.split(), _folded(title), ""
    while words and folded.startswith(said + _folded(words[0])):
        said += _folded(words.pop(0))
    return " ".join(words)


def _folded(words: str) -> str:
    return _SPACE.sub("", normalize("NFKC", words))


def audience_badge(audience: str) -> str:
    """What may be done with text of that audience, as printed beside it.

    >>> audience_badge("dept:情報政策課")
    '所属限り'
    """
    return {"public": "公開可", "staff": "庁内限り"}.get(audience_of([audience]), "所属限り")


def written_date(day: date) -> str:
    """A day as it is written: 令和6年6月12日; before Meiji, by the western year."""
    try:
        return japanese_date(day)
    except ValueError:
        return f"{day.year}年{day.month}月{day.day}日"


def _meeting(passage: Passage, day: date) -> str:
    session = _session(passage)
    month_day = f"{day.month}月{day.day}日"
    if not session:
        return f"{passage.meeting or passage.title}（{written_date(day)}）"
    year = "" if _YEAR.match(session) else written_date(day).removesuffix(month_day)
    return f"{year}{session}（{month_day}）"


def _session(passage: Passage) -> str:
    """The session without its number of the day, and with the body where the session does not tell it.

    令和2年第1回定例会 is the assembly's; 令和7年度第1回 is nobody's without the name of the meeting.
    """
    session, body = (_SPACE.sub("", normalize("NFKC", part)) for part in (passage.session, passage.meeting))
    session = _NUMBER.sub("", session)
    plenary = session.endswith(("定例会", "臨時会")) and "委員会" not in body
    return session if not session or plenary or body in session else session + body


def _act(passage: Passage) -> str:
    """Who did what: 知事答弁, 山田太郎議員質問; empty where nobody speaks."""
    act = _ACTS[passage.role]
    if passage.post:
        return f"{passage.post}{act}"
    if not passage.speaker:
        return ""
    member = passage.kind is Kind.MINUTES and passage.role is Role.QUESTION
    return f"{passage.speaker}{'議員' if member and not passage.speaker.endswith('議員') else ''}{act}"
