"""The engine over a store: every call makes a `Reader` for its principal and goes through it alone.

What leaves here is put on record first. Where the audit log cannot be written, nothing but public text is
served; where a label changed while a request was being worked on, the work is done again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TypeVar

from api import told
from api.errors import TrainingError
from api.growth import Follower, Growth, shown
from api.services import DocumentInfo, DocumentView, ThreadView
from api.telemetry import Tracing
from api.viewing import info_of, view_of
from corpus.audit import Audit, Entry
from corpus.disclosure import PUBLIC, Principal
from corpus.errors import AuditError, StoreBusyError
from corpus.model import Passage
from corpus.reading import Reader
from corpus.store import Store
from rag.answer import TRAINING, Answer, Followup, Retrieved, Style
from rag.clock import Clock
from rag.errors import ListenerGoneError
from rag.finding import Found, Page
from rag.pipeline import Draft, Pipeline
from rag.question import Filters, Understood
from rag.scope import restrict

log = logging.getLogger("toben.engine")

T = TypeVar("T")
Note = Callable[[Entry, Principal, frozenset[str]], None]
_TRIES = 5
"""How often a request is worked on anew because labels or documents changed meanwhile."""


class StoreEngine:
    """Answers, finds and opens what a principal may read; callable from several threads."""

    def __init__(
        self,
        store: Store,
        pipeline: Pipeline,
        *,
        now: Callable[[], datetime] = datetime.now,
        audit: Audit | None = None,
        require_training: bool = False,
        note: Note = lambda entry, principal, compartments: None,
        tracing: Tracing | None = None,
    ) -> None:
        """Serve `store`.

        Args:
            store: what is read.
            pipeline: makes answers.
            now: local time of the office.
            audit: what is shown is put on record here; without it nothing is (measuring, tests).
            require_training: whether staff must have completed the e-learning.
            note: told of every entry of the audit log, who it is about, and what they may read.
            tracing: makes spans of the stages of an answer.
        """
        self._store = store
        self._pipeline = pipeline
        self._now = now
        self._audit = audit
        self._require_training = require_training
        self._note = note
        self._tracing = tracing or Tracing()

    def reader(self, principal: Principal) -> Reader:
        """The view of the store that holds what `principal` may read now."""
        return Reader(self._store, principal, now=self._now)

    def ask(
        self,
        question: str,
        principal: Principal,
        *,
        filters: Filters,
        style: Style,
        top_k: int,
        history: Sequence[tuple[str, str]] = (),
        clock: Clock | None = None,
        follower: Follower | None = None,
    ) -> tuple[Answer, Understood]:
        """An answer or a refusal, and what was understood. `follower` hears what a model writes, once it is checked."""
        if self._untrained(principal):
            answer = Answer(refusal=TRAINING)
            return self._serve(PUBLIC, lambda _: (answer, Understood()), _asked(question, principal))

        clock = self._tracing.clocked(clock)

        def work(reader: Reader) -> Draft:
            return self._pipeline.draft(
                question, reader, filters=filters, style=style, top_k=top_k, history=history, clock=clock
            )

        reader, draft = self._settled(principal, work)
        growth = self._growth(follower, question, principal, draft.understood)
        try:
            answer = self._worded(draft, principal, growth, clock)
            # a passage may have been closed while the model was writing, and nothing have been heard
            if self._pipeline.words and not self._allowed(principal, answer):
                reader, draft = self._settled(principal, work)
                answer = draft.answer
            answer = self._pipeline.offering(draft, answer, reader, clock)
            self._tell(told.asked(question, principal, answer), principal, reader)
        except AuditError:
            if growth.heard is not None:
                raise
            log.exception("audit_unavailable")
            draft = self._settled(PUBLIC, work)[1]
            return draft.answer, draft.understood
        return answer, draft.understood

    def _growth(
        self, follower: Follower | None, question: str, principal: Principal, understood: Understood
    ) -> Growth:
        def record(answer: Answer) -> None:
            self._record(replace(told.asked(question, principal, answer), decision="answering"))

        return Growth(
            follower,
            understood,
            record=record,
            allowed=partial(self._allowed, principal),
            epoch=self._store.catalogue.epoch,
        )

    def _worded(self, draft: Draft, principal: Principal, growth: Growth, clock: Clock | None) -> Answer:
        """The draft in the words of the model, where there is one.

        Raises:
            StoreBusyError: something was closed that had been heard.
            ListenerGoneError: the follower has left.
        """
        if not self._pipeline.words or draft.answer.refusal is not None:
            return draft.answer
        try:
            answer = self._pipeline.worded(
                draft, self.reader(principal), listener=growth.listener(), clock=clock
            )
        except ListenerGoneError:
            if growth.closed:
                raise StoreBusyError("closed while the answer was being written") from None
            raise
        if growth.heard is not None and not self._allowed(principal, answer):
            raise StoreBusyError("closed while the answer was being written")
        return answer

    def _allowed(self, principal: Principal, answer: Answer) -> bool:
        """Whether all that an answer shows may be shown now, with the names and headings that it was made with."""
        passages = shown(answer)
        return self.reader(principal).passages([*passages]) == passages

    def search(
        self, query: str, principal: Principal, *, filters: Filters, top_k: int
    ) -> tuple[list[Retrieved], Understood]:
        """At most `top_k` passages, best first, and what was understood."""
        self.admit(principal)

        def work(reader: Reader) -> tuple[list[Retrieved], Understood]:
            return self._pipeline.search(query, reader, filters=filters, top_k=top_k)

        return self._serve(principal, work, lambda _, made: told.searched(query, principal, made[0]))

    def find(
        self, query: str, principal: Principal, *, filters: Filters, page: Page, clock: Clock | None = None
    ) -> Found:
        """A page of what a search line or a question finds."""
        self.admit(principal)
        clock = self._tracing.clocked(clock)

        def work(reader: Reader) -> Found:
            return self._pipeline.find(query, reader, page, filters=filters, clock=clock)

        def entry(_: Reader, made: Found) -> Entry:
            return told.searched(query, principal, [hit.found for hit in made.hits])

        return self._serve(principal, work, entry)

    def documents(
        self, principal: Principal, *, offset: int, limit: int, filters: Filters
    ) -> list[DocumentInfo]:
        """Readable documents, newest first, then by title and id."""
        self.admit(principal)
        work = partial(_documents, filters=filters, offset=offset, limit=limit)
        return self._serve(principal, work, lambda _, made: told.listed(principal, made))

    def document(self, principal: Principal, document_id: str) -> DocumentView | None:
        """A document as this principal may read it; None where it is missing or withheld."""
        self.admit(principal)
        return self._serve(
            principal,
            partial(_document, document_id=document_id),
            lambda reader, made: told.opened(
                document_id, principal, made, reader.why_missing(document_id=document_id)
            ),
        )

    def passage(self, principal: Principal, passage_id: str) -> Passage | None:
        """A passage; None where it is missing or withheld."""
        self.admit(principal)
        return self._serve(
            principal,
            lambda reader: reader.passages([passage_id]).get(passage_id),
            lambda reader, made: told.passage_shown(
                passage_id, principal, made, reader.why_missing(passage_id=passage_id)
            ),
        )

    def thread(self, principal: Principal, passage_id: str) -> ThreadView | None:
        """The exchange a passage belongs to; None where passage or exchange is missing or withheld."""
        self.admit(principal)
        return self._serve(
            principal,
            partial(_thread, passage_id=passage_id),
            lambda reader, made: told.thread_shown(
                passage_id, principal, made, reader.why_missing(passage_id=passage_id)
            ),
        )

    def again(self, principal: Principal, passage_ids: Sequence[str]) -> Mapping[str, Passage]:
        """Passages of an earlier answer by id, those that may be shown now."""
        self.admit(principal)
        return self._serve(
            principal,
            lambda reader: reader.passages(passage_ids),
            lambda _, made: told.recalled(principal, made.values()),
        )

    def offered(self, principal: Principal, question: str, answer: Answer) -> tuple[Followup, ...]:
        """Questions to ask next after an earlier answer, made of what may be read now; none after a refusal.

        Args:
            principal: who asked.
            question: as it stands alone.
            answer: what is shown of the answer now.
        """
        self.admit(principal)
        asked = Draft(answer, Understood(), question, Filters(), Style.FULL, 0)

        def work(reader: Reader) -> tuple[Followup, ...]:
            return self._pipeline.offering(asked, answer, reader).followups

        def entry(_: Reader, made: tuple[Followup, ...]) -> Entry:
            return told.recalled(principal, [each.passage for each in made])

        return self._serve(principal, work, entry)

    def allows(self, principal: Principal, passage_ids: Sequence[str]) -> bool:
        """Whether every one of these passages may be shown now; asked before each piece of a stream."""
        return len(self.reader(principal).passages(passage_ids)) == len(set(passage_ids))

    def exported(self, principal: Principal, passage_ids: Sequence[str]) -> None:
        """Put on record that a file was made of passages.

        Raises:
            AuditError: it cannot be recorded, and not all of the passages are public.
        """
        passages = list(self.reader(principal).passages(passage_ids).values())
        try:
            self._record(told.file_made(principal, passages))
        except AuditError:
            if any(passage.compartment != "public" for passage in passages):
                raise

    # -- the gate ------------------------------------------------------------------------------

    def _untrained(self, principal: Principal) -> bool:
        completed = principal.training_completed_on
        late = completed is None or completed > self._now().date()
        return self._require_training and principal.staff and late

    def admit(self, principal: Principal) -> None:
        """Let in whoever has completed the e-learning that the office requires.

        Raises:
            TrainingError: this person has not.
        """
        if self._untrained(principal):
            raise TrainingError(principal.id)

    def _serve(
        self, principal: Principal, work: Callable[[Reader], T], entry: Callable[[Reader, T], Entry]
    ) -> T:
        """What `work` makes of what `principal` may read, put on record."""
        reader, made = self._settled(principal, work)
        try:
            self._tell(entry(reader, made), principal, reader)
        except AuditError:
            log.exception("audit_unavailable")
            return self._settled(PUBLIC, work)[1]
        return made

    def _settled(self, principal: Principal, work: Callable[[Reader], T]) -> tuple[Reader, T]:
        """The result of `work` on one state of the store: from before a change or from after it, never from both."""
        for _ in range(_TRIES):
            epoch = self._store.catalogue.epoch()
            reader = self.reader(principal)
            made = work(reader)
            if self._store.catalogue.epoch() == epoch:
                return reader, made
        raise StoreBusyError("文書の更新が続いています。しばらくしてからもう一度実行してください。")

    def _tell(self, entry: Entry, principal: Principal, reader: Reader) -> None:
        """Put on record what is shown to `principal`."""
        if self._audit is not None:
            self._record(entry)
            self._note(entry, principal, reader.compartments)

    def _record(self, entry: Entry) -> None:
        if self._audit is not None:
            self._audit.record(entry)


def _asked(question: str, principal: Principal) -> Callable[[Reader, tuple[Answer, Understood]], Entry]:
    return lambda _, made: told.asked(question, principal, made[0])


def _documents(reader: Reader, *, filters: Filters, offset: int, limit: int) -> list[DocumentInfo]:
    rows = reader.documents()
    restriction = restrict(filters, reader)
    if restriction is not None and restriction.documents is not None:
        rows = {key: row for key, row in rows.items() if key in restriction.documents}
    ordered = sorted(
        rows.values(), key=lambda row: (-(row.date.toordinal() if row.date else 0), row.title, row.id)
    )
    return [info_of(row) for row in ordered[offset : offset + limit]]


def _document(reader: Reader, *, document_id: str) -> DocumentView | None:
    row = reader.document(document_id)
    if row is None:
        return None
    renditions = reader.renditions(document_id)
    base = renditions.get(row.base)
    if base is None:
        return None
    return view_of(row, base, [each for name, each in sorted(renditions.items()) if name != row.base])


def _thread(reader: Reader, *, passage_id: str) -> ThreadView | None:
    passage = reader.passages([passage_id]).get(passage_id)
    exchanges = reader.exchanges(passage) if passage is not None else []
    if not exchanges:
        return None
    first = max(
        exchanges, key=lambda each: (len(each.questions) + len(each.answers), each.questions[:1] != ())
    )
    return ThreadView(first.questions, first.answers)
