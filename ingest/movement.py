"""Compare two labellings of one text: who comes to read more, who less?"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from corpus.disclosure import Label, compartment, strictest
from corpus.model import Document
from ingest.labels import Labelling


class Movement(StrEnum):
    """What a change does to the readers of a stretch of text."""

    NARROWER = "narrower"  # some read it no more
    WIDER = "wider"  # more read it, or come to know that there is something
    CROSSING = "crossing"  # some no more, others newly


def movements(document: Document, old: Labelling, new: Labelling) -> frozenset[Movement]:
    """What becomes of the readers of any part of `document` when `new` takes the place of `old`; empty: nothing."""
    found = (_movement(was, is_now) for was, is_now in _pairs(document, old, new))
    return frozenset(each for each in found if each is not None)


def _movement(was: Label, is_now: Label) -> Movement | None:
    both = compartment(strictest([was, is_now]))
    lost = both != compartment(was) or (is_now.hidden and not was.hidden)
    gained = both != compartment(is_now) or (was.hidden and not is_now.hidden)
    if lost and gained:
        return Movement.CROSSING
    return Movement.NARROWER if lost else Movement.WIDER if gained else None


def _pairs(document: Document, old: Labelling, new: Labelling) -> Iterator[tuple[Label, Label]]:
    """The old and the new label of every stretch of text, and of the document itself."""
    yield old.base, new.base
    spans = [span for labelling in (old, new) for span, _ in labelling.closed]
    for start in sorted({0, *(edge for span in spans for edge in (span.start, span.end))}):
        if start < len(document.text):
            yield label_at(old, start), label_at(new, start)


def label_at(labelling: Labelling, offset: int) -> Label:
    """The label of the character at `offset` of the master text."""
    for span, label in labelling.closed:
        if span.start <= offset < span.end:
            return label
    return labelling.base
