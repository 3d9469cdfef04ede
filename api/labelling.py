"""The desk where labels are changed: what HTTP and the command line share.

Numbers of events would tell how much is decided elsewhere, so outside the host a proposal and an event are
known by a keyed id.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from api.context import REQUEST_ID
from corpus.audit import Audit, Entry, Recorded
from corpus.catalogue import Catalogue
from corpus.disclosure import Clause, Principal, may_read
from corpus.errors import AuditError
from corpus.labels import LabelEvent, standing
from corpus.model import Span
from corpus.reading import Reader
from corpus.store import Store
from ingest.errors import LabelError, UnknownRecordError
from ingest.relabel import Outcome, Relabelling
from ingest.wishes import Change

log = logging.getLogger("toben.labelling")

_WORDS = {"庁内": "staff", "部": "dept", "課": "dept", "班": "group"}
_ATOM = re.compile(r"staff|(?:dept|group):[^\s&|:*、,]+")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a change, and which answers and files had used what it closed."""

    outcome: Outcome
    uses: tuple[Recorded, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that waits for a second person. `title` is empty where that person may not read the document."""

    id: str
    event: LabelEvent
    title: str


class LabelDesk:
    """Changes, approves and lists labels for a person, and puts it on record; callable from several threads."""

    def __init__(
        self,
        store: Store,
        relabelling: Relabelling,
        audit: Audit,
        *,
        admit: Callable[[Principal], None] = lambda principal: None,
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        """Change labels in `store`; `admit` raises where somebody may not use the service at all."""
        self._store = store
        self._relabelling = relabelling
        self._audit = audit
        self._admit = admit
        self._now = now

    def change(
        self, document_id: str, change: Change, by: Principal, replaced: Sequence[str] = ()
    ) -> Receipt:
        """Close at once, or propose to open. `replaced` are keyed ids of events that shall no longer count.

        Raises:
            UnknownRecordError: there is no such document, or it is not this person's to label.
            LabelError: the change cannot be recorded.
        """
        self._admit(by)
        if replaced:
            events = self._relabelling.history(document_id, by)
            known = {self.key("event", event.id): event.id for event in events}
            if not known.keys() >= set(replaced):
                raise LabelError("置き換える記録が見つかりません。")
            change = replace(change, replaces=(*change.replaces, *(known[key] for key in replaced)))
        return self._receipt(self._relabelling.change(document_id, change, by), by)

    def approve(self, proposal: str | int, by: Principal) -> Receipt:
        """Put a proposal in force, as the second person.

        Raises:
            UnknownRecordError: there is no such proposal, or it is not this person's to approve.
            LabelError: this person made it, or the document has changed since.
        """
        self._admit(by)
        return self._receipt(self._relabelling.approve(self._decision(proposal, by), by), by)

    def reject(self, proposal: str | int, by: Principal) -> Receipt:
        """Set a proposal aside.

        Raises:
            UnknownRecordError: there is no such proposal, or it is not this person's to decide on.
        """
        self._admit(by)
        return self._receipt(self._relabelling.reject(self._decision(proposal, by), by), by)

    def proposals(self, by: Principal) -> list[Proposal]:
        """What waits for approval, as far as this person may label it; oldest first."""
        self._admit(by)
        reader = Reader(self._store, by, now=self._now)
        waiting = [event for event in self._relabelling.proposals(by) if not self._withheld(event, by)]
        rows = reader.documents() if waiting else {}
        return [
            Proposal(
                self.key("proposal", event.decision),
                event,
                rows[event.document_id].title if event.document_id in rows else "",
            )
            for event in waiting
        ]

    def history(self, document_id: str, by: Principal) -> tuple[list[LabelEvent], set[int]]:
        """The events of a document that this person may know of, oldest first, and the numbers of those that count.

        What was decided about text that this person may not read is left out: with it one would know of the text.

        Raises:
            UnknownRecordError: there is no such document, or it is not this person's to label.
        """
        self._admit(by)
        events = self._relabelling.history(document_id, by)
        owner = self._store.catalogue.documents([document_id])[document_id].department
        hidden = self._relabelling.hidden_from(document_id, by)
        told = {e.id for e in events if self._may_know(e, owner, by) and not _touches(e, hidden)}
        told |= {event.decision for event in events if event.id in told}
        known = [e for e in events if e.id in told and (e.refers is None or e.refers in told)]
        return known, {event.id for event in standing(events)}

    def key(self, kind: str, number: int) -> str:
        """The keyed id of an event or proposal."""
        return self._catalogue.identify(kind, str(number))

    @property
    def _catalogue(self) -> Catalogue:
        return self._store.catalogue

    def _withheld(self, event: LabelEvent, by: Principal) -> bool:
        """Whether a proposal would tell `by` of text whose existence is withheld."""
        return event.span is not None and _touches(
            event, self._relabelling.hidden_from(event.document_id, by)
        )

    def _may_know(self, event: LabelEvent, owner: str, by: Principal) -> bool:
        if event.label is None or event.span is None:
            return True
        return bool(may_read(by, replace(event.label, owner=event.label.owner or owner), self._now()))

    def _decision(self, proposal: str | int, by: Principal) -> int:
        if isinstance(proposal, int):
            return proposal
        found = {self.key("proposal", e.decision): e.decision for e in self._relabelling.proposals(by)}
        if proposal not in found:
            raise UnknownRecordError(proposal)
        return found[proposal]

    def _receipt(self, outcome: Outcome, by: Principal) -> Receipt:
        """Put a decision on record. The decision itself is in the catalogue: it holds even where this fails."""
        entry = Entry(
            "label",
            by.id,
            outcome.state.value,
            target=outcome.document_id,
            cited=outcome.withdrawn,
            request_id=REQUEST_ID.get(),
        )
        try:
            self._audit.record(entry)
            return Receipt(outcome, tuple(self.uses(outcome.withdrawn)))
        except AuditError:
            log.exception("audit_unavailable")
            return Receipt(outcome)

    def uses(self, passages: Iterable[str]) -> list[Recorded]:
        """The answers, lists and files that showed one of these passages.

        Raises:
            AuditError: the log cannot be read.
        """
        return self._audit.uses(passages=passages)


def _touches(event: LabelEvent, hidden: Iterable[Span]) -> bool:
    """Whether an event is about text of which some is hidden."""
    span = event.span
    return span is not None and any(h.start < span.end and span.start < h.end for h in hidden)


def audience_of_words(words: Iterable[str]) -> frozenset[Clause]:
    """The readers named by words, any of whom may read: 庁内, 部:…, 課:…, 班:…, or ``staff``, ``dept:…``, ``group:…``.

    Raises:
        LabelError: a word is none of these.
    """
    atoms = set()
    for word in words:
        scope, colon, name = word.strip().partition(":")
        atom = f"{_WORDS.get(scope, scope)}{colon}{name}"
        if not _ATOM.fullmatch(atom):
            raise LabelError("閲覧範囲は 庁内、部:課名、班:班名 で指定してください。")
        atoms.add(atom)
    return frozenset({frozenset(atoms)}) if atoms else frozenset()
