"""From question to answer: understand, retrieve, compose, check, or refuse."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date

from corpus.catalogue import DocumentRow
from corpus.disclosure import audience_of
from corpus.index.protocol import Restriction
from corpus.normalisation import normalise
from corpus.reading import Reader
from rag.answer import Answer, Retrieved, Style
from rag.compose import extractive
from rag.question import Filters, Understood
from rag.refusal import assess
from rag.retrieval import Retriever


@dataclass(slots=True)
class Clock:
    """Seconds spent in each stage of one request; for operators and the benchmark, never in a body."""

    stages: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count the time inside as `name`."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.stages[name] = self.stages.get(name, 0.0) + time.perf_counter() - begun


class Pipeline:
    """Answers questions for readers. Holds no text between requests."""

    def __init__(self, retriever: Retriever, *, today: Callable[[], date] = date.today) -> None:
        self._retriever = retriever
        self._today = today

    def search(
        self,
        query: str,
        reader: Reader,
        *,
        filters: Filters = Filters(),
        top_k: int = 8,
        clock: Clock | None = None,
    ) -> tuple[list[Retrieved], Understood]:
        """At most `top_k` passages that the reader may see, best first, and what was understood."""
        clock = clock or Clock()
        with clock.stage("retrieve"):
            restriction = restrict(filters, reader)
            return self._retriever.retrieve(query, reader, top_k=top_k, restriction=restriction), Understood()

    def ask(
        self,
        question: str,
        reader: Reader,
        *,
        filters: Filters = Filters(),
        style: Style = Style.FULL,
        top_k: int = 8,
        history: Sequence[tuple[str, str]] = (),
        clock: Clock | None = None,
    ) -> tuple[Answer, Understood]:
        """An answer whose every sentence is cited, or a refusal. `history`: (question, answer), oldest first."""
        clock = clock or Clock()
        reply = assess(question, None)
        if reply is not None:
            return Answer(refusal=reply), Understood()
        found, understood = self.search(question, reader, filters=filters, top_k=top_k, clock=clock)
        with clock.stage("compose"):
            answer = extractive.compose(question, found, style=style, today=self._today())
        cited = [citation.passage.compartment for citation in answer.citations]
        return replace(answer, passages=tuple(found), audience=audience_of(cited)), understood


def restrict(filters: Filters, reader: Reader) -> Restriction | None:
    """The asker's filters as a restriction of the index; None when there are none."""
    documents = None
    if (
        filters.from_
        or filters.to
        or filters.meetings
        or filters.departments
        or filters.kinds
        or filters.collections
    ):
        documents = frozenset(key for key, row in reader.documents().items() if _fits(row, filters))
    speakers = None
    if filters.speakers:
        wanted = [_plain(name) for name in filters.speakers]
        speakers = frozenset(name for name in reader.speakers() if any(w in _plain(name) for w in wanted))
    if documents is None and speakers is None:
        return None
    return Restriction(documents=documents, speakers=speakers)


def _fits(row: DocumentRow, filters: Filters) -> bool:
    if (filters.from_ or filters.to) and row.date is None:
        return False
    if filters.from_ and row.date and row.date < filters.from_:
        return False
    if filters.to and row.date and row.date > filters.to:
        return False
    place = _plain(f"{row.title} {row.meeting} {row.session}")
    return (
        (not filters.meetings or any(_plain(name) in place for name in filters.meetings))
        and (
            not filters.departments
            or any(_plain(name) in _plain(row.department) for name in filters.departments)
        )
        and (not filters.kinds or row.kind.value in filters.kinds)
        and (not filters.collections or row.collection in filters.collections)
    )


def _plain(text: str) -> str:
    """As names are compared: normalised, without spaces."""
    return "".join(normalise(text).split())
