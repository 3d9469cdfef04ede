"""Lines that begin with a speaker's mark: ○議長（…君） ◎部長 ◆議員."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from ingest.parsers.sentinels import sentinels_of, strip_sentinels
from ingest.parsers.speakers import is_post, split_label

_LONGEST_NAME = 20
MARKS = "○◯〇◎◆●◇△▲☆★□■"
_LABEL = r"[^\s○◎◆。、「」：:（(〔]{1,30}"
_POST_END = r"長|員|番|事|監|官|人|者|記|任|与|役|補佐|代理|議員|委員"
_BRACKETED = rf"{_LABEL}?\s*[（(][^（()）]{{1,30}}[）)](?:(?:{_POST_END})(?=[\s　：:]))?"
_PLAIN = rf"{_LABEL}?(?:[（(][^（()）]{{1,4}}[）)])?{_LABEL}?(?:{_POST_END})(?=[\s　：:]|$)"
_NAMED = re.compile(rf"[{MARKS}]\s*(?P<label>{_BRACKETED}|{_PLAIN})[\s　：:]*")


@dataclass
class Speech:
    """One marked utterance as gathered: its label and its lines."""

    label: str
    lines: list[str] = field(default_factory=list)


def begins_speech(line: str) -> bool:
    """Whether a line begins with the mark and label of a speaker."""
    return _labelled(strip_sentinels(line).lstrip()) is not None


def _labelled(bare: str) -> re.Match[str] | None:
    """The mark and label at the start of a line; None where the label is nobody's (○要領（案））."""
    found = _NAMED.match(bare)
    if found is None:
        return None
    speaker = split_label(found["label"])
    return found if is_post(speaker.post) and len(speaker.name) <= _LONGEST_NAME else None


def gather(lines: Iterable[str]) -> tuple[list[str], list[Speech]]:
    """(lines before the first speaker, speeches) of marked minutes."""
    front: list[str] = []
    speeches: list[Speech] = []
    for text in lines:
        for line in text.split("\n"):
            marked = _marked(line)
            if marked:
                speeches.append(Speech(marked[0], [marked[1]]))
            elif speeches:
                speeches[-1].lines.append(line)
            else:
                front.append(line)
    return front, speeches


def _marked(line: str) -> tuple[str, str] | None:
    """(label with its sentinels, rest) of a line that begins with a speaker's mark."""
    bare = strip_sentinels(line)
    found = _labelled(bare.lstrip())
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
