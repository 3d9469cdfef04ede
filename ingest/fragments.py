"""The stretches of text that closed words are shown in, to those who may read them: the sentences around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.japanese import sentences
from corpus.model import Document, Span, Utterance

_SHORT_CHARS = 20
"""Sentences that together are shorter take the one before them too; code points."""
_CONTEXT_CHARS = 150
"""Of a very long sentence, on either side of the closed words; code points."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Text that goes into a fragment, the utterance it is of, and where in the base its first closed words stood."""

    span: Span
    source: Utterance
    at: int


def stretches(document: Document, closed: Sequence[tuple[Span, int]]) -> list[Stretch]:
    """The sentences around closed spans, in text order; those that share a sentence are one.

    Args:
        document: with the closed words in their places.
        closed: spans in text order, and for each where it stood in the base.
    """
    found: list[Stretch] = []
    for span, at in _joined(closed):
        for piece, source in _pieces(document, span):
            stretch = Stretch(_in_sentences(document.text, piece, source), source, at)
            last = found[-1] if found else None
            if last is not None and last.source == source and stretch.span.start < last.span.end:
                end = max(last.span.end, stretch.span.end)
                stretch = replace(last, span=Span(last.span.start, end))
                found.pop()
            found.append(stretch)
    return found


def _joined(closed: Sequence[tuple[Span, int]]) -> list[tuple[Span, int]]:
    """Spans that touch as one: whether something hidden from this compartment stood between them is not shown."""
    joined: list[tuple[Span, int]] = []
    for span, at in closed:
        if joined and joined[-1][0].end == span.start:
            before, at = joined.pop()
            span = Span(before.start, span.end)
        joined.append((span, at))
    return joined


def _in_sentences(text: str, piece: Span, within: Utterance) -> Span:
    """The sentences of an utterance that a piece of it touches, and where these are short, one before them.

    Of very long sentences only `_CONTEXT_CHARS` on either side are taken.
    """
    offset = within.start
    spans = [(offset + a, offset + b) for a, b in sentences(text[within.start : within.end])]
    touched = [n for n, (start, end) in enumerate(spans) if start < piece.end and piece.start < end]
    if not touched:
        return piece
    first, end = touched[0], spans[touched[-1]][1]
    while first and end - spans[first][0] < _SHORT_CHARS:
        first -= 1
    start = max(spans[first][0], piece.start - _CONTEXT_CHARS)
    return Span(min(start, piece.start), max(piece.end, min(end, piece.end + _CONTEXT_CHARS)))


def _pieces(document: Document, span: Span) -> list[tuple[Span, Utterance]]:
    """The parts of a span that lie in utterances; a span outside all of them is a piece of its own lines."""
    text = document.text
    pieces = []
    for utterance in document.utterances:
        start, end = max(span.start, utterance.start), min(span.end, utterance.end)
        if start < end and text[start:end].strip():
            pieces.append((Span(start, end), utterance))
    if not pieces and text[span.start : span.end].strip():
        before = text.rfind("\n", 0, span.start) + 1
        after = text.find("\n", span.end)
        pieces.append((span, Utterance(before, after if after >= 0 else len(text))))
    return pieces
