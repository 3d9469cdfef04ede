"""Assembly minutes as JSON objects of `Proceeding` with `Speaker` and `Utterance` (one meeting or a list)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TypeGuard

from corpus.calendar import parse_date
from corpus.model import Document, Kind
from ingest.errors import UnreadableSourceError
from ingest.extract import Extract
from ingest.parsers.assembly import Sitting
from ingest.parsers.attachments import attach
from ingest.parsers.marked_minutes import NO_SPEECH
from ingest.parsers.marks import gather
from ingest.parsers.sentinels import strip_sentinels
from ingest.parsers.titles import meeting_of, secret_claims, session_of

KINDS = frozenset({Kind.MINUTES})
_NOBODY = ("", "null", "None")
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
        document = _document(meeting, keys, extract.title or extract.name.rsplit(".", 1)[0])
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
    turns: Meeting = {"Proceeding": entries}
    if entries and all(isinstance(e, dict) and "Speaker" in e for e in entries[:3]) and _is_meeting(turns):
        return [turns]  # the speeches of one meeting and nothing around them
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


def _document(meeting: Meeting, keys: _Keys, file_title: str) -> Document:
    turns = _turns(meeting)
    title = " ".join(_text(meeting, "ProceedingTitle").split())
    front = "\n".join(text for label, text in turns[:1] if not label)
    sitting = Sitting(title, front=front, labels=[label for label, _ in turns])
    for number, (label, text) in enumerate(turns):
        if label:
            sitting.speak(label, text)
        elif number == 0:
            sitting.leave_out(text)
        else:
            _unlabelled(sitting, text)
    day = parse_date(_text(meeting, "Date"))
    return sitting.draft.finish(
        key=keys.key(meeting),
        title=title or file_title,
        kind=Kind.MINUTES,
        meeting=meeting_of(title, _text(meeting, "Prefecture")),
        session=session_of(title, (text for _, text in turns)),
        day=day,
        url=_text(meeting, "URL"),
        claims=secret_claims(title),
        warnings=() if day else ("会議の日付がありません",),
    )


def _unlabelled(sitting: Sitting, text: str) -> None:
    """Text without a speaker after the speeches began: a torn-off rest with its own marks, or an attachment."""
    rest, speeches = gather(text.split("\n"))
    if speeches:
        sitting.go_on("\n".join(rest))
        for speech in speeches:
            sitting.speak(speech.label, "\n".join(speech.lines))
    else:
        attach(sitting.draft, text)
