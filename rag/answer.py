"""What a question comes back as: sentences with citations, or a refusal."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from corpus.model import Passage


class Style(StrEnum):
    """How long an answer is: `FULL` one to three sentences, `BRIEF` about 50 characters ending in a noun."""

    FULL = "full"
    BRIEF = "brief"


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A passage found for a question.

    `rank` starts at 1. `score` orders passages inside this process only and is never shown.
    `asked` holds the passages of the question that this passage answers (its thread), if any; `answers` those
    that answer this one, where they were asked for.
    """

    passage: Passage
    rank: int
    score: float = 0.0
    asked: tuple[Passage, ...] = ()
    answers: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an answer and the numbers of the citations that support it (from 1)."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a sentence comes from: ``passage.text[quote_start:quote_end] == quote``."""

    n: int
    passage: Passage
    quote_start: int
    quote_end: int

    @property
    def quote(self) -> str:
        """The words of the source that the sentence rests on."""
        return self.passage.text[self.quote_start : self.quote_end]


@dataclass(frozen=True, slots=True)
class Followup:
    """A question that is offered after an answer, and a passage that answers it."""

    text: str
    passage: Passage


class RefusalCode(StrEnum):
    """Why there is no answer. Text that may not be read and text that does not exist share `NOT_FOUND`."""

    NOT_FOUND = "not_found"
    EMPTY = "empty_question"
    GREETING = "greeting"
    INSTRUCTION = "not_a_question"
    TRAINING = "training_required"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An honest "no answer". `message` is what a person reads, in Japanese."""

    code: RefusalCode
    message: str


TRAINING = Refusal(RefusalCode.TRAINING, "eラーニングを受講してから利用してください。")
NOT_FOUND = Refusal(RefusalCode.NOT_FOUND, "閲覧できる記録の中には見つかりませんでした。")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer whose every sentence is cited, or a refusal; never both.

    `audience` is the narrowest audience among the cited passages: ``public``, ``staff`` or a narrower
    compartment. `notice` tells of a fallback (no model within its ceiling, time-out), in Japanese. `followups` are
    questions that one can ask next.
    """

    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    refusal: Refusal | None = None
    audience: str = "public"
    notice: str = ""
    passages: tuple[Retrieved, ...] = field(default=())
    followups: tuple[Followup, ...] = ()

    @property
    def text(self) -> str:
        """All sentences as one text, without citation numbers."""
        return "".join(sentence.text for sentence in self.sentences)
