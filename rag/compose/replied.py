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
        style: `BRIEF` tells one matter only.

    Returns:
        An answer, or a refusal where nothing is known to have been said in return.
    """
    named = [name for name in speakers(question) if name != reply.member]
    given = [one for one in found if one.asked and one.passage.role not in (Role.QUESTION, Role.CHAIR)]
    own = [one for one in given if any(name in _who(one.passage) for name in named)]
    chosen = _by_matter(_newest(own if named else given))[: MOST if style is Style.FULL else 1]
    if not chosen:
        return Answer(refusal=NOT_FOUND, passages=tuple(found))
    cited = [one.row.found for one in chosen]
    return Answer(
        tuple(Sentence(text, (n,)) for n, text in enumerate(_lines(chosen), 1)),
        tuple(
            Citation(n, one.passage, one.row.piece.start, one.row.piece.end)
            for n, one in enumerate(chosen, 1)
        ),
        audience=audience_of(one.passage.compartment for one in chosen),
        passages=(*cited, *(one for one in found if one not in cited)),
    )


def _who(passage: Passage) -> str:
    return f"{passage.post} {passage.speaker}".strip()


def _newest(given: Sequence[Retrieved]) -> list[Retrieved]:
    """Those of the newest day, in the order spoken."""
    days = [one.passage.date for one in given if one.passage.date is not None]
    last = max(days, default=None)
    same = [one for one in given if one.passage.date == last]
    return sorted(same, key=lambda one: (one.passage.document_id, one.passage.utterance, one.passage.start))


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
    spoken = [passage.text[start:end].strip() for start, end in sentences(passage.text)]
    return spoken[-1] if spoken else ""


def _lines(chosen: Sequence[_Told]) -> Iterator[str]:
    """Each sentence under its matter; who said it, when and to whom, where that changes."""
    before = ""
    for one in chosen:
        passage = one.passage
        label = f"{_who(passage)}（{_day(passage.date)}{_titled(one.asked)}への答弁）："
        text = one.row.piece.text
        topic = f"{passage.topic}について、" if passage.topic and passage.topic not in text else ""
        text = resolve_relative(text, passage.date) if passage.date else text
        text = text if text.endswith(("。", "」", "？", "！")) else f"{text}。"
        yield f"{label if label != before else ''}{topic}{text}"
        before = label


def _day(day: date | None) -> str:
    return f"{japanese_date(day)}、" if day else ""


def _titled(passage: Passage) -> str:
    if _TITLED.search(passage.speaker):
        return passage.speaker
    return f"{passage.speaker}{'委員' if '委員' in f'{passage.post}{passage.meeting}' else '議員'}"
