"""Change the label of a document or of a part of it, by a named person.

Closing acts at once: one commit writes the decision and the text as cut under it, a second one the index. What
a crash leaves in between is closed already, and finished by whoever publishes next. Opening is only a proposal
until a second person approves it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from corpus.catalogue import DocumentRow, Pending, Prepared
from corpus.disclosure import Principal, compartment, compartment_label, may_read, strictest
from corpus.embedding import Embedder
from corpus.labels import CHANGE, Act, LabelEvent, claims_of, may_label, standing, undecided
from corpus.model import Document, Passage, Span
from corpus.register import events_of, last_event, record
from corpus.store import Store
from ingest.errors import LabelError, UnknownRecordError
from ingest.labels import Labelling, decide
from ingest.movement import Movement, movements
from ingest.prepare import Custody, prepare
from ingest.publish import Draft, publish
from ingest.wishes import Change, wishes

log = logging.getLogger("toben.relabel")


class LabelState(StrEnum):
    """What became of a change."""

    IN_FORCE = "in_force"
    PROPOSED = "proposed"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The decision under which a change was recorded.

    `withdrawn` holds the ids of the passages that lost readers. `finished` is whether the index has followed;
    if not, what was closed is closed all the same, and the next ingest or start brings the index up to it.
    """

    document_id: str
    decision: int
    state: LabelState
    withdrawn: tuple[str, ...] = ()
    finished: bool = True


@dataclass(frozen=True, slots=True)
class _Record:
    """A document with everything that its labels depend on."""

    row: DocumentRow
    master: Document
    events: list[LabelEvent]


class Relabelling:
    """Changes labels in one store. Every method takes the commit lock itself."""

    def __init__(
        self,
        store: Store,
        embedder: Callable[[], Embedder],
        *,
        approvers: Iterable[str] = (),
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        """Change labels in `store`; members of the groups `approvers` may do so for every department."""
        self._store = store
        self._catalogue = store.catalogue
        self._embedder = embedder
        self._approvers = frozenset(approvers)
        self._now = now

    def change(self, document_id: str, change: Change, by: Principal) -> Outcome:
        """Record a change: in force at once where nobody comes to read more, else as a proposal.

        Raises:
            UnknownRecordError: there is no such document, or `by` may not label it.
            LabelError: the parts named are not found, or the label cannot be meant.
        """
        self._permit(document_id, by)
        with self._store.committing(urgent=True):
            found = self._open(document_id, by)
            before = self._labelling(found, found.events)
            said = wishes(found.master, change, before, by, self._catalogue.anchors, self._now())
            self._check_replaced(found, change)
            after = self._labelling(found, _as_approved(found.events, said))
            if _opens(movements(found.master, before, after), said):
                return self._propose(found, said)
            outcome = self._close(found, said)
        return self._followed(outcome)

    def approve(self, decision: int, by: Principal) -> Outcome:
        """Put a proposal in force, by a person other than the one who made it.

        Raises:
            UnknownRecordError: there is no such proposal, or `by` may not label its document.
            LabelError: `by` made it, or the document has changed since.
        """
        draft = self._approval(decision, by)
        publish(self._store, self._embedder(), [draft], today=self._now().date())
        self._forget()
        row, (approval,) = draft.prepared.row, draft.events
        return Outcome(row.id, decision, LabelState.IN_FORCE, approval.withdrawn)

    def reject(self, decision: int, by: Principal) -> Outcome:
        """Set a proposal aside; the person who made it may do so too.

        Raises:
            UnknownRecordError: there is no such proposal, or `by` may not label its document.
        """
        self._proposal(decision, by)
        with self._store.committing(urgent=True):
            found, _ = self._proposal(decision, by)
            event = LabelEvent(Act.REJECTION, CHANGE, refers=decision, by=by.id)
            with self._catalogue.write() as connection:
                record(connection, found.row.id, [event], self._catalogue.epoch(connection))
        return Outcome(found.row.id, decision, LabelState.REJECTED)

    def remove(self, document_id: str, by: Principal) -> Outcome:
        """Delete a document: gone for every reader at once.

        Raises:
            UnknownRecordError: there is no such document, or `by` may not label it.
        """
        self._permit(document_id, by)
        with self._store.committing(urgent=True):
            found = self._open(document_id, by)
            old = self._passages(found)
            event = LabelEvent(Act.REMOVAL, CHANGE, by=by.id, withdrawn=tuple(p.id for p in old))
            with self._catalogue.write() as connection:
                recorded = record(connection, document_id, [event], self._catalogue.advance(connection))
                touched = self._catalogue.withdraw(connection, [document_id], drop=[document_id])
                self._catalogue.drop_empty_source(connection, found.row.source_id)
                self._catalogue.leave(connection, Pending(compartments=frozenset(touched)))
        outcome = Outcome(document_id, recorded[0].decision, LabelState.IN_FORCE, event.withdrawn)
        return self._followed(outcome)

    def proposals(self, by: Principal) -> list[LabelEvent]:
        """The first event of each proposal that waits for approval on documents that `by` may label."""
        with self._catalogue.read() as connection:
            events = events_of(connection)
        waiting = [proposal[0] for proposal in undecided(events).values()]
        rows = self._catalogue.documents({event.document_id for event in waiting})
        return [event for event in waiting if self._may(by, rows.get(event.document_id))]

    def standing(self, by: Principal) -> list[LabelEvent]:
        """The events that count now, of all documents that `by` may label."""
        with self._catalogue.read() as connection:
            events = events_of(connection)
        rows = self._catalogue.documents({event.document_id for event in events})
        mine = {key for key, row in rows.items() if self._may(by, row)}
        found: list[LabelEvent] = []
        for document_id in sorted(mine):
            found += standing([event for event in events if event.document_id == document_id])
        return found

    def history(self, document_id: str, by: Principal) -> list[LabelEvent]:
        """Every event of a document, oldest first.

        Raises:
            UnknownRecordError: there is no such document, or `by` may not label it.
        """
        return self._open(document_id, by).events

    def hidden_from(self, document_id: str, by: Principal) -> tuple[Span, ...]:
        """The spans of a document whose very existence is withheld from `by`, who may label it; those who approve
        for every department decide on existence too, and know of all.

        Raises:
            UnknownRecordError: there is no such document, or `by` may not label it.
        """
        found = self._open(document_id, by)
        if by.groups & self._approvers:
            return ()
        closed = self._labelling(found, found.events).closed
        return tuple(s for s, label in closed if label.hidden and not may_read(by, label, self._now()))

    def finish(self) -> None:
        """Do what commits have left to be done, and remove what no passage holds any more."""
        publish(self._store, self._embedder(), today=self._now().date())
        self._forget()

    # -- looking -------------------------------------------------------------------------------

    def _may(self, by: Principal, row: DocumentRow | None) -> bool:
        return row is not None and may_label(by, row.department, self._approvers, self._now())

    def _permit(self, document_id: str, by: Principal) -> DocumentRow:
        """The row of a document that `by` may label. Asked before anything else is read: a refusal takes as long
        for a record that exists as for one that does not.
        """
        row = self._catalogue.documents([document_id]).get(document_id)
        if row is None or not self._may(by, row):
            raise UnknownRecordError(document_id)
        return row

    def _open(self, document_id: str, by: Principal) -> _Record:
        row = self._permit(document_id, by)
        master = self._catalogue.master(document_id)
        if master is None:
            raise UnknownRecordError(document_id)
        with self._catalogue.read() as connection:
            return _Record(row, master, events_of(connection, document_id))

    def _proposal(self, decision: int, by: Principal) -> tuple[_Record, list[LabelEvent]]:
        with self._catalogue.read() as connection:
            proposal = undecided(events_of(connection)).get(decision)
        if proposal is None:
            raise UnknownRecordError(str(decision))
        return self._open(proposal[0].document_id, by), proposal

    def _passages(self, found: _Record) -> list[Passage]:
        return self._catalogue.passages_of(found.row.id, self._catalogue.compartments())

    def _labelling(self, found: _Record, events: Sequence[LabelEvent]) -> Labelling:
        """The labels of a document as `events` make them."""
        claims, _ = claims_of(found.master.text, standing(events), self._catalogue.anchors)
        custody, today = self._custody(found), self._now().date()
        return decide(found.master, claims, owner=custody.department, default=custody.default, today=today)

    def _custody(self, found: _Record) -> Custody:
        return Custody.of(self._catalogue, found.row.collection, found.row.department)

    def _prepared(self, found: _Record, events: Sequence[LabelEvent]) -> Prepared:
        claims, _ = claims_of(found.master.text, standing(events), self._catalogue.anchors)
        prepared, _ = prepare(
            found.master,
            source_id=found.row.source_id,
            custody=self._custody(found),
            claims=claims,
            identify=self._catalogue.identify,
            today=self._now().date(),
        )
        return prepared

    def _check_replaced(self, found: _Record, change: Change) -> None:
        known = {event.id for event in standing(found.events)}
        if not known.issuperset(change.replaces):
            raise LabelError("置き換える記録が見つかりません。")

    # -- writing -------------------------------------------------------------------------------

    def _propose(self, found: _Record, said: Sequence[LabelEvent]) -> Outcome:
        with self._catalogue.write() as connection:
            proposal = [replace(event, act=Act.PROPOSAL) for event in said]
            recorded = record(connection, found.row.id, proposal, self._catalogue.epoch(connection))
        return Outcome(found.row.id, recorded[0].decision, LabelState.PROPOSED)

    def _close(self, found: _Record, said: Sequence[LabelEvent]) -> Outcome:
        """The first commit of a closing: the decision, the text as cut under it, and what is left to do."""
        said = [event if event.label else replace(event, act=Act.WITHDRAWAL) for event in said]
        prepared = self._prepared(found, _numbered(found.events, said))
        old = self._passages(found)
        withdrawn = _withdrawn(old, prepared)
        undone = [
            LabelEvent(Act.REJECTION, CHANGE, refers=number, by=said[0].by)
            for number in undecided(found.events)
        ]
        touched = frozenset(passage.compartment for passage in (*old, *prepared.passages))
        with self._catalogue.write() as connection:
            events = [replace(said[0], withdrawn=withdrawn), *said[1:], *undone]
            recorded = record(connection, found.row.id, events, self._catalogue.advance(connection))
            self._catalogue.put_document(connection, prepared)
            rewritten = frozenset({found.row.id})
            self._catalogue.leave(connection, Pending(compartments=touched, rewritten=rewritten))
        return Outcome(found.row.id, recorded[0].decision, LabelState.IN_FORCE, withdrawn)

    def _approval(self, decision: int, by: Principal) -> Draft:
        """The document as it is once a proposal counts, with the approval to record."""
        with self._catalogue.read() as connection:
            seen = last_event(connection)
        found, proposal = self._proposal(decision, by)
        if by.id in {event.by for event in proposal}:
            raise LabelError("広げる変更は、提案した人とは別の人が承認してください。")
        if not all(self._unchanged(event, found.master.text) for event in proposal):
            raise LabelError("提案のあとに文書が変わりました。提案をやり直してください。")
        approval = LabelEvent(Act.APPROVAL, CHANGE, refers=decision, by=by.id)
        prepared = self._prepared(found, _numbered(found.events, [approval]))
        approval = replace(approval, withdrawn=_withdrawn(self._passages(found), prepared))
        return Draft(prepared, seen, lambda: self._approval(decision, by), (approval,))

    def _unchanged(self, event: LabelEvent, text: str) -> bool:
        """Whether the words that a proposal is about are still those."""
        if event.label is None:
            return True
        span = event.span or Span(0, len(text))
        return span.end <= len(text) and self._catalogue.anchors.of(text, span) == event.anchor

    def _followed(self, outcome: Outcome) -> Outcome:
        """Bring the index up to what was committed. What was closed is closed, whatever goes wrong here."""
        try:
            self.finish()
        except Exception:
            log.exception("index_left_behind")
            return replace(outcome, finished=False)
        return outcome

    def _forget(self) -> None:
        self._catalogue.purge_features()
        self._catalogue.truncate_log()


def _opens(found: frozenset[Movement], said: Sequence[LabelEvent]) -> bool:
    """Whether a change needs a second person.

    Closing a part is no opening when something in it is closed for others already: there both labels hold.
    """
    if found <= {Movement.NARROWER}:
        return False
    only_parts = all(event.span is not None for event in said)
    return not (only_parts and Movement.NARROWER in found)


def _numbered(events: Sequence[LabelEvent], said: Iterable[LabelEvent]) -> list[LabelEvent]:
    """`events` and, as if recorded after them in one decision, `said`."""
    first = max((event.id for event in events), default=0) + 1
    return [*events, *(replace(e, id=first + n, decision=first) for n, e in enumerate(said))]


def _as_approved(events: Sequence[LabelEvent], said: Iterable[LabelEvent]) -> list[LabelEvent]:
    """`events` as if `said` had been proposed and approved after them: taken at its word."""
    proposed = _numbered(events, [replace(event, act=Act.PROPOSAL) for event in said])
    return _numbered(proposed, [LabelEvent(Act.APPROVAL, CHANGE, refers=proposed[-1].decision)])


def _withdrawn(old: Iterable[Passage], prepared: Prepared) -> tuple[str, ...]:
    """The ids of those of the `old` passages that some of their readers cannot read in `prepared`."""
    return tuple(passage.id for passage in old if not _still_read(passage, prepared))


def _still_read(passage: Passage, prepared: Prepared) -> bool:
    before = compartment_label(passage.compartment)
    return any(
        passage.text in rendition.document.text
        and compartment(strictest([before, compartment_label(rendition.compartment)])) == passage.compartment
        for rendition in prepared.renditions
    )
