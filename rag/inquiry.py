"""One question of one reader on its way to an answer.

How a question is put decides where its answer is looked for: who asked about a matter, what a member asked, what
was replied to a member; and, of every other, what the records say on the matter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from corpus.reading import Reader
from corpus.sessions import SessionName, parse_session, sessions
from rag.answer import Answer, Retrieved, Style
from rag.clock import Clock
from rag.compose import asker, exchange, extractive, replied
from rag.compose.asked import Asked, asked_of
from rag.compose.salience import Tagger
from rag.exchanges import exchanges, questions
from rag.finding import narrowed
from rag.question import Filters, Question, Understood, understand
from rag.retrieval import Retriever
from rag.scope import restrict
from rag.speaking import Reply, question_asked, reply_asked, said_by

Outcome = tuple[Answer, list[Retrieved]]
_OF_SESSION = 32
"""How many passages are looked through for a session that has no records of its own."""
_DEEPER = 2
"""How many times as many passages are looked at where those found do not answer a question for one fact."""
_FOUND_FIRST = frozenset({Asked.OPEN, Asked.YES_NO})
"""Questions that the right reply answers with any sentence; where it is not found first, others would pass for it."""
_SPOKEN = 80
"""Characters from which a question is one as spoken in the chamber, with more in it than it asks."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Searches and answers for one reader within one set of conditions.

    `tagger` is asked for only when a brief line is wanted; `top_k` is how many passages are looked at first.
    """

    retriever: Retriever
    reader: Reader
    today: date
    filters: Filters
    clock: Clock
    style: Style = Style.FULL
    top_k: int = 8
    tagger: Callable[[], Tagger | None] = lambda: None

    def search(self, text: str) -> tuple[list[Retrieved], Understood]:
        """At most `top_k` passages that the reader may see, best first, and what was understood."""
        asked = understand(text, self.today, self.filters.ignore)
        with self.clock.stage("filter"):
            restriction = restrict(narrowed(self.filters, asked.conditions), self.reader)
        found = self.retriever.retrieve(
            asked, self.reader, top_k=self.top_k, restriction=restriction, clock=self.clock
        )
        return found, asked.conditions

    def answer(self, text: str) -> tuple[Answer, list[Retrieved], Understood]:
        """An answer or a refusal, the passages to show with it, and what was understood."""
        matter = asker.matter_of(text)
        found, understood = self.search(matter or text)
        if matter:
            return *self._composed(lambda: asker.compose(text, found), found), understood
        if not found:
            found, understood = self._put_before(text, understood)
            found = found or self._of_session(text, understood)
        if not self.filters.speakers:
            found = self._with_words_of(said_by(text), text, found)
            if put := question_asked(text):
                said = self._put_by(put, text)
                return *self._composed(lambda: asker.compose_asked(put, said), said[: self.top_k]), understood
            if reply := reply_asked(text):
                return *self._replied(reply, text, found), understood
        return *self._told(text, found), understood

    def _composed(self, compose: Callable[[], Answer], found: list[Retrieved]) -> Outcome:
        with self.clock.stage("compose"):
            return compose(), found

    def _told(self, text: str, found: list[Retrieved]) -> Outcome:
        """What the passages found say; of a fact that they do not tell, what as many again say."""
        answer, _ = self._composed(lambda: self._extracted(text, found), found)
        if answer.refusal is None or len(text) > _SPOKEN or asked_of(text)[0] in _FOUND_FIRST:
            return answer, found
        return self._deeper(text, answer, found)

    def _replied(self, reply: Reply, text: str, found: list[Retrieved]) -> Outcome:
        """What was replied to a member; without a matter, the newest of it."""
        given = self._given(reply, text, found)
        if not reply.matter:
            answer, _ = self._composed(lambda: replied.compose(text, reply, given, style=self.style), given)
            return answer, list(answer.passages)[: self.top_k]
        if given:
            answer, _ = self._composed(lambda: self._extracted(text, given), given)
            if answer.refusal is None:
                return answer, found
        return self._told(text, found)

    def _extracted(self, text: str, found: Sequence[Retrieved]) -> Answer:
        tagger = self.tagger() if self.style is Style.BRIEF else None
        return extractive.compose(text, found, style=self.style, today=self.today, tagger=tagger)

    def _deeper(self, text: str, refused: Answer, found: list[Retrieved]) -> Outcome:
        """An answer from as many passages again, with those it cites after those found; else as it was."""
        more, _ = replace(self, top_k=_DEEPER * max(1, len(found))).search(text)
        answer, _ = self._composed(lambda: self._extracted(text, more), more)
        if answer.refusal is not None:
            return refused, found
        shown = {row.passage.id for row in found}
        cited = {citation.passage.id for citation in answer.citations} - shown
        return answer, [*found, *(row for row in more if row.passage.id in cited)]

    def _with_words_of(self, persons: tuple[str, ...], text: str, found: list[Retrieved]) -> list[Retrieved]:
        """What was found, after the words of those whom the question names as speaking."""
        if not persons:
            return found
        own, _ = replace(self, filters=replace(self.filters, speakers=persons)).search(text)
        return _together(own, found)[: self.top_k]

    def _put_before(self, text: str, understood: Understood) -> tuple[list[Retrieved], Understood]:
        """What answers a long question that a member put word for word, where it names a meeting without records.

        「三月の本会議で市長は…と答弁されましたが、…」 tells of that meeting in passing.
        """
        wider = replace(self.filters, ignore=self.filters.ignore | {"period", "meetings"})
        found, other = replace(self, filters=wider, top_k=8).search(text)
        return (found, other) if exchange.put_again(text, found) else ([], understood)

    def _of_session(self, text: str, understood: Understood) -> list[Retrieved]:
        """What other records say of a session that the question names: its days are set by a committee before it."""
        named = [name for called in understood.meetings if (name := parse_session(called)) and name.number]
        if not named:
            return []
        wider = replace(self.filters, ignore=self.filters.ignore | {"period", "meetings"})
        found, _ = replace(self, filters=wider, top_k=_OF_SESSION).search(text)
        of_it = {row.passage.document_id for row in found if _speaks_of(named, row.passage.text)}
        told = [row for row in found if row.passage.document_id in of_it]
        return [replace(row, rank=rank) for rank, row in enumerate(told[: self.top_k], 1)]

    def _put_by(self, put: Reply, text: str) -> list[Retrieved]:
        """What the member whom a question names asked."""
        return questions(
            Question(put.matter or text),
            self._of_member(put.member, text),
            self.retriever,
            self.reader,
            newest=not put.matter,
            clock=self.clock,
        )

    def _given(self, reply: Reply, text: str, found: Sequence[Retrieved]) -> list[Retrieved]:
        """What was said in return to the member whom a question names: of what was found, then of all there is."""
        more = exchanges(
            Question(reply.matter or text),
            self._of_member(reply.member, text),
            self.retriever,
            self.reader,
            newest=not reply.matter,
            clock=self.clock,
        )
        if not reply.matter:
            return more
        own = [one for one in found if any(reply.member in passage.speaker for passage in one.asked)]
        return _together(own, more)

    def _of_member(self, member: str, text: str) -> Filters:
        asked = understand(text, self.today, self.filters.ignore)
        return replace(narrowed(self.filters, asked.conditions), speakers=(member,))


def _speaks_of(named: Sequence[SessionName], text: str) -> bool:
    return any(
        name.matches(mention.name)
        for mention in sessions(text)
        if mention.name.number is not None
        for name in named
    )


def _together(first: Sequence[Retrieved], then: Sequence[Retrieved]) -> list[Retrieved]:
    """Both without repetition, ranked in this order."""
    found = {one.passage.id: one for one in (*then, *first)}
    order = dict.fromkeys(one.passage.id for one in (*first, *then))
    return [replace(found[key], rank=rank) for rank, key in enumerate(order, 1)]
