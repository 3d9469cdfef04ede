"""From question to answer: understand, retrieve, compose, check, or refuse."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from corpus.calendar import parse_session
from corpus.catalogue import DocumentRow
from corpus.disclosure import audience_of, same_department
from corpus.index.protocol import Restriction
from corpus.japanese import normalise
from corpus.reading import Reader
from rag.answer import Answer, Retrieved, Style
from rag.clock import Clock
from rag.compose import extractive
from rag.question import Filters, Understood, understand
from rag.refusal import assess
from rag.retrieval import Retriever


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
        asked = understand(query, self._today(), filters.ignore)
        with clock.stage("filter"):
            restriction = restrict(narrowed(filters, asked.conditions), reader)
        found = self._retriever.retrieve(asked, reader, top_k=top_k, restriction=restriction, clock=clock)
        return found, asked.conditions

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


def narrowed(filters: Filters, understood: Understood) -> Filters:
    """The caller's filters and the period and meetings of the question's own words, both to be met.

    Speakers are no filter: the answer to a member's question is given by others.
    """
    starts = [day for day in (filters.from_, understood.from_) if day]
    ends = [day for day in (filters.to, understood.to) if day]
    return replace(
        filters,
        from_=max(starts, default=None),
        to=min(ends, default=None),
        meetings=filters.meetings or understood.meetings,
    )


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
    return (
        (not filters.meetings or any(_meets(row, name) for name in filters.meetings))
        and (not filters.departments or any(same_department(row.department, n) for n in filters.departments))
        and (not filters.kinds or row.kind.value in filters.kinds)
        and (not filters.collections or row.collection in filters.collections)
    )


def _meets(row: DocumentRow, name: str) -> bool:
    """Whether a document is of the meeting called `name`: by its words, or by year, number and kind."""
    place = f"{row.title} {row.meeting} {row.session}"
    if _plain(name) in _plain(place):
        return True
    wanted = parse_session(name)
    held = [found for part in (row.session, row.title, place) if (found := parse_session(part))]
    return wanted is not None and any(wanted.matches(each) for each in held)


def _plain(text: str) -> str:
    """As names are compared: normalised, without spaces."""
    return "".join(normalise(text).split())
