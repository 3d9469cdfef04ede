"""Cut a rendition into passages: short enough to embed and to read, never across a change of topic."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from corpus.japanese import sentences
from corpus.model import Document, Role, Span
from ingest.dialogue.segments import Segment, segments

MAX_PASSAGE_CHARS = 400
"""Code points. About 250 tokens of the default model, whose limit is 512."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A span of one utterance, the topic of the stretch it lies in, and what it does there."""

    span: Span
    utterance: int
    topic: str
    role: Role


def chunk(document: Document, *, max_passage_chars: int = MAX_PASSAGE_CHARS) -> list[Chunk]:
    """The passages of a document, in text order; together they hold all that was said.

    A passage is a run of whole sentences inside one topical segment (`ingest.threads`); a sentence longer
    than the limit is cut at commas. Runs are filled evenly, so that no short rest is left at the end.
    """
    return [
        piece for segment in segments(document) for piece in _pieces(document, segment, max_passage_chars)
    ]


def _pieces(document: Document, segment: Segment, limit: int) -> Iterator[Chunk]:
    text = document.text[segment.span.start : segment.span.end]
    for start, end in _runs(_atoms(text, limit), limit, len(text)):
        span = _trimmed(document.text, segment.span.start + start, segment.span.start + end)
        if span is not None:
            yield Chunk(span, segment.utterance, segment.topic, segment.role)


def _atoms(text: str, limit: int) -> list[tuple[int, int]]:
    """Sentences of `text`; those over the limit cut at commas, and at the limit where there is none."""
    atoms: list[tuple[int, int]] = []
    for start, end in sentences(text):
        while end - start > limit:
            comma = text.rfind("、", start + 1, start + limit)
            cut = comma + 1 if comma > start else start + limit
            atoms.append((start, cut))
            start = cut
        atoms.append((start, end))
    return atoms


def _runs(atoms: list[tuple[int, int]], limit: int, length: int) -> Iterator[tuple[int, int]]:
    """Join neighbouring atoms into runs of about equal length, none over the limit."""
    parts = -(-length // limit)
    target = length / parts if parts else limit
    first, last = -1, -1
    for start, end in atoms:
        if first >= 0 and (end - first > limit or last - first >= target):
            yield first, last
            first = start
        elif first < 0:
            first = start
        last = end
    if first >= 0:
        yield first, last


def _trimmed(text: str, start: int, end: int) -> Span | None:
    """The span without white space at its ends; None when nothing is left."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return Span(start, end) if start < end else None
