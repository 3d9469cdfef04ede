"""A test double of the engine: word overlap over a made-up town, the same result at every call.

It is deliberately simple; what it shares with the real engine is the contract of `api.services.Engine`,
above all that nothing a principal may not read takes part in what the principal gets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import cast

from api.growth import Follower
from api.services import DocumentInfo, DocumentView, Feedback, SectionView, ThreadView, UtteranceView
from corpus.disclosure import Principal, audience_of, readable
from corpus.model import Kind, Passage, Role
from corpus.phrases import Phrase, marks
from rag.answer import NOT_FOUND, Answer, Citation, Followup, Refusal, RefusalCode, Retrieved, Sentence, Style
from rag.clock import Clock
from rag.expression import Both, Condition, Either, Node, Not, Word, phrases, reading
from rag.finding import Found, Hit, Order, Page
from rag.keywords import parse
from rag.question import Filters, Understood
from tests.api.town import TOWN, Record

NOON = datetime(2025, 7, 1, 12, 0)
_MEANT = 0.4
_ASIDE = re.compile(r"[ぁ-ん、。？?・（）()「」\s]")


def _bigrams(text: str) -> frozenset[str]:
    words = _ASIDE.sub(" ", text)
    return frozenset(words[i : i + 2] for i in range(len(words) - 1) if " " not in words[i : i + 2])


def _overlap(question: str, text: str) -> float:
    asked = _bigrams(question)
    return len(asked & _bigrams(text)) / len(asked) if asked else 0.0


def passages_of(record: Record) -> list[Passage]:
    """A passage for each paragraph, with offsets in the canonical text of the record."""
    found: list[Passage] = []
    for index, start, paragraph in _paragraphs(record):
        speech = record.speeches[index]
        found.append(
            Passage(
                id=f"p{record.id[1:5]}{len(found):04x}",
                document_id=record.id,
                compartment=record.compartment,
                utterance=index,
                start=start,
                end=start + len(paragraph),
                text=paragraph,
                title=record.title,
                kind=record.kind,
                department=record.department,
                meeting=record.meeting,
                session=record.session,
                date=record.date,
                agenda=speech.agenda,
                speaker=speech.speaker,
                post=speech.post,
                role=speech.role,
                page=str(1 + index),
                status=record.status,
            )
        )
    return found


def _paragraphs(record: Record) -> Iterator[tuple[int, int, str]]:
    start = 0
    for index, speech in enumerate(record.speeches):
        for paragraph in speech.text.split("\n"):
            yield index, start, paragraph
            start += len(paragraph) + 1


@dataclass
class FakeEngine:
    """Implements `api.services.Engine`; `before` is called at the start of every call, for faults."""

    records: Sequence[Record] = TOWN
    now: datetime = NOON
    before: Callable[[], None] = field(default=lambda: None)

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
        if not question.strip():
            self.before()
            return Answer(refusal=Refusal(RefusalCode.EMPTY, "質問を入力してください。")), Understood()
        full = f"{history[-1][0]} {question}" if history and len(question) < 15 else question
        with (clock or Clock()).stage("retrieve"):
            found, understood = self.search(full, principal, filters=filters, top_k=top_k)
        answering = [
            item for item in found if item.passage.role is not Role.QUESTION and item.score >= _MEANT
        ]
        if not answering:
            return Answer(refusal=NOT_FOUND, passages=tuple(found)), understood
        return self._compose(full, answering[:1], tuple(found), style), understood

    def search(
        self, query: str, principal: Principal, *, filters: Filters, top_k: int
    ) -> tuple[list[Retrieved], Understood]:
        self.before()
        understood = _understand(query, filters)
        scored = [
            (_overlap(query, f"{passage.header} {passage.text}"), passage)
            for record in self._readable(principal)
            for passage in passages_of(record)
            if _fits(passage, filters, understood)
        ]
        kept = sorted((pair for pair in scored if pair[0] > 0.2), key=lambda pair: (-pair[0], pair[1].id))
        return [
            Retrieved(passage, rank, score, asked=self._asked(passage))
            for rank, (score, passage) in enumerate(kept[:top_k], 1)
        ], understood

    def find(
        self, query: str, principal: Principal, *, filters: Filters, page: Page, clock: Clock | None = None
    ) -> Found:
        """Lines with operators word for word; questions as `search` finds them."""
        line = parse(query, self.now.date(), filters.ignore)
        if line.node is None:
            found, understood = self.search(query, principal, filters=filters, top_k=50)
            wanted = [Phrase.of(word) for word in re.findall(r"[一-龠]{2,}", query)]
        else:
            self.before()
            found, understood = self._satisfying(line.node, query, principal, filters), Understood()
            wanted = phrases(line.node)
        if page.order is not Order.RELEVANCE:
            newest = page.order is Order.NEWEST
            found.sort(key=lambda item: item.passage.date or date.min, reverse=newest)
        hits = [
            Hit(
                replace(item, rank=n, asked=self._asked(item.passage)),
                tuple(marks(item.passage.text, wanted)),
            )
            for n, item in enumerate(found[page.offset : page.offset + page.limit], page.offset + 1)
        ]
        return Found(
            tuple(hits),
            understood,
            total=len(found) if line.node else None,
            more=len(found) > page.offset + page.limit,
            reading=reading(line.node) if line.node else "",
            hint=line.hint,
            hint_code=line.hint_code,
        )

    def _satisfying(self, node: Node, query: str, principal: Principal, filters: Filters) -> list[Retrieved]:
        held = [
            Retrieved(passage, 0, _overlap(query, passage.text))
            for passage in self._passages(principal)
            if _fits(passage, filters, Understood()) and _meant(node, passage)
        ]
        return sorted(held, key=lambda item: (-item.score, item.passage.id))

    def documents(
        self, principal: Principal, *, offset: int, limit: int, filters: Filters
    ) -> list[DocumentInfo]:
        self.before()
        records = [
            record
            for record in self._readable(principal)
            if any(_fits(passage, filters, Understood()) for passage in passages_of(record))
        ]
        records.sort(key=lambda record: (record.date or date.min, record.title), reverse=True)
        return [_info(record) for record in records[offset : offset + limit]]

    def document(self, principal: Principal, document_id: str) -> DocumentView | None:
        self.before()
        for record in self._readable(principal):
            if record.id == document_id:
                return _view(record)
        return None

    def passage(self, principal: Principal, passage_id: str) -> Passage | None:
        self.before()
        return next((passage for passage in self._passages(principal) if passage.id == passage_id), None)

    def thread(self, principal: Principal, passage_id: str) -> ThreadView | None:
        found = self.passage(principal, passage_id)
        if found is None:
            return None
        record = next(record for record in self.records if record.id == found.document_id)
        asked = record.speeches[found.utterance].answers
        if asked is None:
            return None
        mine = passages_of(record)
        questions = [p for p in mine if p.utterance == asked and _overlap(found.text, p.text) > 0.15]
        answers = [p for p in mine if p.utterance == found.utterance]
        return ThreadView(tuple(questions), tuple(answers))

    def again(self, principal: Principal, passage_ids: Sequence[str]) -> dict[str, Passage]:
        self.before()
        return {passage.id: passage for passage in self._passages(principal) if passage.id in passage_ids}

    def offered(self, principal: Principal, question: str, answer: Answer) -> tuple[Followup, ...]:
        """What `ask` would offer with that answer, if its source is still there."""
        first = answer.citations[0].passage
        held = self.passage(principal, first.id)
        return (_next(held),) if held is not None else ()

    def allows(self, principal: Principal, passage_ids: Sequence[str]) -> bool:
        return all(self.passage(principal, passage_id) is not None for passage_id in passage_ids)

    def exported(self, principal: Principal, passage_ids: Sequence[str]) -> None:
        self.before()

    def _compose(
        self, question: str, chosen: list[Retrieved], found: tuple[Retrieved, ...], style: Style
    ) -> Answer:
        sentences: list[Sentence] = []
        citations: list[Citation] = []
        for n, item in enumerate(chosen, 1):
            text = item.passage.text
            parts = [part for part in re.findall(r"[^。]+。", text) if _overlap(question, part) > 0.2] or [
                text
            ]
            quoted = parts[: 1 if style is Style.BRIEF else 2]
            start = text.index(quoted[0])
            citations.append(Citation(n, item.passage, start, start + len("".join(quoted))))
            sentences += [Sentence(part, (n,)) for part in quoted]
        audience = audience_of(citation.passage.compartment for citation in citations)
        next_ = tuple(_next(item.passage) for item in chosen[:1])
        return Answer(tuple(sentences), tuple(citations), audience=audience, passages=found, followups=next_)

    def _readable(self, principal: Principal) -> list[Record]:
        open_to = readable(principal, {record.compartment for record in self.records}, self.now)
        return [record for record in self.records if record.compartment in open_to]

    def _passages(self, principal: Principal) -> list[Passage]:
        return [passage for record in self._readable(principal) for passage in passages_of(record)]

    def _asked(self, passage: Passage) -> tuple[Passage, ...]:
        record = next(record for record in self.records if record.id == passage.document_id)
        asked = record.speeches[passage.utterance].answers
        return tuple(other for other in passages_of(record) if other.utterance == asked)


def _meant(node: Node, passage: Passage) -> bool:
    match node:
        case Word(phrase):
            return bool(marks(passage.text, [phrase]))
        case Both(parts):
            return all(_meant(part, passage) for part in parts)
        case Either(parts):
            return any(_meant(part, passage) for part in parts)
        case Not(part):
            return not _meant(part, passage)
        case Condition():
            return _fits(passage, node.filters, Understood())


def _next(passage: Passage) -> Followup:
    return Followup(f"{passage.agenda}について、時期はいつですか。", passage)


def _understand(question: str, filters: Filters) -> Understood:
    year = re.search(r"令和(\d+)年", question)
    speakers = tuple(name for name in ("市長", "教育部長") if name in question)
    period = year if "period" not in filters.ignore else None
    return Understood(
        from_=date(2018 + int(period[1]), 1, 1) if period else None,
        to=date(2018 + int(period[1]), 12, 31) if period else None,
        speakers=speakers if "speakers" not in filters.ignore else (),
    )


def _fits(passage: Passage, filters: Filters, understood: Understood) -> bool:
    day = passage.date or date.min
    who = passage.speaker + passage.post
    return (
        all(day >= first for first in (filters.from_, understood.from_) if first)
        and all(day <= last for last in (filters.to, understood.to) if last)
        and _any(filters.meetings, passage.meeting)
        and _any(filters.speakers, who)
        and _any(understood.speakers, who)
        and _any(filters.departments, passage.department)
        and _any(filters.kinds, passage.kind.value)
    )


def _any(wanted: Sequence[str], text: str) -> bool:
    return not wanted or any(word in text for word in wanted)


def _info(record: Record) -> DocumentInfo:
    return DocumentInfo(
        id=record.id,
        title=record.title,
        kind=cast(Kind, record.kind),
        meeting=record.meeting,
        session=record.session,
        date=record.date,
        department=record.department,
        status=record.status,
        audience=record.compartment,
    )


def _view(record: Record) -> DocumentView:
    utterances: list[UtteranceView] = []
    sections: list[SectionView] = []
    start = 0
    for index, speech in enumerate(record.speeches):
        if not sections or sections[-1].title != speech.agenda:
            sections.append(SectionView(speech.agenda, 1, index))
        utterances.append(
            UtteranceView(
                start=start,
                end=start + len(speech.text),
                text=speech.text,
                audience=record.compartment,
                speaker=speech.speaker,
                post=speech.post,
                role=speech.role,
                agenda=speech.agenda,
                page=str(1 + index),
            )
        )
        start += len(speech.text) + 1
    return DocumentView(_info(record), tuple(sections), tuple(utterances))


@dataclass
class FeedbackList:
    """Keeps feedback in memory."""

    items: list[Feedback] = field(default_factory=list)

    def add(self, feedback: Feedback) -> None:
        self.items.append(feedback)
