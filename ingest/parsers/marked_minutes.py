"""Minutes whose speakers are marked: ○議長（…君） ◎部長 ◆議員, one utterance from mark to mark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from corpus.model import Document, Kind, Role
from ingest.errors import UnreadableSourceError
from ingest.extract import Extract
from ingest.parsers.dates import find_date
from ingest.parsers.draft import Draft
from ingest.parsers.roles import Turns
from ingest.parsers.sentinels import sentinels_of, strip_sentinels
from ingest.parsers.speakers import Roster, Speaker, split_label
from ingest.parsers.utterance_json import NO_SPEECH, meeting_of, session_of
from ingest.parsers.wording import page_width, paragraphs, strip_directions, unwrapped

KINDS = frozenset({Kind.MINUTES})
MARKS = "○◯〇◎◆●◇△▲☆★□■"
_LABEL = r"[^\s○◎◆。、「」：:（(〔]{1,30}"
_POST_END = r"長|員|番|事|監|官|人|者|記|任|与|役|補佐|代理|議員|委員"
_NAMED = re.compile(
    rf"[{MARKS}]\s*(?P<label>{_LABEL}?\s*[（(][^（()）]{{1,30}}[）)](?:(?:{_POST_END})\b)?"
    rf"|{_LABEL}?(?:[（(][^（()）]{{1,4}}[）)])?{_LABEL}?(?:{_POST_END}))(?P<gap>[\s　：:]+|$)"
)
_TITLE = re.compile(r"(?:会議録|議事録|速記録|委員会記録)")
_MIN_SHARE = 0.02


@dataclass
class _Speech:
    """One marked utterance as gathered: its label and its lines."""

    label: str
    lines: list[str] = field(default_factory=list)


def recognise(extract: Extract) -> float:
    """How sure it is that speakers are marked: sure from two marked lines on, or one at the very beginning."""
    lines = [block.text.strip() for block in extract.blocks if block.text.strip()]
    marked = [number for number, line in enumerate(lines) if _NAMED.match(line)]
    if len(marked) >= 2:
        return 0.95
    return 0.8 if marked and marked[0] <= 3 else 0.0


def parse(extract: Extract) -> list[Document]:
    """One document: what stands before the first mark gives title and date, the rest is speech.

    Raises:
        UnreadableSourceError: nobody speaks.
    """
    front, speeches = gather(block.text for block in extract.blocks)
    headline = [strip_sentinels(line).strip() for line in front if strip_sentinels(line).strip()]
    draft = Draft()
    for line in front:
        draft.keep(line)
    title = title_of(headline, extract)
    roster = Roster()
    roster.attend(strip_sentinels("\n".join(front)))
    roster.learn({strip_sentinels(speech.label) for speech in speeches})
    width = page_width(block.text for block in extract.blocks) if extract.wrapped else 0
    course = Turns(plenary="委員会" not in title)
    for speech in speeches:
        _say(draft, course, speech, roster, width=width, wrapped=extract.wrapped)
    if not draft.utterances:
        raise UnreadableSourceError(NO_SPEECH)
    day = find_date(title) or find_date("\n".join(headline))
    spoken = (strip_sentinels(line) for speech in speeches[:12] for line in speech.lines)
    return [
        draft.finish(
            key="",
            title=title,
            kind=Kind.MINUTES,
            meeting=meeting_of(title) if _TITLE.search(title) else "",
            session=session_of(title, spoken),
            day=day,
            warnings=() if day else ("会議の日付がありません",),
        )
    ]


def gather(lines: Iterator[str]) -> tuple[list[str], list[_Speech]]:
    """(lines before the first speaker, speeches) of marked minutes."""
    front: list[str] = []
    speeches: list[_Speech] = []
    for text in lines:
        for line in text.split("\n"):
            marked = _marked(line)
            if marked:
                speeches.append(_Speech(marked[0], [marked[1]]))
            elif speeches:
                speeches[-1].lines.append(line)
            else:
                front.append(line)
    return front, speeches


def _marked(line: str) -> tuple[str, str] | None:
    """(label with its sentinels, rest) of a line that begins with a speaker's mark."""
    bare = strip_sentinels(line)
    found = _NAMED.match(bare.lstrip())
    if found is None:
        return None
    indent = len(bare) - len(bare.lstrip())
    start, end = _place(line, indent + found.start("label")), _place(line, indent + found.end())
    return sentinels_of(line[:start]) + line[start:end], line[end:]


def _place(line: str, visible: int) -> int:
    """Where in `line` its first `visible` characters, sentinels not counted, end."""
    seen = 0
    for at, character in enumerate(line):
        if seen == visible:
            return at
        seen += bool(strip_sentinels(character))
    return len(line)


def _say(draft: Draft, course: Turns, speech: _Speech, roster: Roster, *, width: int, wrapped: bool) -> None:
    text = "\n".join(strip_directions(line) for line in _plain(speech.lines))
    said = paragraphs(text.split("\n"), width) if wrapped else unwrapped(text)
    speaker: Speaker = split_label(strip_sentinels(speech.label), roster)
    visible = strip_sentinels(said)
    role = course.role(speaker.post, visible) if visible else Role.OTHER
    draft.say(said, speaker=speaker.name, post=speaker.post, role=role, label=speech.label)


def _plain(lines: list[str]) -> list[str]:
    """Lines with directions that run over several of them put on one."""
    text = "\n".join(lines)
    return re.sub(r"〔[^〕]*〕", lambda found: found.group().replace("\n", ""), text).split("\n")


def title_of(headline: list[str], extract: Extract) -> str:
    """The printed title: the heading, the line that says 会議録, the title of the file, or its name."""
    heading = next((strip_sentinels(block.text).strip() for block in extract.blocks if block.level), "")
    named = next((line for line in headline[:10] if _TITLE.search(line) and len(line) <= 60), "")
    return named or heading or extract.title or extract.name.rsplit(".", 1)[0]
