"""What was said in return to a member: 「増田議員の質問に市長はどう答えましたか」 without a word of what it was about.

The newest day on which the member asked counts: each matter with the sentence that answers it, as it was spoken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from corpus.calendar import japanese_date, resolve_relative
from corpus.disclosure import audience_of
from corpus.japanese import sentences
from corpus.model import Passage, Role
from rag.answer import NOT_FOUND, Answer, Citation, Retrieved, Sentence, Style
from rag.compose.selection import Candidate, candidates
from rag.compose.shape import shape_of
from rag.compose.voice import newest, who
from rag.compose.wording import ended, plain
from rag.speaking import Reply, speakers

MOST = 3
"""Matters told; the others are offered as questions to ask next."""

_HELD = 1.2
"""What the words of the matter count for in a sentence."""

_TITLED = re.compile(r"(?:議員|委員|君|氏|証人)$")


@dataclass(frozen=True, slots=True)
class _Told:
    """The sentence of a reply that answers a member's question."""

    asked: Passage
    row: Candidate

    @property
    def passage(self) -> Passage:
        return self.row.found.passage


def compose(question: str, reply: Reply, found: Sequence[Retrieved], *, style: Style) -> Answer:
    """The replies to the member that `question` names, of the newest day, each with its matter.

    Args:
        question: as it stands alone.
        reply: what it asks for; `reply.member` is not empty.
        found: the passages said in return to that member, each with the member's question as `asked`.
        style: `BRIEF` tells one matter only, without politeness.

    Returns:
        An answer, or a refusal where nothing is known to have been said in return.
    """
    named = [name for name in speakers(question) if name != reply.member]
    given = [one for one in found if one.asked and one.passage.role not in (Role.QUESTION, Role.CHAIR)]
    own = [one for one in given if any(name in who(one.passage) for name in named)]
    last = newest(own if named else given, lambda one: one.passage)
    chosen = _by_matter(last)[: MOST if style is Style.FULL else 1]
    if not chosen:
        return Answer(refusal=NOT_FOUND, passages=tuple(found))
    cited = [one.row.found for one in chosen]
    told, citations = _cited(chosen, style)
    return Answer(
        told,
        citations,
        audience=audience_of(citation.passage.compartment for citation in citations),
        passages=(*cited, *(one for one in found if one not in cited)),
    )


def _cited(chosen: Sequence[_Told], style: Style) -> tuple[tuple[Sentence, ...], tuple[Citation, ...]]:
    """The sentences; one that names the member rests on the member's question too, which tells the name."""
    told: list[Sentence] = []
    citations: list[Citation] = []
    for one, (text, named) in zip(chosen, _lines(chosen, style), strict=True):
        citations.append(Citation(len(citations) + 1, one.passage, one.row.piece.start, one.row.piece.end))
        numbers = [len(citations)]
        if named:
            known = next((c.n for c in citations if c.passage.id == one.asked.id), 0)
            if not known:
                known = len(citations) + 1
                citations.append(Citation(known, one.asked, *_last(one.asked.text)))
            numbers.append(known)
        told.append(Sentence(text, tuple(numbers)))
    return tuple(told), tuple(citations)


def _by_matter(given: Sequence[Retrieved]) -> list[_Told]:
    """The best sentence on each matter: under each heading of a long reply, or to each question."""
    told: dict[tuple[str, int, str], _Told] = {}
    for one in given:
        passage = one.passage
        key = (passage.document_id, passage.utterance, passage.topic)
        best = _best(one)
        if best is not None and (key not in told or best.row.score > told[key].row.score):
            told[key] = best
    return list(told.values())


def _best(one: Retrieved) -> _Told | None:
    """The sentence of a reply that says most of what was asked."""
    matter = one.passage.topic or _asking(one.asked[0])
    rows = candidates(shape_of(f"{matter}について"), [one])
    # the heading names the matter; what decides is how much a sentence sounds like an answer
    best = max(rows, key=lambda row: (row.score - _HELD * row.said, -row.piece.start), default=None)
    return _Told(one.asked[0], best) if best else None


def _asking(passage: Passage) -> str:
    start, end = _last(passage.text)
    return passage.text[start:end]


def _last(text: str) -> tuple[int, int]:
    """Where the last sentence lies, without white space at its ends; of a text without words the whole."""
    spoken = [(start, end) for start, end in sentences(text) if text[start:end].strip()]
    start, end = spoken[-1] if spoken else (0, len(text))
    said = text[start:end]
    return start + len(said) - len(said.lstrip()), start + len(said.rstrip())


def _lines(chosen: Sequence[_Told], style: Style) -> Iterator[tuple[str, bool]]:
    """Each sentence under its matter; who said it, when and to whom, where that changes, and whether it does."""
    before = ""
    for one in chosen:
        passage = one.passage
        label = f"{who(passage)}（{_day(passage.date)}{_titled(one.asked)}への答弁）："
        text = one.row.piece.text
        topic = f"{passage.topic}について、" if passage.topic and passage.topic not in text else ""
        text = resolve_relative(text, passage.date) if passage.date else text
        text = ended(plain(text)) if style is Style.BRIEF else text
        text = text if text.endswith(("。", "」", "？", "！")) else f"{text}。"
        yield f"{label if label != before else ''}{topic}{text}", label != before
        before = label


def _day(day: date | None) -> str:
    return f"{japanese_date(day)}、" if day else ""


def _titled(passage: Passage) -> str:
    if _TITLED.search(passage.speaker):
        return passage.speaker
    return f"{passage.speaker}{'委員' if '委員' in f'{passage.post}{passage.meeting}' else '議員'}"
