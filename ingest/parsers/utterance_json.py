"""Assembly minutes as JSON objects of `Proceeding` with `Speaker` and `Utterance` (one meeting or a list)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeGuard

from corpus.model import Document, Kind, Role
from ingest.errors import UnreadableSourceError
from ingest.extract import Extract
from ingest.parsers.dates import find_date
from ingest.parsers.draft import Draft
from ingest.parsers.roles import Turns
from ingest.parsers.sentinels import strip_sentinels
from ingest.parsers.speakers import Roster, split_label
from ingest.parsers.wording import strip_directions, unwrapped

KINDS = frozenset({Kind.MINUTES})
NO_SPEECH = "発言がありません（目次のページ）"
_NOBODY = ("", "null", "None")
_PLENARY = re.compile(r"定例会|臨時会|議会会議録|本会議")
_SESSION = re.compile(
    r"((?:明治|大正|昭和|平成|令和)\S{1,4}年)?(第\S{1,4}回)(?:\S{0,10}議会)?(定例会|臨時会)"
)
_NUMBER = re.compile(r"第[〇一二三四五六七八九十百\d０-９]+号")
_NAMED_SESSION = re.compile(
    r"((?:平成|令和|昭和)\s*[^\s年]{1,3}\s*年)\s*(第[^\s回]{1,3}回)(?:[^\s、。]{0,10}議会)?(定例会|臨時会)(?:の?開会|に当た|を開)"
)
_OPENING_CHARS = 300
_MAX_UTTERANCES_FOR_SESSION = 12
Meeting = dict[str, object]


def recognise(extract: Extract) -> float:
    """1 where every entry of the file is such an object, 0 where the first is not."""
    meetings = _meetings(extract.data)
    return 1.0 if meetings else 0.0


def parse(extract: Extract) -> list[Document]:
    """One document a meeting, in file order; meetings without speeches are left out with a warning.

    Raises:
        UnreadableSourceError: no meeting of the file has a speech.
    """
    documents, empty = [], []
    keys = _Keys()
    for meeting in _meetings(extract.data):
        document = _document(meeting, keys)
        if document.utterances:
            documents.append(document)
        else:
            empty.append(document.title or document.key)
    if not documents:
        raise UnreadableSourceError(NO_SPEECH)
    if empty:
        note = f"{NO_SPEECH}：{'、'.join(empty)}"
        documents[0] = replace(documents[0], warnings=(*documents[0].warnings, note))
    if len(documents) == 1 and not empty:
        documents[0] = replace(documents[0], key="")
    return documents


class _Keys:
    """Keys of the meetings of one file: date and title, numbered where they repeat."""

    def __init__(self) -> None:
        self.used: Counter[str] = Counter()

    def key(self, meeting: Meeting) -> str:
        stem = strip_sentinels(
            f"{_text(meeting, 'Date') or 'undated'} {_text(meeting, 'ProceedingTitle')}".strip()
        )
        self.used[stem] += 1
        return stem if self.used[stem] == 1 else f"{stem} #{self.used[stem]}"


def _meetings(data: object) -> list[Meeting]:
    entries = data if isinstance(data, list) else [data]
    return (
        [entry for entry in entries if _is_meeting(entry)] if all(_is_meeting(e) for e in entries[:3]) else []
    )


def _is_meeting(value: object) -> TypeGuard[Meeting]:
    if not isinstance(value, dict) or not isinstance(value.get("Proceeding"), list):
        return False
    turns = value["Proceeding"]
    return all(isinstance(turn, dict) and "Utterance" in turn for turn in turns)


def _text(entry: Meeting, field: str) -> str:
    value = entry.get(field)
    return value if isinstance(value, str) else ""


def _turns(meeting: Meeting) -> list[tuple[str, str]]:
    """(label, text) of every entry; label empty where nobody speaks."""
    turns = meeting["Proceeding"]
    entries = [turn for turn in turns if isinstance(turn, dict)] if isinstance(turns, list) else []
    pairs = [(_text(entry, "Speaker").strip(), _text(entry, "Utterance")) for entry in entries]
    return [("" if label in _NOBODY else label, text) for label, text in pairs]


def _document(meeting: Meeting, keys: _Keys) -> Document:
    turns = _turns(meeting)
    title = " ".join(_text(meeting, "ProceedingTitle").split())
    roster = Roster()
    for label, text in turns:
        if not label:
            roster.attend(text)
    roster.learn({label for label, _ in turns})
    draft = Draft()
    course = Turns(plenary=bool(_PLENARY.search(title)))
    for number, (label, text) in enumerate(turns):
        _say(draft, course, label, text, roster, first=number == 0)
    day = find_date(_text(meeting, "Date"))
    warnings = () if day else ("会議の日付がありません",)
    return draft.finish(
        key=keys.key(meeting),
        title=title,
        kind=Kind.MINUTES,
        meeting=meeting_of(title, _text(meeting, "Prefecture")),
        session=session_of(title, (text for _, text in turns)),
        day=day,
        url=_text(meeting, "URL"),
        warnings=warnings,
    )


def _say(draft: Draft, course: Turns, label: str, text: str, roster: Roster, *, first: bool) -> None:
    if not label:
        draft.keep(text)
        return
    said = unwrapped(strip_directions(text))
    speaker = split_label(label, roster)
    role = course.role(speaker.post, strip_sentinels(said)) if said else Role.OTHER
    draft.say(said, speaker=speaker.name, post=speaker.post, role=role)


def meeting_of(title: str, place: str = "") -> str:
    """The body (会議体) that a title of minutes names.

    >>> meeting_of("市場移転問題特別委員会速記録第一号")
    '市場移転問題特別委員会'
    >>> meeting_of("令和二年第一回臨時会会議録第七号", "青葉県")
    '青葉県議会'
    """
    stem = re.split(r"(?:速記録|会議録|議事録|委員会記録|の?記録)", title, maxsplit=1)[0]
    if "委員会" in title and "委員会" not in stem:
        stem += "委員会"
    stem = _SESSION.sub("", stem)
    stem = re.sub(r"^(?:明治|大正|昭和|平成|令和)\S{1,4}?年(?:度)?", "", stem).strip(" 　〔〕の")
    return stem or (f"{place}議会" if place else "")


def session_of(title: str, texts: Iterable[str]) -> str:
    """The session (会期) and number (号) of a meeting, as printed.

    A title that gives only the number is completed with the session that the opening speeches name,
    when they all name one of the same year.
    """
    title_number = _NUMBER.search(title)
    session = _SESSION.search(title)
    year = re.search(r"(?:明治|大正|昭和|平成|令和)\S{1,4}?年", title)
    name = "".join(part or "" for part in session.groups()) if session else ""
    if not name and (not title_number or _PLENARY.search(title)):
        name = _named_session(year.group() if year else "", texts)
    return " ".join(part for part in (name, title_number.group() if title_number else "") if part)


def _named_session(year: str, texts: Iterable[str]) -> str:
    named: Counter[str] = Counter()
    for text in _first(texts, _MAX_UTTERANCES_FOR_SESSION):
        for found in _NAMED_SESSION.finditer(text[:_OPENING_CHARS]):
            if year in ("", found[1]):
                named["".join(found.groups())] += 1
    return named.most_common(1)[0][0] if len(named) == 1 else ""


def _first(texts: Iterable[str], count: int) -> Iterator[str]:
    for number, text in enumerate(texts):
        if number >= count:
            return
        yield text
