"""From question to answer: understand, retrieve, compose, check, or refuse."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from corpus.disclosure import audience_of
from corpus.reading import Reader
from rag.answer import Answer, Retrieved, Style
from rag.clock import Clock
from rag.compose import extractive
from rag.finding import Finder, Found, Page, narrowed
from rag.question import Filters, Understood, understand
from rag.refusal import assess
from rag.retrieval import Retriever
from rag.scope import restrict


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

    def find(
        self,
        text: str,
        reader: Reader,
        page: Page,
        *,
        filters: Filters = Filters(),
        clock: Clock | None = None,
    ) -> Found:
        """A page of what `text`, a search line with operators or a question, finds for the reader."""
        return Finder(self._retriever, reader, self._today(), clock or Clock()).find(text, filters, page)

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
