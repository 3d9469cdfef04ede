"""From question to answer: understand, retrieve, compose, check, or refuse."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from corpus.disclosure import audience_of
from corpus.reading import Reader
from rag import conversation
from rag.answer import Answer, Retrieved, Style
from rag.clock import Clock
from rag.compose import asker
from rag.compose.generative import NOTICE_CEILING, NOTICE_WITHOUT, GenerativeComposer
from rag.compose.salience import Tagger
from rag.finding import Finder, Found, Page
from rag.followups import followups
from rag.inquiry import Inquiry
from rag.listening import PATIENT, Listener
from rag.question import Filters, Understood
from rag.refusal import assess, covers
from rag.retrieval import Retriever
from rag.speaking import question_asked, reply_asked


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer made of real sentences, or a refusal, and what a model needs to put it into words.

    `question` and `earlier`, the questions before it, hold words of the asker alone, none of a document: a model
    is sent the question as it stands alone.
    """

    answer: Answer
    understood: Understood
    question: str
    filters: Filters
    style: Style
    top_k: int
    earlier: tuple[str, ...] = ()


class Pipeline:
    """Answers questions for readers. Holds no text between requests."""

    def __init__(
        self,
        retriever: Retriever,
        *,
        today: Callable[[], date] = date.today,
        composer: GenerativeComposer | None = None,
        tagger: Callable[[], Tagger | None] = lambda: None,
    ) -> None:
        """Answer with real sentences, and put them into words with `composer` where there is one.

        Brief lines are chosen with what `tagger` gives; it is asked for one only when such a line is wanted.
        """
        self._retriever = retriever
        self._today = today
        self._composer = composer
        self._tagger = tagger

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
        return self._inquiry(reader, filters, clock or Clock(), top_k=top_k).search(query)

    def _inquiry(
        self, reader: Reader, filters: Filters, clock: Clock, *, style: Style = Style.FULL, top_k: int
    ) -> Inquiry:
        return Inquiry(self._retriever, reader, self._today(), filters, clock, style, top_k, self._tagger)

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
        draft = self.draft(
            question, reader, filters=filters, style=style, top_k=top_k, history=history, clock=clock
        )
        return self.worded(draft, reader, clock=clock), draft.understood

    def draft(
        self,
        question: str,
        reader: Reader,
        *,
        filters: Filters = Filters(),
        style: Style = Style.FULL,
        top_k: int = 8,
        history: Sequence[tuple[str, str]] = (),
        clock: Clock | None = None,
    ) -> Draft:
        """The answer made of real sentences; no model takes part. `history` as in `ask`."""
        clock = clock or Clock()
        reply = assess(question, None, follows=bool(history))
        if reply is not None:
            return Draft(Answer(refusal=reply), Understood(), question, filters, style, top_k)
        earlier = tuple(text for text, _ in history)
        asked = self._resolved(question, earlier, reader, filters)
        inquiry = self._inquiry(reader, filters, clock, style=style, top_k=top_k)
        answer, found, understood = inquiry.answer(asked.text)
        cited = [citation.passage.compartment for citation in answer.citations]
        answer = replace(answer, passages=tuple(found), audience=audience_of(cited))
        understood = replace(understood, question=asked.text if asked.completed else "")
        return Draft(answer, understood, question, filters, style, top_k, earlier)

    def _resolved(
        self, question: str, earlier: Sequence[str], reader: Reader, filters: Filters
    ) -> conversation.Resolved:
        """The question as it stands alone; where words leave it open, what the reader may read now decides."""

        def belongs(tied: str) -> bool:
            return covers(tied, self.search(tied, reader, filters=filters)[0])

        def answered(text: str) -> bool:
            return assess(text, self.search(text, reader, filters=filters)[0]) is None

        return conversation.resolve(question, earlier, self._today(), belongs, answered)

    @property
    def words(self) -> bool:
        """Whether there is a model that puts answers into words."""
        return self._composer is not None

    def offering(self, draft: Draft, answer: Answer, reader: Reader, clock: Clock | None = None) -> Answer:
        """`answer` with questions that one can ask next."""
        question = draft.understood.question or draft.question
        with (clock or Clock()).stage("offer"):
            return replace(answer, followups=followups(question, answer, reader, self._today()))

    def worded(
        self, draft: Draft, reader: Reader, *, listener: Listener = PATIENT, clock: Clock | None = None
    ) -> Answer:
        """The answer in the words of the model, from what both the reader and the model's endpoint may read.

        What is sent does not depend on anything the endpoint may not read: for the endpoint, passages are
        retrieved anew as if the rest did not exist. Where the draft rests on such a passage it stands as it
        is, with a notice; refusals stand as they are.

        Raises:
            ListenerGoneError: nobody waits for the answer any longer.
        """
        if self._composer is None or draft.answer.refusal is not None:
            return draft.answer
        with (clock or Clock()).stage("generate"):
            shared = reader.shared_with(self._composer.principal)
            cited = {citation.passage.id for citation in draft.answer.citations}
            if len(shared.passages(sorted(cited))) < len(cited):
                return replace(draft.answer, notice=NOTICE_CEILING)
            question = self._resolved(draft.question, draft.earlier, shared, draft.filters).text
            reply = reply_asked(question)
            if asker.matter_of(question) or question_asked(question) or (reply and not reply.matter):
                return draft.answer  # a name and the words of its member: there is nothing to put into words
            given, _ = self.search(question, shared, filters=draft.filters, top_k=draft.top_k)
            if not given:
                return draft.answer  # found in a way that puts nothing into words
            answer = self._composer.compose(
                question, given, draft.answer, style=draft.style, listener=listener
            )
            withheld = {retrieved.passage.compartment for retrieved in draft.answer.passages}
            if withheld <= shared.compartments or answer.citations == draft.answer.citations:
                return answer
            return replace(answer, notice=f"{answer.notice}{NOTICE_WITHOUT}")
