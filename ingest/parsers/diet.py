"""Minutes of the National Diet as its API gives them: `speechRecord`, alone or inside `meetingRecord`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.calendar import parse_date
from corpus.model import Document, Kind
from ingest.errors import UnreadableSourceError
from ingest.extract import Extract
from ingest.parsers.assembly import Sitting
from ingest.parsers.marked_minutes import NO_SPEECH
from ingest.parsers.speakers import Speaker, split_label

KINDS = frozenset({Kind.MINUTES})
_FRONT = "会議録情報"
_LABEL = re.compile(r"\s*○\s*(?P<label>[^\s　]{1,30})[\s　]+")
Record = dict[str, object]


def recognise(extract: Extract) -> float:
    """1 where the file has the API's records."""
    return 1.0 if any(_meetings(extract.data)) else 0.0


def parse(extract: Extract) -> list[Document]:
    """One document a meeting (issue), in file order; speeches by their order in the meeting.

    Raises:
        UnreadableSourceError: nobody speaks.
    """
    documents = [
        document for records in _meetings(extract.data) if (document := _document(records)).utterances
    ]
    if not documents:
        raise UnreadableSourceError(NO_SPEECH)
    return documents


def _meetings(data: object) -> Iterator[list[Record]]:
    """The speeches of each meeting, with the fields of the meeting in each."""
    groups: dict[str, list[Record]] = {}
    for record in _records(data):
        groups.setdefault(str(record.get("issueID", "")), []).append(record)
    for records in groups.values():
        yield sorted(records, key=_order)


def _order(record: Record) -> int:
    value = record.get("speechOrder")
    return int(value) if isinstance(value, int | str) and str(value).isdigit() else 0


def _records(data: object) -> Iterator[Record]:
    for page in data if isinstance(data, list) else [data]:
        if not isinstance(page, dict):
            continue
        for speech in _list(page, "speechRecord"):
            yield speech
        for meeting in _list(page, "meetingRecord"):
            shared = {key: value for key, value in meeting.items() if key != "speechRecord"}
            for speech in _list(meeting, "speechRecord"):
                yield {**shared, **speech}


def _list(value: Record, field: str) -> list[Record]:
    found = value.get(field)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _text(record: Record, field: str) -> str:
    value = record.get(field)
    return str(value).strip() if isinstance(value, str | int) else ""


def _document(records: list[Record]) -> Document:
    first = records[0]
    body = f"{_text(first, 'nameOfHouse')}{_text(first, 'nameOfMeeting')}"
    title = f"{body} {_text(first, 'issue')}".strip()
    front = "\n".join(_text(record, "speech") for record in records if _text(record, "speaker") == _FRONT)
    sitting = Sitting(title, front=front)
    for record in records:
        if _text(record, "speaker") != _FRONT:
            _speech(sitting, record)
    day = parse_date(_text(first, "date"))
    session = _text(first, "session")
    return sitting.draft.finish(
        key=_text(first, "issueID"),
        title=title,
        kind=Kind.MINUTES,
        meeting=body,
        session=" ".join(
            part for part in (f"第{session}回国会" if session else "", _text(first, "issue")) if part
        ),
        day=day,
        url=_text(first, "meetingURL") or _text(first, "speechURL"),
        warnings=() if day else ("会議の日付がありません",),
    )


def _speech(sitting: Sitting, record: Record) -> None:
    """One speech; its own label, if any, is not said. A post that the record lacks is that of the label."""
    text = _text(record, "speech")
    label = _LABEL.match(text)
    own = split_label(label["label"]).post if label else ""
    post = _text(record, "speakerPosition") or own or _text(record, "speakerRole")
    said = text[label.end() :] if label else text
    sitting.say_as(Speaker(_text(record, "speaker"), post), said, acting=own or post or "議員")
