"""The reply to this very question: where a member asked it already, what was said in return answers it.

Spoken questions are long, and their answers need not repeat a word of them: 「そのような文言はございません。」
No word of the reply is held against the question then, but those of the member's question are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.japanese import normalise, sentences, tokens
from corpus.model import Passage, Role
from rag.answer import Retrieved
from rag.compose.asked import HEADED, Asked
from rag.compose.deeds import same_deed
from rag.compose.head import of_other_kind
from rag.compose.needs import satisfies
from rag.compose.reason import gives_reason
from rag.compose.selection import Candidate, candidates, wants_figure
from rag.compose.shape import Shape, shape_of
from rag.compose.telling import GONE
from rag.compose.theme import topic_words
from rag.compose.vocabulary import coverage, weight

HELD = 0.9
"""Share of the topic, by weight, that the member's words must hold."""
SAME = 0.8
"""Share of the member's sentence that the question must hold to be that sentence again."""
LIKE = 0.35
"""The same for a question that is put in fewer words."""
LEAST, LEAST_LIKE = 1.9, 2.6
"""Weight of the topic from which it can be told that the same is asked."""
LEAST_OF_DEED = 1.8
"""The same where the time of a deed is asked for, and the member names deed and time."""
SPOKEN = 40
"""Characters of a question from which it is one as spoken in the chamber."""
SHORT_REPLY = 220
"""Characters up to which a reply is given whole, in the order it was spoken."""

_DECLINES = re.compile(
    r"お?答え(?:は|を)?(?:でき|いたしかね|しかね|申し上げられ)|承知(?:は)?(?:して|いたして)?(?:おり|い)ま(?:せん)|把握(?:は)?(?:して|いたして)?(?:おり|い)ません"
    r"|(?:わか|分か|存じ)(?:り|上げ)?ません|知りません|記憶(?:に|が|は|も)[^。]{0,8}(?:ません|ない)|段階で(?:は)?(?:ない|あり|ござい)|公表(?:して|は)[^。]{0,8}ません"
)
"""An honest reply to a question for a figure that is not given."""
_ASKS = re.compile(r"[かぁ][。？?]?$|伺|尋ね|聞き|お?聞かせ|見解|所見|答え|説明|確認|ください|いただき")
_LISTED = {
    asked: re.compile(rf"(?:{nouns})(?:と|や|及び|並びに|、|・|など|等|について|につきまして|を|は|も(?!の))")
    for asked, nouns in {
        Asked.WHEN: "時期|期日|日程|スケジュール|期限",
        Asked.MONEY: "経費|費用|予算額|金額|事業費",
        Asked.DURATION: "期間",
        Asked.WHY: "理由|原因|要因",
    }.items()
}
"""What members ask for in a list: 「実施の時期と必要となる経費を含め、お考えを伺います。」"""
_PLAIN = frozenset({Asked.OPEN, Asked.YES_NO, Asked.WHAT_IS})


@dataclass(frozen=True, slots=True)
class _Put:
    """A question of a member that is the one asked: how much of the topic it holds, and whether word for word."""

    passage: Passage
    held: float
    again: bool


def replies(
    shape: Shape, question: str, rows: Sequence[Candidate], *, again: bool = False
) -> list[Candidate]:
    """The sentences said in return to `question` where a member put it, best first; empty where nobody did.

    Args:
        shape: what is asked.
        question: as asked.
        rows: the candidates for it; those of the reply are among them.
        again: whether the question must be a long one that the member put in the same words, for what answers it
            otherwise is found already.
    """
    if len(question) < SPOKEN and (again or (shape.years and shape.asked in HEADED)):
        return []  # a figure of a year is told by a sentence that names the year
    found: dict[str, _Put | None] = {}
    answers: list[tuple[_Put, Candidate]] = []
    for row in rows:
        for passage in row.found.asked if row.found.passage.role is not Role.QUESTION else ():
            if passage.id not in found:
                found[passage.id] = _put(shape, question, passage)
            put = found[passage.id]
            if put is not None and (put.again or (not again and _returns(shape, row))):
                answers.append((put, row))
                break
    if not answers:
        return []
    best = max(answers, key=lambda one: (one[0].again, one[0].held, -one[1].stretch.rank))[1].stretch
    kept = [row for _, row in answers if row.stretch is best]
    return [replace(row, fits=True, anchored=True) for row in kept]


def put_again(question: str, found: Sequence[Retrieved]) -> bool:
    """Whether a long question stands word for word in one that the passages `found` answer."""
    shape = shape_of(question)
    return bool(replies(shape, question, candidates(shape, found), again=True))


def whole(rows: Sequence[Candidate]) -> list[Candidate]:
    """A short reply in the order spoken; empty where it is long."""
    said = sorted(rows, key=lambda row: (row.found.passage.start, row.piece.start))
    return said if len(said) <= 3 and sum(len(row.piece.text) for row in said) <= SHORT_REPLY else []


def _put(shape: Shape, question: str, passage: Passage) -> _Put | None:
    """The question that a member's passage puts, where it is the one asked."""
    heavy = sum(weight(word) for word in shape.topic)
    timed = shape.asked is Asked.WHEN and shape.event is not None
    if heavy < (LEAST_OF_DEED if timed else LEAST):
        return None
    words = frozenset(tokens(question))
    best: _Put | None = None
    for sentence, window in _windows(passage.text, len(list(sentences(question))), shape.kinds):
        held = coverage(shape.topic, window)
        if held < HELD or not _tells_deed(shape, window):
            continue
        own = coverage(topic_words(sentence), words)
        same = own >= LIKE and _asks_same(shape, sentence)
        # 「窓口の無人化を伺います。」 asks for no day
        again = own >= SAME and (same or shape.asked not in HEADED)
        alike = same and heavy >= (LEAST_OF_DEED if timed else LEAST_LIKE)
        if (again or alike) and (best is None or (again, held) > (best.again, best.held)):
            best = _Put(passage, held, again)
    return best


def _windows(text: str, width: int, kinds: Sequence[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """The sentences of a question that ask, not of another of `kinds`, each with the words of it and of those before it."""
    spoken = [text[start:end].strip() for start, end in sentences(text)]
    words = [frozenset(tokens(sentence)) for sentence in spoken]
    for place, sentence in enumerate(spoken):
        first = max(0, place - max(1, width - 1))
        if _ASKS.search(sentence) and not of_other_kind(kinds, sentence):
            yield sentence, words[place]
            yield " ".join(spoken[first : place + 1]), frozenset[str]().union(*words[first : place + 1])


def _tells_deed(shape: Shape, window: frozenset[str]) -> bool:
    """Whether what is asked to have happened is there, however it is put."""
    return shape.event is None or all(
        any(same_deed(word, wanted) for word in window) for wanted in shape.event.words
    )


def _asks_same(shape: Shape, sentence: str) -> bool:
    asked = shape_of(sentence).asked
    listed = _LISTED.get(shape.asked)
    return (
        asked is shape.asked
        or (shape.asked in _PLAIN and asked in _PLAIN)
        or (listed is not None and listed.search(sentence) is not None)
    )


def _returns(shape: Shape, row: Candidate) -> bool:
    """Whether a sentence of the reply gives what is asked for, or says that it cannot."""
    text = row.piece.text
    if _DECLINES.search(text):
        return True
    if shape.event and not shape.event.past and shape.asked is Asked.WHEN:
        text = GONE.sub("", normalise(text))
    if shape.asked is Asked.WHY:
        return gives_reason(text) or gives_reason(row.stretch.found[0].passage.text)
    return satisfies(shape, text) if wants_figure(shape) or shape.asked not in _PLAIN else True
