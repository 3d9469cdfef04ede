"""What a document is: text, who said which part of it, and the spans cut from it.

Every offset counts Unicode code points in the canonical text of the object that
holds it, half open: ``text[start:end]``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from corpus.disclosure import Label


class Kind(StrEnum):
    """What sort of record a document is."""

    MEETING_RECORD = "meeting_record"  # 会議録（別記様式）
    MINUTES = "minutes"  # 議会の会議録
    ANSWER_BOOK = "answer_book"  # 答弁書・想定問答
    PLAN = "plan"  # 計画
    MANUAL = "manual"  # マニュアル・要綱
    NEWSLETTER = "newsletter"  # 議会だより
    MATERIAL = "material"  # その他の資料


class Role(StrEnum):
    """What an utterance does in the exchange."""

    QUESTION = "question"
    ANSWER = "answer"
    EXPLANATION = "explanation"
    CHAIR = "chair"
    RESOLUTION = "resolution"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of a text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"a span needs 0 <= start <= end, got {self.start}, {self.end}")

    def overlaps(self, other: Span) -> bool:
        """Whether the two ranges share at least one character."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Section:
    """An agenda item (議題) of a meeting, or a heading of a material, with the span it governs."""

    title: str
    start: int
    end: int
    level: int = 1


@dataclass(frozen=True, slots=True)
class Utterance:
    """One speech (発言) of a meeting, or one stretch of a material under one heading.

    The speaker's name and post are as printed, without brackets and 君; both are
    empty where nobody speaks. `start` and `end` cover what was said, not the name.
    """

    start: int
    end: int
    speaker: str = ""
    post: str = ""
    role: Role = Role.OTHER
    section: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Where a page (or sheet, slide, cell range) begins. `label` is what a reader looks for: 「3」「設問一覧!B4」."""

    start: int
    label: str


@dataclass(frozen=True, slots=True)
class LabelClaim:
    """What somebody or something says about the disclosure of a document or of a part of it.

    `span` is None for the whole document. `source` says who speaks: ``ledger``, ``form``,
    ``mark``, ``operator`` or ``collection``.
    """

    label: Label
    source: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One document as parsed from a source: canonical text plus structure over it.

    Sections and utterances are in text order; utterances do not overlap. `key` tells
    the documents of one source file apart and stays the same when the file is read again.
    """

    key: str
    title: str
    kind: Kind
    text: str
    sections: tuple[Section, ...] = ()
    utterances: tuple[Utterance, ...] = ()
    pages: tuple[Page, ...] = ()
    meeting: str = ""  # 会議体: 東京都議会, 行政情報化推進本部
    session: str = ""  # 会期と号数: 令和2年第1回定例会 第2号
    date: date | None = None
    department: str = ""  # 担当課 (owner)
    url: str = ""
    claims: tuple[LabelClaim, ...] = ()
    warnings: tuple[str, ...] = ()

    def page_at(self, offset: int) -> str:
        """The label of the page on which `offset` lies; empty where pages are unknown."""
        label = ""
        for page in self.pages:
            if page.start > offset:
                break
            label = page.label
        return label

    def section_title(self, utterance: Utterance) -> str:
        """The title of the section an utterance belongs to, with those above it; empty without one."""
        if utterance.section is None:
            return ""
        section = self.sections[utterance.section]
        above = [
            other
            for other in self.sections[: utterance.section]
            if other.level < section.level and other.start <= section.start and section.end <= other.end
        ]
        return " ".join([*(other.title for other in above), section.title])


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a closed fragment belongs: it stood at `at` of the base rendition."""

    at: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Rendition:
    """The text of a document that the members of one compartment read.

    `document.text` is a text of its own: in the base rendition closed spans are replaced by
    the mark 〔非公開〕 (or by nothing where existence is hidden); every other rendition holds
    just the closed spans of its compartment, `anchors` telling where they stood.
    """

    compartment: str
    document: Document
    label: Label
    anchors: tuple[Anchor, ...] = ()


@dataclass(frozen=True, slots=True)
class Thread:
    """A question and the answer given to it, as spans of one rendition.

    `confidence` lies in (0, 1]; one question span may have several threads.
    """

    question: Span
    answer: Span
    confidence: float = 1.0


def lead_of(text: str, *, topic: str, agenda: str, kind: Kind) -> str:
    """What a passage is about where its text does not name it; empty where it does.

    That is the topic of the stretch of the speech, or the headings above a stretch of a material or the agenda
    item of a meeting record. The agenda items of assembly minutes are bills by number and say nothing.
    """
    about = topic or (agenda if kind is not Kind.MINUTES else "")
    return "" if about in text else about


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit indexed, retrieved and cited: a span of one utterance with its header.

    ``text == rendition.document.text[start:end]``. `utterance` is the position of the utterance
    in its rendition. `date` is the day of the meeting. `topic` is the matter that the speaker names where
    the stretch of the speech begins (「〜について」), or the headings above a stretch of a material.
    """

    id: str
    document_id: str
    compartment: str
    utterance: int
    start: int
    end: int
    text: str
    title: str = ""
    kind: Kind = Kind.MATERIAL
    collection: str = ""
    department: str = ""
    meeting: str = ""
    session: str = ""
    date: date | None = None
    agenda: str = ""
    topic: str = ""
    speaker: str = ""
    post: str = ""
    role: Role = Role.OTHER
    page: str = ""
    status: str = "open"

    @property
    def lead(self) -> str:
        """What is put before the text when the passage is indexed; see `lead_of`."""
        return lead_of(self.text, topic=self.topic, agenda=self.agenda, kind=self.kind)

    @property
    def header(self) -> str:
        """Title, session, agenda item, topic, post and speaker in one line: searched and shown, never quoted."""
        parts = (self.title, self.meeting, self.session, self.agenda, self.topic, self.post, self.speaker)
        return " ".join(dict.fromkeys(part for part in parts if part))
