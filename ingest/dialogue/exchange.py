"""What one member asked and what each executive answered to it, point by point."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from corpus.disclosure import MARK
from corpus.model import Document, Role, Span
from ingest.dialogue.answering import frames, loose_turns, point
from ingest.dialogue.asking import asking_lines, pleads
from ingest.dialogue.segments import Segment
from ingest.dialogue.wording import Paragraph, paragraphs

_AGENDA = re.compile(
    r"(?:質問|質疑|発言)(?:は|を)(?:全て)?終(?:わ|了|結)|議題といたします|日程第|採決|これより.{0,12}(?:討論|質疑|説明)|散会|閉会"
)
_UNNAMED_CHARS = 60
_PREAMBLE_CHARS = 120


@dataclass(frozen=True, slots=True)
class Point:
    """One asked or answered point: its span, the phrase that names it, and its text.

    An asked point has its asking paragraphs (`request`) and whether they only demand (`pleads`); an answered one has
    `pieces`, itself cut wherever its words may turn to another point.
    """

    span: Span
    topic: str
    text: str
    request: str = ""
    pleads: bool = False
    pieces: tuple[Point, ...] = ()


@dataclass(slots=True)
class Exchange:
    """What one speaker asked and what each answerer (post, or name without one) said to it, in the order of speech.

    `turn` tells whose questions they are and under which item of the agenda.
    """

    turn: tuple[str, str, int | None] = ("", "", None)
    asked: list[Point] = field(default_factory=list)
    answered: list[tuple[str, list[Point]]] = field(default_factory=list)

    @property
    def answers(self) -> list[Point]:
        """The answered points of all answerers, in the order of speech."""
        return [point for _, points in self.answered for point in points]

    @property
    def sizes(self) -> list[int]:
        """How many points each answerer answered."""
        return [len(points) for _, points in self.answered]


def exchanges(document: Document, segments: Iterable[Segment]) -> list[Exchange]:
    """The exchanges of a document that hold both a question and an answer, in text order.

    An exchange begins with a question after an answer, with a question of another speaker or under another item, and
    after a report, a turn of the agenda or a speech that is closed as a whole.
    """
    found = [Exchange()]
    for number, group in groupby(segments, key=lambda segment: segment.utterance):
        utterance, own = document.utterances[number], list(group)
        who = utterance.post or utterance.speaker
        if utterance.role is Role.QUESTION:
            turn = (utterance.post, utterance.speaker, utterance.section)
            if found[-1].answered or found[-1].turn != turn:
                found.append(Exchange(turn))
            found[-1].asked += _asked(document.text, own)
        elif utterance.role is Role.ANSWER:
            _add(found[-1].answered, who, _answered(document.text, own))
        elif utterance.role is Role.EXPLANATION or _ends(document.text[utterance.start : utterance.end]):
            found.append(Exchange())
    return [exchange for exchange in found if exchange.asked and exchange.answered]


def _ends(words: str) -> bool:
    """Whether a turn of the agenda is spoken, or a whole speech is closed: what follows may answer that speech."""
    return words.strip() == MARK or _AGENDA.search(words) is not None


def joined(pieces: Sequence[Point]) -> Point:
    """One answered point made of neighbouring pieces."""
    span = Span(pieces[0].span.start, pieces[-1].span.end)
    return Point(span, pieces[0].topic, "\n".join(piece.text for piece in pieces), pieces=tuple(pieces))


def _add(answered: list[tuple[str, list[Point]]], who: str, points: list[Point]) -> None:
    if points and answered and answered[-1][0] == who:
        answered[-1][1].extend(points)
    elif points:
        answered.append((who, points))


def _asked(text: str, parts: Sequence[Segment]) -> list[Point]:
    """The points that ask; the whole speech as one where none of them seems to."""
    points = []
    for part in parts:
        lines = paragraphs(text, part.span)
        request = "\n".join(line.text for line, does in zip(lines, asking_lines(lines), strict=True) if does)
        if request:
            whole = text[part.span.start : part.span.end]
            points.append(Point(part.span, part.topic, whole, request, pleads(request)))
    if points:
        return points
    span = Span(parts[0].span.start, parts[-1].span.end)
    return [Point(span, parts[-1].topic, text[span.start : span.end], text[span.start : span.end])]


def _answered(text: str, parts: Sequence[Segment]) -> list[Point]:
    """The points that answer; greetings and short words before the first named point are left out."""
    named = any(part.topic for part in parts)
    points: list[Point] = []
    for part in parts:
        lines = [line for line in paragraphs(text, part.span) if not frames(line.text)]
        short = part.span.end - part.span.start <= _PREAMBLE_CHARS
        if lines and not (named and not part.topic and not points and short):
            points.append(joined(tuple(_pieces(lines, part))))
    return points


def _pieces(lines: Sequence[Paragraph], part: Segment) -> Iterator[Point]:
    for first, after in pairwise([0, *loose_turns(lines), len(lines)]):
        start = lines[first].start if first else part.span.start
        end = lines[after].start if after < len(lines) else part.span.end
        topic = point(lines[first].text)[0] if first else part.topic
        body = "\n".join(line.text for line in lines[first:after])
        yield Point(Span(start, end), topic or lines[first].text[:_UNNAMED_CHARS], body)
