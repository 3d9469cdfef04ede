"""From the values of the engine to the bodies of answers. Scores stay behind."""

from __future__ import annotations

from collections.abc import Iterable

from api import schemas
from api.citing import cited_as
from api.services import DocumentInfo, DocumentView, ThreadView
from corpus.model import Passage
from rag.answer import Answer, Citation, Retrieved
from rag.compose.generative import reasons
from rag.finding import Found, Hit, Page
from rag.question import Understood

_REFERENCES = 3
_EXCERPT_CHARS = 60


class Presenter:
    """Builds bodies; links begin with `public_url` (empty: relative to this host)."""

    def __init__(self, public_url: str) -> None:
        self._root = public_url.rstrip("/")

    def query(self, answer: Answer, understood: Understood, request_id: str) -> schemas.QueryResponse:
        """The body of an answer or refusal."""
        refusal = answer.refusal
        return schemas.QueryResponse(
            answer=None if refusal else self.answer(answer),
            refusal=self.refusal(answer),
            notice=answer.notice,
            notice_codes=reasons(answer.notice),
            citations=[] if refusal else [self.citation(citation) for citation in answer.citations],
            passages=self.passages(answer.passages, () if refusal else answer.citations),
            question=self.understood(understood),
            followups=[] if refusal else [each.text for each in answer.followups],
            request_id=request_id,
        )

    def refusal(self, answer: Answer) -> schemas.RefusalOut | None:
        """The refusal, where there is one."""
        refusal = answer.refusal
        return schemas.RefusalOut(code=refusal.code, message=refusal.message) if refusal else None

    def answer(self, answer: Answer) -> schemas.AnswerOut:
        """The sentences and the audience."""
        sentences = [
            schemas.SentenceOut(text=sentence.text, citations=list(sentence.citations))
            for sentence in answer.sentences
        ]
        return schemas.AnswerOut(text=answer.text, sentences=sentences, audience=answer.audience)

    def citation(self, citation: Citation) -> schemas.CitationOut:
        """A source; its span is the quote's."""
        passage = citation.passage
        source = self._source(passage)
        source |= {"start": passage.start + citation.quote_start, "end": passage.start + citation.quote_end}
        return schemas.CitationOut.model_validate({**source, "n": citation.n, "quote": citation.quote})

    def passages(
        self, found: Iterable[Retrieved], citations: Iterable[Citation] = ()
    ) -> list[schemas.PassageOut]:
        """Passages in order of rank, those that are cited with number and quote."""
        cited: dict[str, Citation] = {}
        for citation in citations:
            cited.setdefault(citation.passage.id, citation)
        return [self.passage(item.passage, item.rank, cited.get(item.passage.id)) for item in found]

    def passage(self, passage: Passage, rank: int = 1, cited: Citation | None = None) -> schemas.PassageOut:
        """A passage; its span is its own."""
        source = {**self._source(passage), "text": passage.text, "rank": rank}
        if cited is not None:
            source |= {"n": cited.n, "quote": cited.quote}
        return schemas.PassageOut.model_validate(source)

    def search(self, found: Found, page: Page, request_id: str) -> schemas.SearchResponse:
        """The body of a search."""
        understood = self.understood(found.understood).model_dump(by_alias=True)
        understood |= {"classes": found.understood.classes, "reading": found.reading}
        understood |= {"hint": found.hint, "hint_code": found.hint_code}
        return schemas.SearchResponse(
            passages=[self.hit(hit) for hit in found.hits],
            total=found.total,
            next_offset=page.offset + page.limit if found.more else None,
            question=schemas.SearchUnderstoodOut.model_validate(understood),
            request_id=request_id,
        )

    def hit(self, hit: Hit) -> schemas.HitOut:
        """A passage with what was looked for marked in it, and what belongs to it."""
        found = hit.found
        return schemas.HitOut.model_validate(
            {
                **self._source(found.passage),
                "text": found.passage.text,
                "rank": found.rank,
                "highlights": hit.marks,
                "asked": [self.reference(each) for each in found.asked[:_REFERENCES]],
                "answers": [self.reference(each) for each in found.answers[:_REFERENCES]],
            }
        )

    def reference(self, passage: Passage) -> schemas.ReferenceOut:
        """A passage in short."""
        begin = " ".join(passage.text.split())
        return schemas.ReferenceOut(
            passage_id=passage.id,
            speaker=passage.speaker,
            post=passage.post,
            role=passage.role,
            excerpt=begin if len(begin) <= _EXCERPT_CHARS else begin[:_EXCERPT_CHARS] + "…",
            url=self._url(passage),
        )

    def understood(self, understood: Understood) -> schemas.UnderstoodOut:
        """What was understood from the words of the question."""
        return schemas.UnderstoodOut.model_validate(
            {
                "from": understood.from_,
                "to": understood.to,
                "meetings": list(understood.meetings),
                "speakers": list(understood.speakers),
                "departments": list(understood.departments),
                "kinds": list(understood.kinds),
                "question": understood.question,
            }
        )

    def document(self, info: DocumentInfo) -> schemas.DocumentOut:
        """One line of the list."""
        return schemas.DocumentOut(
            id=info.id,
            title=info.title,
            kind=info.kind,
            meeting=info.meeting,
            session=info.session,
            date=info.date,
            department=info.department,
            collection=info.collection,
            status=info.status,
            audience=info.audience,
            source_url=info.url,
            url=f"{self._root}/#/document/{info.id}",
        )

    def view(
        self, view: DocumentView, request_id: str, *, page_pictures: bool = False
    ) -> schemas.DocumentResponse:
        """A whole document."""
        return schemas.DocumentResponse(
            document=self.document(view.info),
            sections=[
                schemas.SectionOut(title=s.title, level=s.level, utterance=s.utterance) for s in view.sections
            ],
            utterances=[
                schemas.UtteranceOut(
                    start=u.start,
                    end=u.end,
                    text=u.text,
                    audience=u.audience,
                    speaker=u.speaker,
                    post=u.post,
                    role=u.role,
                    agenda=u.agenda,
                    page=u.page,
                )
                for u in view.utterances
            ],
            page_pictures=page_pictures,
            request_id=request_id,
        )

    def thread(self, thread: ThreadView, request_id: str) -> schemas.ThreadResponse:
        """Question and answers, in text order."""
        return schemas.ThreadResponse(
            questions=[self.passage(passage, rank) for rank, passage in enumerate(thread.questions, 1)],
            answers=[self.passage(passage, rank) for rank, passage in enumerate(thread.answers, 1)],
            request_id=request_id,
        )

    def _source(self, passage: Passage) -> dict[str, object]:
        return {
            "passage_id": passage.id,
            "document_id": passage.document_id,
            "title": passage.title,
            "meeting": passage.meeting,
            "date": passage.date,
            "agenda": passage.agenda,
            "speaker": passage.speaker,
            "post": passage.post,
            "role": passage.role,
            "page": passage.page,
            "start": passage.start,
            "end": passage.end,
            "quote": "",
            "status": passage.status,
            "audience": passage.compartment,
            "cited_as": cited_as(passage),
            "url": self._url(passage),
        }

    def _url(self, passage: Passage) -> str:
        return f"{self._root}/#/passage/{passage.id}"
