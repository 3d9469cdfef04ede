"""Utterances cut into topical segments, at paragraph breaks only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from corpus.model import Document, Role, Span, Utterance
from ingest.dialogue.answering import answer_cuts
from ingest.dialogue.asking import question_cuts
from ingest.dialogue.wording import Paragraph, paragraphs


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of one utterance on one point, as a span of the document's text.

    `utterance` is the position of the utterance in the document. `topic` is the phrase that names the point, empty
    where none is named; in a question it may have been named paragraphs before.
    """

    span: Span
    utterance: int
    role: Role
    topic: str = ""


def segments(document: Document) -> list[Segment]:
    """Every utterance cut into topical segments, in text order.

    The segments of an utterance cover it from start to end without gaps or overlaps; an utterance without text has
    none. Questions are cut behind each asking paragraph, answers before each paragraph that turns to another point;
    all other utterances are one segment.
    """
    found: list[Segment] = []
    for number, utterance in enumerate(document.utterances):
        lines = paragraphs(document.text, Span(utterance.start, utterance.end))
        if lines:
            found.extend(_segments_of(lines, number, utterance))
    return found


def _segments_of(lines: list[Paragraph], number: int, utterance: Utterance) -> Iterator[Segment]:
    cuts = {0: ""}
    if utterance.role is Role.QUESTION:
        cuts = question_cuts(lines)
    elif utterance.role is Role.ANSWER:
        cuts = answer_cuts(lines)
    borders = [*sorted(cuts), len(lines)]
    for first, after in pairwise(borders):
        start = utterance.start if first == 0 else lines[first].start
        end = utterance.end if after == len(lines) else lines[after].start
        yield Segment(Span(start, end), number, utterance.role, cuts[first])
