"""Minutes whose speakers are marked: ○議長（…君） ◎部長 ◆議員, one utterance from mark to mark."""

from __future__ import annotations

import re

from corpus.calendar import parse_date
from corpus.model import Document, Kind
from ingest.errors import UnreadableSourceError
from ingest.extract import Extract
from ingest.parsers.assembly import Sitting
from ingest.parsers.marks import begins_speech, gather
from ingest.parsers.sentinels import strip_sentinels
from ingest.parsers.titles import meeting_of, secret_claims, session_of
from ingest.parsers.wording import page_width

KINDS = frozenset({Kind.MINUTES})
NO_SPEECH = "発言がありません（目次のページ）"
_TITLE = re.compile(r"会議録|議事録|速記録|委員会記録")
_PATH = re.compile(r"[＞>»→|｜]|検索")
_FRONT_LINES = 3
_OPENING_SPEECHES = 12


def recognise(extract: Extract) -> float:
    """How sure it is that speakers are marked: sure from two marked lines on, or one at the very beginning."""
    lines = [line for block in extract.blocks for line in block.text.split("\n") if line.strip()]
    marked = [number for number, line in enumerate(lines) if begins_speech(line)]
    if len(marked) >= 2:
        return 0.95
    return 0.8 if marked and marked[0] <= _FRONT_LINES else 0.0


def parse(extract: Extract) -> list[Document]:
    """One document: what stands before the first mark gives title and date, the rest is speech.

    Raises:
        UnreadableSourceError: nobody speaks.
    """
    front, speeches = gather(block.text for block in extract.blocks)
    headline = [line for text in front if (line := strip_sentinels(text).strip())]
    title = _title(headline, extract)
    sitting = Sitting(
        title,
        front="\n".join(front),
        labels=[speech.label for speech in speeches],
        width=page_width(block.text for block in extract.blocks) if extract.wrapped else 0,
    )
    sitting.leave_out("".join(front))
    for speech in speeches:
        sitting.speak(speech.label, "\n".join(speech.lines))
    if not sitting.draft.utterances:
        raise UnreadableSourceError(NO_SPEECH)
    day = parse_date(title) or parse_date("\n".join(headline))
    spoken = (strip_sentinels(line) for speech in speeches[:_OPENING_SPEECHES] for line in speech.lines)
    document = sitting.draft.finish(
        key="",
        title=title,
        kind=Kind.MINUTES,
        meeting=meeting_of(title) if _TITLE.search(title) else "",
        session=session_of(title, spoken),
        day=day,
        claims=secret_claims(title),
        warnings=() if day else ("会議の日付がありません",),
    )
    return [document]


def _title(headline: list[str], extract: Extract) -> str:
    """The printed title: the line that says 会議録, the heading, the title of the file, or its name."""
    heading = next((strip_sentinels(block.text).strip() for block in extract.blocks if block.level), "")
    lines = [heading, *headline[:10]]
    named = next(
        (line for line in lines if _TITLE.search(line) and len(line) <= 60 and not _PATH.search(line)), ""
    )
    return named or heading or extract.title or extract.name.rsplit(".", 1)[0]
