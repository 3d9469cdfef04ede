"""What operators look at: documents with their labels, what became of files, who used a text, what found no answer.

Nobody gets content by being an operator: each list holds what its viewer may read or label, and is cut before it
is counted and paged. Which questions others asked tells things too, so a question is shown only to somebody who
may read whatever its asker could.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from api.context import REQUEST_ID
from api.daybook import Alert, Daybook, Unanswered, Usage
from api.directory import Caller
from api.labelling import LabelDesk
from corpus.audit import Audit, Entry, Recorded, Shown
from corpus.catalogue import DocumentRow
from corpus.disclosure import Principal, Status, readable
from corpus.labels import may_label
from corpus.normalisation import normalise
from corpus.reading import Reader
from corpus.store import Store
from ingest.intake import Intake, intakes
from ingest.runs import Run, runs

_NEWEST = 500
_TITLES = frozenset({"list", "label"})
"""Kinds of entries that show no text: the recall list leaves them out."""


@dataclass(frozen=True, slots=True)
class Held:
    """A document that the viewer may read; `labelled` is whether the viewer may change its label."""

    row: DocumentRow
    labelled: bool


@dataclass(frozen=True, slots=True)
class Use:
    """An answer, list or file that used a text. `withdrawn` says that some of it has been closed since."""

    at: str
    kind: str
    person: str
    passages: int
    withdrawn: bool
    request_id: str


@dataclass(frozen=True, slots=True)
class Ran:
    """A run as far as the viewer may know of it.

    Attributes:
        taken, unchanged: files of which the viewer may read all that was taken from them.
        refused: files, and why; for those who keep the collection.
        kept: whether the viewer keeps the collection, and so may know how long it took and who handed files in.
    """

    run: Run
    taken: int
    unchanged: int
    refused: tuple[tuple[Intake, str], ...]
    kept: bool


class Overview:
    """The lists of the operators' page over one store; callable from several threads."""

    def __init__(
        self,
        store: Store,
        labels: LabelDesk,
        audit: Audit,
        daybook: Daybook,
        *,
        approvers: Iterable[str] = (),
        auditors: Iterable[str] = (),
        admit: Callable[[Principal], None] = lambda principal: None,
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        """Look at `store`.

        Args:
            store: the documents.
            labels: knows who may label what.
            audit: knows what was shown to whom.
            daybook: knows what was asked.
            approvers: groups whose members label for every department.
            auditors: groups whose members see alerts.
            admit: raises where somebody may not use the service at all.
            now: local time of the office.
        """
        self._store = store
        self._labels = labels
        self._audit = audit
        self._daybook = daybook
        self._approvers = frozenset(approvers)
        self._auditors = frozenset(auditors)
        self._admit = admit
        self._now = now

    def documents(
        self,
        viewer: Principal,
        *,
        words: str = "",
        status: Status | None = None,
        offset: int = 0,
        limit: int = 50,
    ) -> list[Held]:
        """A page of the documents that may be read, newest first; `words` must all stand in title, meeting,
        department or collection.

        Raises:
            AuditError: it cannot be put on record that the titles were shown.
        """
        wanted = [_folded(word) for word in words.split()]
        rows = [
            row
            for row in self._reader(viewer).documents().values()
            if status in (None, row.status) and _has(row, wanted)
        ]
        rows.sort(key=lambda row: (-(row.date.toordinal() if row.date else 0), row.title, row.id))
        page = rows[offset : offset + limit]
        shown = tuple(Shown("", row.id, row.base, row.status) for row in page)
        self._audit.record(Entry("list", viewer.id, "shown", shown, request_id=REQUEST_ID.get()))
        return [Held(row, self._keeps(viewer, row.department)) for row in page]

    def intakes(self, viewer: Principal, *, state: str, offset: int, limit: int) -> list[Intake]:
        """A page of the files in `state`, latest first.

        The name of a file tells things: that of one that was taken is shown to those who may read all that was
        taken from it, that of one that was refused to those who label for the department of its collection.
        """
        reader = self._reader(viewer)
        found = [
            each
            for each in intakes(self._store.catalogue)
            if each.state == state and self._may_know(viewer, reader, each)
        ]
        return found[offset : offset + limit]

    def runs(self, viewer: Principal, *, offset: int, limit: int) -> list[Ran]:
        """A page of the runs of the ingest, latest first: those with a file that the viewer may know of.

        What a run did to other files stays out of it, and so does how long it took unless the viewer keeps the
        collection: hours tell of hidden text.
        """
        reader = self._reader(viewer)
        known = {
            each.id: each for each in intakes(self._store.catalogue) if self._may_know(viewer, reader, each)
        }
        rows = self._store.catalogue.collections()
        found: list[Ran] = []
        for run in runs(self._store.catalogue):
            row = rows.get(run.collection)
            kept = self._keeps(viewer, row.department if row else run.collection)
            ran = _ran(run, known, kept=kept)
            if ran is not None:
                found.append(ran)
            if len(found) == offset + limit:
                break
        return found[offset:]

    def recall(self, viewer: Principal, document_id: str) -> list[Use]:
        """The answers and files that used a document, newest first, as far as the viewer may read what they used.

        Raises:
            UnknownRecordError: there is no such document, or it is not this person's to label.
            AuditError: the log cannot be read.
        """
        self._admit(viewer)
        events, _ = self._labels.history(document_id, viewer)
        gone = {passage for event in events for passage in event.withdrawn}
        uses = [
            use
            for entry in self._audit.uses(passages=gone, documents=[document_id])
            if (use := self._use(viewer, document_id, gone, entry)) is not None
        ]
        return uses[::-1][:_NEWEST]

    def usage(self, weeks: int) -> list[Usage]:
        """Questions and people by week and department; see `Daybook.usage`."""
        return self._daybook.usage(weeks)

    def staff(self, callers: Mapping[str, Caller]) -> dict[str, int]:
        """Department -> number of its staff in the principals file today; ``*`` is all of them."""
        now, counts = self._now(), {"*": 0}
        for caller in callers.values():
            if caller.principal.staff and caller.principal.active(now):
                for name in ("*", *caller.principal.departments):
                    counts[name] = counts.get(name, 0) + 1
        return counts

    def unanswered(self, viewer: Principal) -> list[Unanswered]:
        """Questions without answer, newest first: those whose asker could read nothing that the viewer may not."""
        reader = self._reader(viewer)
        kept = [each for each in self._daybook.unanswered() if self._covers(viewer, each.compartments)]
        there = reader.passages(sorted({passage for each in kept for passage in each.passages}))
        return [each for each in kept if there.keys() >= set(each.passages)][:_NEWEST]

    def alerts(self, viewer: Principal, within: timedelta) -> list[Alert]:
        """The alerts of that time, for auditors, newest first; those about the viewer are for the others."""
        self._admit(viewer)
        if not (viewer.groups & self._auditors and viewer.active(self._now())):
            return []
        return [each for each in self._daybook.alerts(within) if each.person != viewer.id]

    def alerted(self) -> int:
        """The number of alerts of the last 24 hours."""
        return len(self._daybook.alerts(timedelta(days=1)))

    def reach(self, principal: Principal) -> frozenset[str]:
        """The compartments that somebody may read now."""
        return Reader(self._store, principal, now=self._now).compartments

    def _use(self, viewer: Principal, document_id: str, gone: set[str], entry: Recorded) -> Use | None:
        """An entry as far as the viewer may know of it; None where that is nothing."""
        if entry.body["kind"] in _TITLES:
            return None
        mine = [
            (passage, where)
            for passage, document, where, *_ in entry.body.get("shown", [])
            if document == document_id or passage in gone
        ]
        known = [(passage, where) for passage, where in mine if self._covers(viewer, {where})]
        if not known:
            return None
        passages = {passage for passage, _ in known if passage}
        body = entry.body
        withdrawn = bool(passages & gone)
        return Use(
            entry.at, body["kind"], body["principal"], len(passages), withdrawn, body.get("request_id", "")
        )

    def _covers(self, viewer: Principal, compartments: Collection[str]) -> bool:
        return readable(viewer, compartments, self._now()) == frozenset(compartments)

    def _may_know(self, viewer: Principal, reader: Reader, intake: Intake) -> bool:
        if intake.compartments:
            return intake.compartments <= reader.compartments
        return self._keeps(viewer, intake.department)

    def _keeps(self, viewer: Principal, department: str) -> bool:
        return may_label(viewer, department, self._approvers, self._now())

    def _reader(self, viewer: Principal) -> Reader:
        self._admit(viewer)
        return Reader(self._store, viewer, now=self._now)


def _ran(run: Run, known: Mapping[str, Intake], *, kept: bool) -> Ran | None:
    """A run as far as its files are known; None where none of them is."""
    shown = {key for key, each in known.items() if each.compartments}
    taken, unchanged = len(run.taken & shown), len(run.unchanged & shown)
    refused = [(known[key], reason) for key, reason in run.refused.items() if kept and key in known]
    if not (taken or unchanged or refused):
        return None
    refused.sort(key=lambda each: each[0].name)
    return Ran(run if kept else replace(run, by=""), taken, unchanged, tuple(refused), kept)


def _has(row: DocumentRow, words: Sequence[str]) -> bool:
    if not words:
        return True
    text = _folded(" ".join((row.title, row.meeting, row.session, row.department, row.collection)))
    return all(word in text for word in words)


def _folded(text: str) -> str:
    return normalise(text).casefold()
