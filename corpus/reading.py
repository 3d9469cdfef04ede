"""The one door to text: a view of the store that holds what one principal may read.

Everything that shows something to a person (routes, exports, the command line, the evaluation) goes
through a `Reader`. It asks `may_read` once per compartment, opens only the readable ones for search,
and checks every passage that comes back against the catalogue again: the label in force now decides,
not the index.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from corpus.catalogue import DocumentRow
from corpus.disclosure import Principal, Reason, compartment_label, may_read, readable
from corpus.errors import DisclosureError
from corpus.index.protocol import Candidates, Formula, Ids, Probe, Restriction, Selection
from corpus.model import Passage, Rendition, Span, Thread
from corpus.phrases import Phrase
from corpus.store import Store
from corpus.texts import Place


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and its answers, as passages in text order."""

    questions: tuple[Passage, ...]
    answers: tuple[Passage, ...]


class Reader:
    """What `principal` may read of `store` at this moment. Make a new one for every request."""

    def __init__(
        self, store: Store, principal: Principal, *, now: Callable[[], datetime] = datetime.now
    ) -> None:
        self._store = store
        self._now = now
        self._others: tuple[Principal, ...] = ()
        self.principal = principal

    def shared_with(self, other: Principal) -> Reader:
        """The view that holds what both may read now: what the one may be shown of the other's, or be sent to it."""
        reader = Reader(self._store, self.principal, now=self._now)
        reader._others = (*self._others, other)
        return reader

    @cached_property
    def compartments(self) -> frozenset[str]:
        """The compartments that the principal may read now."""
        open_to = readable(self.principal, self._store.catalogue.compartments(), self._now())
        for other in self._others:
            open_to &= readable(other, open_to, self._now())
        return open_to

    def candidates(self, probe: Probe, *, pool: int, restriction: Restriction | None = None) -> Candidates:
        """Passages worth ranking, found in the readable compartments alone."""
        unsettled = self._unsettled()
        found = self._store.index().candidates(probe, self.compartments, pool=pool, restriction=restriction)
        return _without(unsettled, found)

    def select(self, formula: Formula) -> Selection:
        """Every passage that may be read and that `formula` selects."""
        texts = self._store.texts

        def holds(phrase: Phrase, ids: Ids) -> NDArray[np.bool_]:
            return texts.have(phrase, ids, self.compartments)

        unsettled = self._unsettled()
        found = self._store.index().select(formula, self.compartments, holds)
        if self._store.catalogue.pending() or unsettled:  # the index may hold what was closed a moment ago
            hidden = np.array([key.encode() for key in unsettled], "S32")
            there = texts.present(found.ids, self.compartments) & ~np.isin(found.ids, hidden)
            found = Selection(found.ids[there], found.days[there])
        return found

    def evidence(self, probe: Probe, ids: Ids) -> Candidates:
        """The evidence for just these passages, and those tied to them by threads."""
        unsettled = self._unsettled()
        return _without(unsettled, self._store.index().evidence(probe, ids, self.compartments))

    def _unsettled(self) -> frozenset[str]:
        """The passages of documents in which something was closed a moment ago, until the index is made anew.

        It would still find them under names and headings that are closed by now, and tie them as before. To be
        asked before the index is: what is made anew meanwhile is found a moment later.
        """
        catalogue = self._store.catalogue
        rewritten = catalogue.pending().rewritten
        if not rewritten:
            return frozenset()
        with catalogue.read() as connection:
            return frozenset(key for one in rewritten for key in catalogue.passage_ids_of(connection, one))

    def places(self, ids: Ids) -> dict[str, Place]:
        """Where each of some passages stands, for those that may be read."""
        return self._store.texts.places(ids, self.compartments)

    def speakers(self) -> frozenset[str]:
        """Every "post speaker" of the readable passages."""
        return self._store.index().speakers(self.compartments)

    def passages(self, ids: Sequence[str]) -> dict[str, Passage]:
        """Passage id -> passage, for those of `ids` that exist and may be read; the rest look missing."""
        return self._store.catalogue.passages(ids, compartments=self.compartments)

    def documents(self) -> dict[str, DocumentRow]:
        """Document id -> row of the documents whose base rendition may be read."""
        return self._store.catalogue.documents(compartments=self.compartments)

    def document(self, document_id: str) -> DocumentRow | None:
        """The row of a document that may be read, else None."""
        found = self._store.catalogue.documents([document_id], compartments=self.compartments)
        return found.get(document_id)

    def renditions(self, document_id: str) -> dict[str, Rendition]:
        """Compartment -> rendition of a document, those that may be read; empty when there is none."""
        return self._store.catalogue.renditions(document_id, self.compartments)

    def passages_of(self, document_id: str) -> list[Passage]:
        """The readable passages of a document, in text order."""
        return self._store.catalogue.passages_of(document_id, self.compartments)

    def near(self, passage: Passage, reach: int) -> list[Passage]:
        """The passages of the same text that begin at most `reach` characters before or after one that may be read.

        In text order, itself included; empty where it may not be read.
        """
        if passage.compartment not in self.compartments:
            return []
        span = Span(max(0, passage.start - reach), passage.end + reach)
        return self._store.catalogue.passages_within(passage.document_id, passage.compartment, span)

    def why_missing(self, *, passage_id: str = "", document_id: str = "") -> str:
        """Why a passage or document is not shown, for the audit log; for the reader, withheld looks missing."""
        compartment = self._store.catalogue.compartment_of(passage_id=passage_id, document_id=document_id)
        if compartment is None:
            return "missing"
        try:
            label = compartment_label(compartment)
        except DisclosureError:
            return Reason.MALFORMED.value
        return may_read(self.principal, label, self._now()).reason.value

    def exchanges(self, passage: Passage) -> list[Exchange]:
        """The threads that a readable passage belongs to, each as question and answer passages."""
        if passage.compartment not in self.compartments:
            return []
        threads = self._store.catalogue.threads(passage.document_id, passage.compartment)
        near = [
            thread
            for thread in threads
            if _touches(passage, thread.question.start, thread.question.end)
            or _touches(passage, thread.answer.start, thread.answer.end)
        ]
        if not near:
            return []
        passages = [p for p in self.passages_of(passage.document_id) if p.compartment == passage.compartment]
        return [_exchange(thread, passages) for thread in near]


def _without(unsettled: frozenset[str], found: Candidates) -> Candidates:
    """`found` with none of `unsettled` as a result."""
    if not unsettled:
        return found
    settled = np.array([key not in unsettled for key in found.ids], np.bool_)
    return replace(found, eligible=found.eligible & settled)


def _exchange(thread: Thread, passages: Sequence[Passage]) -> Exchange:
    return Exchange(
        questions=tuple(p for p in passages if _touches(p, thread.question.start, thread.question.end)),
        answers=tuple(p for p in passages if _touches(p, thread.answer.start, thread.answer.end)),
    )


def _touches(passage: Passage, start: int, end: int) -> bool:
    return passage.start < end and start < passage.end
