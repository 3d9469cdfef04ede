"""The bodies of requests and answers, as in the design: no scores, no times.

Requests refuse unknown keys; a caller cannot name departments, labels or rights for itself.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from corpus.model import Kind, Role
from corpus.speakers import SpeakerClass
from rag.answer import RefusalCode, Style
from rag.finding import Order, Page
from rag.question import Filters

MAX_QUESTION_CHARS = 4000
MAX_ANSWER_CHARS = 20_000

Question = Annotated[str, StringConstraints(max_length=MAX_QUESTION_CHARS)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Several = Annotated[list[Words], Field(max_length=50)]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Response(BaseModel):
    model_config = ConfigDict(frozen=True, populate_by_name=True, serialize_by_alias=True)


class FiltersIn(_Request):
    """Conditions; each narrows what may be found. Several values of one field are alternatives."""

    from_: date | None = Field(default=None, alias="from", description="first day of the meetings")
    to: date | None = Field(default=None, description="last day of the meetings")
    meetings: Several = []
    speakers: Several = []
    classes: list[SpeakerClass] = Field(
        default=[], max_length=3, description="speaker classes: members, the executive, whoever presides"
    )
    departments: Several = []
    kinds: list[Kind] = Field(default=[], max_length=50)
    collections: Several = []
    ignore: list[Literal["period", "meetings", "speakers", "classes", "departments", "kinds", "keywords"]] = (
        Field(
            default=[],
            max_length=10,
            description="conditions not to be taken from the words of the question; `keywords`: no operators either",
        )
    )

    def filters(self) -> Filters:
        """The same as a plain value."""
        return Filters(
            from_=self.from_,
            to=self.to,
            meetings=tuple(self.meetings),
            speakers=tuple(self.speakers),
            classes=tuple(self.classes),
            departments=tuple(self.departments),
            kinds=tuple(kind.value for kind in self.kinds),
            collections=tuple(self.collections),
            ignore=frozenset(self.ignore),
        )


class Turn(_Request):
    """An earlier question of the conversation and the text of its answer."""

    question: Question
    answer: Annotated[str, StringConstraints(max_length=MAX_ANSWER_CHARS)] = ""


class QueryRequest(_Request):
    """A question or a search."""

    question: Question
    filters: FiltersIn = FiltersIn()
    style: Style = Style.FULL
    top_k: int = Field(default=8, ge=1, le=50, description="passages found, at most")
    stream: bool = Field(default=False, description="answer as server-sent events")
    history: list[Turn] = Field(default=[], max_length=20, description="earlier turns, oldest first")
    conversation: str = Field(
        default="",
        pattern=r"^(new|[0-9a-f]{32})?$",
        description="`new`, or the id of one of the caller's conversations to keep this turn in",
    )


class SearchRequest(QueryRequest):
    """A question, or a search line with operators: 「…」, AND, OR, NOT, (…), 発言者:, 会議:, 期間:, 役職:, 発言者区分:."""

    sort: Order = Field(default=Order.RELEVANCE, description="by relevance, newest or oldest first")
    offset: int = Field(default=0, ge=0, le=1_000_000, description="passages to pass over")
    limit: int | None = Field(
        default=None, ge=1, le=50, description="passages of a page; `top_k` where not given"
    )

    def page(self) -> Page:
        """Which part of what is found is wanted."""
        return Page(self.sort, self.offset, self.limit or self.top_k)


class SentenceOut(_Response):
    """A sentence and the numbers of the citations that support it."""

    text: str
    citations: list[int]


class AnswerOut(_Response):
    """An answer. `audience` is the narrowest among its sources: ``public``, ``staff`` or narrower."""

    text: str
    sentences: list[SentenceOut]
    audience: str


class RefusalOut(_Response):
    """An honest "no answer"; `message` is for people."""

    code: RefusalCode
    message: str


class _Source(_Response):
    """Where a text stands."""

    passage_id: str
    document_id: str
    title: str
    meeting: str
    date: date | None
    agenda: str
    speaker: str
    post: str
    role: Role
    page: str
    start: int = Field(description="offset in the rendition, in code points")
    end: int
    quote: str
    status: str
    audience: str = Field(description="who may read it: `public`, `staff` or narrower")
    cited_as: str = Field(description="the source in the form Japanese assemblies cite it")
    url: str = Field(description="opens the source in the page")


class CitationOut(_Source):
    """A source of the answer; `start` and `end` are those of the quote."""

    n: int


class PassageOut(_Source):
    """A passage found; `start` and `end` are those of the passage, `n` and `quote` where it is cited."""

    n: int | None = None
    text: str
    rank: int


class UnderstoodOut(_Response):
    """Conditions read from the words of the question and applied."""

    from_: date | None = Field(default=None, alias="from")
    to: date | None = None
    meetings: list[str] = []
    speakers: list[str] = []
    departments: list[str] = []
    kinds: list[str] = []
    question: str = Field(
        default="", description="what was looked up, where earlier questions completed it; usually empty"
    )


class QueryResponse(_Response):
    """An answer or a refusal, never both."""

    answer: AnswerOut | None
    refusal: RefusalOut | None
    notice: str = Field(default="", description="tells of a fallback, for people; usually empty")
    notice_codes: list[str] = Field(default=[], description="the same for programs")
    citations: list[CitationOut]
    passages: list[PassageOut]
    question: UnderstoodOut
    followups: list[str] = Field(default=[], description="questions that one can ask next, at most three")
    conversation: str = Field(default="", description="where the turn was kept; empty where it was not")
    request_id: str


class ReferenceOut(_Response):
    """A passage that belongs to another one: its question or its answer."""

    passage_id: str
    speaker: str
    post: str
    role: Role
    excerpt: str = Field(description="how it begins")
    url: str


class HitOut(PassageOut):
    """A passage found by a search. `highlights`: spans of `text`, in code points, ascending, without overlap."""

    highlights: list[tuple[int, int]] = Field(description="what was looked for: [start, end) in `text`")
    asked: list[ReferenceOut] = Field(description="the question that it answers")
    answers: list[ReferenceOut] = Field(description="the answers given to it")


class SearchUnderstoodOut(UnderstoodOut):
    """A search line as understood."""

    classes: list[SpeakerClass] = []
    reading: str = Field(default="", description="a line with operators in words; empty for a question")
    hint: str = Field(default="", description="what could not be read or found as typed; usually empty")
    hint_code: str = Field(default="", description="the same for programs")


class SearchResponse(_Response):
    """A page of passages. `total` counts those that satisfy a line with operators; a question has no such number."""

    passages: list[HitOut]
    total: int | None
    next_offset: int | None = Field(description="of the next page; null on the last")
    question: SearchUnderstoodOut
    request_id: str


class DocumentOut(_Response):
    """One line of the list of documents."""

    id: str
    title: str
    kind: Kind
    meeting: str
    session: str
    date: date | None
    department: str
    collection: str
    status: str
    audience: str
    source_url: str = Field(description="where the original was published; empty where unknown")
    url: str


class DocumentsResponse(_Response):
    """Documents, newest first. `next_offset` is null on the last page."""

    documents: list[DocumentOut]
    next_offset: int | None
    request_id: str


class SectionOut(_Response):
    """An entry of the table of contents; `utterance` is the position of its first utterance."""

    title: str
    level: int
    utterance: int


class UtteranceOut(_Response):
    """One utterance; `start` and `end` are offsets in the rendition that `audience` names."""

    start: int
    end: int
    text: str
    audience: str
    speaker: str
    post: str
    role: Role
    agenda: str
    page: str


class DocumentResponse(_Response):
    """A document as the caller may read it."""

    document: DocumentOut
    sections: list[SectionOut]
    utterances: list[UtteranceOut]
    page_pictures: bool = Field(
        description="whether `/pages/{number}.png` of the document shows its original"
    )
    request_id: str


class PassageResponse(_Response):
    """A passage."""

    passage: PassageOut
    request_id: str


class ThreadResponse(_Response):
    """A question and the answers given to it."""

    questions: list[PassageOut]
    answers: list[PassageOut]
    request_id: str


class FeedbackRequest(_Request):
    """What a reader says about an answer. `passage_ids` are the passages the answer cited."""

    request_id: Id
    rating: Literal["good", "bad"]
    comment: Annotated[str, StringConstraints(max_length=2000)] = ""
    question: Question = ""
    passage_ids: list[Id] = Field(default=[], max_length=50)


class FeedbackResponse(_Response):
    """Feedback was stored."""

    stored: Literal[True] = True
    request_id: str


class ExportSentence(_Request):
    """A sentence of an answer and the numbers of its citations."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=MAX_ANSWER_CHARS)]
    citations: list[int] = Field(min_length=1, max_length=50)


class ExportCitation(_Request):
    """Where a quote stands, as in the citations of an answer."""

    n: int = Field(ge=1, le=999)
    passage_id: Id
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class ExportRequest(_Request):
    """An answer to make a file of."""

    question: Question
    sentences: list[ExportSentence] = Field(min_length=1, max_length=100)
    citations: list[ExportCitation] = Field(min_length=1, max_length=50)


class PersonOut(_Response):
    """Somebody of the principals file."""

    id: str
    name: str
    departments: list[str]


class MeResponse(_Response):
    """Who the caller is taken for, and whether the page may switch users."""

    id: str
    name: str
    departments: list[str]
    staff: bool
    operator: bool = Field(description="whether the operators' page is for the caller")
    user_switch: bool
    login: Literal["none", "out", "in"] = Field(
        description="whether one can log in, and whether the caller has"
    )
    request_id: str


class PrincipalsResponse(_Response):
    """The people and programs of the principals file, by id."""

    principals: list[PersonOut]
    request_id: str


class HealthResponse(_Response):
    """The state of the process."""

    status: Literal["ok", "ready"]


class ErrorBody(_Response):
    """What went wrong, in one shape for all."""

    code: str
    message: str
    request_id: str


class ErrorResponse(_Response):
    """The body of every error."""

    error: ErrorBody
