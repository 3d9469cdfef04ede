"""What the doors stand on: the engine behind them and the few things every route is given.

The engine decides what a principal may read; nothing in this package looks at a label. The
composition root builds one `Services`, everything else receives it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from api.directory import Directory
from api.growth import Follower
from api.history import History
from api.holdings import Holdings
from api.keys import KeyFile
from api.labelling import LabelDesk
from api.noting import Noting
from api.overview import Overview
from api.settings import Settings
from api.telemetry import Tracing
from corpus.disclosure import Principal
from corpus.model import Kind, Passage, Role
from rag.answer import Answer, Followup, Style
from rag.clock import Clock
from rag.finding import Found, Page
from rag.question import Filters, Understood


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """One line of the list of documents. `audience` names the compartment of its base rendition."""

    id: str
    title: str
    kind: Kind = Kind.MATERIAL
    meeting: str = ""
    session: str = ""
    date: date | None = None
    department: str = ""
    collection: str = ""
    status: str = "open"
    audience: str = "public"
    url: str = ""


@dataclass(frozen=True, slots=True)
class SectionView:
    """An entry of the table of contents. `utterance` is the position of its first utterance in the view."""

    title: str
    level: int
    utterance: int


@dataclass(frozen=True, slots=True)
class UtteranceView:
    """One utterance as the asker may read it.

    `start` and `end` are offsets in the rendition that `audience` names, so a citation belongs here
    when the audiences are equal and its span lies inside.
    """

    start: int
    end: int
    text: str
    audience: str = "public"
    speaker: str = ""
    post: str = ""
    role: Role = Role.OTHER
    agenda: str = ""
    page: str = ""


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document as one principal may read it: text in reading order, nothing of what is withheld."""

    info: DocumentInfo
    sections: tuple[SectionView, ...] = ()
    utterances: tuple[UtteranceView, ...] = ()


@dataclass(frozen=True, slots=True)
class ThreadView:
    """A question and the answers given to it, as passages in text order; either side may be empty."""

    questions: tuple[Passage, ...] = ()
    answers: tuple[Passage, ...] = ()


class Engine(Protocol):
    """Answers, finds and opens. Every call states the principal it runs as; callable from several threads."""

    def ask(
        self,
        question: str,
        principal: Principal,
        *,
        filters: Filters,
        style: Style,
        top_k: int,
        history: Sequence[tuple[str, str]],
        clock: Clock | None = None,
        follower: Follower | None = None,
    ) -> tuple[Answer, Understood]:
        """An answer or a refusal, and what was understood. `history` holds (question, answer), oldest first.

        `clock` collects the seconds of each stage; they are for operators only. `follower` hears an answer that
        a model writes grow by checked sentences.
        """
        ...

    def find(
        self, query: str, principal: Principal, *, filters: Filters, page: Page, clock: Clock | None = None
    ) -> Found:
        """A page of what a search line or a question finds; `clock` as in `ask`."""
        ...

    def documents(
        self, principal: Principal, *, offset: int, limit: int, filters: Filters
    ) -> list[DocumentInfo]:
        """Readable documents, newest first, then by title and id; the same order at every call."""
        ...

    def document(self, principal: Principal, document_id: str) -> DocumentView | None:
        """A document as this principal may read it; None where it is missing or withheld."""
        ...

    def passage(self, principal: Principal, passage_id: str) -> Passage | None:
        """A passage; None where it is missing or withheld."""
        ...

    def thread(self, principal: Principal, passage_id: str) -> ThreadView | None:
        """The exchange a passage belongs to; None where passage or exchange is missing or withheld."""
        ...

    def again(self, principal: Principal, passage_ids: Sequence[str]) -> Mapping[str, Passage]:
        """Passages of an earlier answer by id, those that may be shown now."""
        ...

    def offered(self, principal: Principal, question: str, answer: Answer) -> Sequence[Followup]:
        """Questions to ask next after an earlier answer, made of what may be read now."""
        ...

    def allows(self, principal: Principal, passage_ids: Sequence[str]) -> bool:
        """Whether every one of these passages may be shown now; asked before each piece of a stream."""
        ...

    def exported(self, principal: Principal, passage_ids: Sequence[str]) -> None:
        """Put on record that a file was made of passages.

        Raises:
            AuditError: it cannot be recorded, and not all of the passages are public.
        """
        ...


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a reader said about an answer. `audience` is the narrowest among `passage_ids`, set by the server."""

    request_id: str
    principal_id: str
    rating: str
    comment: str
    question: str
    passage_ids: tuple[str, ...]
    audience: str
    given_at: datetime


class FeedbackLog(Protocol):
    """Keeps feedback for evaluators."""

    def add(self, feedback: Feedback) -> None:
        """Store one item durably before returning."""
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """What every route is given.

    Attributes:
        engine: answers, finds and opens.
        settings: as read at start.
        directory: who may ask; called at every request, so that a change of the file acts at once.
        feedback: where feedback goes.
        keys: the API keys; None where there are none.
        holdings: the files behind the documents; None where this service keeps none.
        labels: where labels are changed; None where this service changes none.
        overview: what operators look at; None where this service has nothing for them.
        noting: keeps the daybook; None where there is none.
        tracing: makes spans of requests; by itself it makes none.
        limits_file: where processes count rates together; None where each counts for itself.
        history: the conversations of the people who ask; None where this service keeps none.
        ready: whether an index is loaded and the store is sound; asked at every /readyz, must be quick.
        now: local time of the office, for dates on exports and in feedback.
        monotonic: seconds that never go back, for rates.
    """

    engine: Engine
    settings: Settings
    directory: Callable[[], Directory]
    feedback: FeedbackLog
    keys: KeyFile | None = None
    holdings: Holdings | None = None
    labels: LabelDesk | None = None
    overview: Overview | None = None
    noting: Noting | None = None
    tracing: Tracing = field(default_factory=Tracing)
    limits_file: Path | None = None
    history: History | None = None
    ready: Callable[[], bool] = field(default=lambda: True)
    now: Callable[[], datetime] = field(default=datetime.now)
    monotonic: Callable[[], float] = field(default=time.monotonic)
