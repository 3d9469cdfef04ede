"""Names the members who asked about a matter: 「誰が質問しましたか」 is answered with them, not with the reply."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.calendar import japanese_date
from corpus.disclosure import audience_of
from corpus.injection import looks_like_instruction
from corpus.japanese import tokens
from corpus.model import Passage, Role
from rag.answer import NOT_FOUND, Answer, Citation, Retrieved, Sentence
from rag.compose.pieces import Piece, pieces
from rag.compose.selection import candidates
from rag.compose.shape import Shape, shape_of
from rag.compose.theme import topic_words
from rag.compose.vocabulary import coverage, is_anchor
from rag.compose.voice import newest
from rag.speaking import Reply

MOST = 3
"""Members named."""
MIN_ASKED = 0.55
"""Share of the matter, by weight, that a member's words must hold."""
MIN_TIED = 0.2
"""The same where the answer given to them is about the matter."""
_BARE = 2
"""Words of a question that tell nothing of its matter: 「知事の見解を求めます。」"""
_NEAR = 0.85
"""Share of the best member's score from which another one is named."""

_WHO = r"(?:誰|だれ|どなた|どの(?:議員|委員|会派|党|人)|どこの会派)"
_ASKS = r"(?:質問|質疑|聞[いか]|訊[いか]|尋ね|たずね|取り上げ|ただし|問う|問い)"
_BY_WHOM = re.compile(
    rf"(?:について|に関して|に関し|を|のことを)?(?:は)?、?(?:{_WHO}(?:が|の)?、?{_ASKS}[^。、]*"
    rf"|(?:質問|質疑|聞い|訊い|尋ね|取り上げ)(?:を)?(?:し)?(?:た|て(?:い)?る|て(?:い)?た)(?:の|人|方|議員|委員)(?:の名前)?は(?:{_WHO}[^。、]*|[。？?]*$)"
    rf"|の(?:質問者|質問議員|質問をした(?:人|方|議員))は[^。、]*)[。？?！!\s]*$"
)


@dataclass(frozen=True, slots=True)
class _Asking:
    """A member's sentence on the matter, and how well it and its passage hold the matter."""

    passage: Passage
    piece: Piece
    score: float


def matter_of(question: str) -> str:
    """What a question for the asker is about; empty where it asks for something else.

    >>> matter_of("学校のプールの開放について、誰が質問しましたか")
    '学校のプールの開放'
    """
    found = _BY_WHOM.search(question)
    return question[: found.start()] if found else ""


def compose(question: str, found: Sequence[Retrieved]) -> Answer:
    """The members who asked about the matter of `question`, each with a sentence of what they asked, best first.

    Args:
        question: one that `matter_of` knows.
        found: the passages found for its matter; the questions tied to them are looked at too.

    Returns:
        An answer, or a refusal where nobody is known to have asked.
    """
    shape = shape_of(f"{matter_of(question)}について")
    asked = sorted(_askings(shape, found), key=lambda one: (-one.score, one.passage.id))
    named: dict[str, _Asking] = {}
    for one in asked:
        if one.score >= _NEAR * asked[0].score:
            named.setdefault(one.passage.speaker, one)
    chosen = list(named.values())[:MOST]
    if not chosen:
        return Answer(refusal=NOT_FOUND, passages=tuple(found))
    return Answer(
        tuple(Sentence(_told(one), (n,)) for n, one in enumerate(chosen, 1)),
        tuple(Citation(n, one.passage, one.piece.start, one.piece.end) for n, one in enumerate(chosen, 1)),
        audience=audience_of(one.passage.compartment for one in chosen),
        passages=tuple(found),
    )


def compose_asked(reply: Reply, found: Sequence[Retrieved]) -> Answer:
    """What a member asked, each matter with the sentence that puts it; without a matter that of the newest day.

    Args:
        reply: the member and the matter, which may be empty.
        found: passages of questions that the member put, best or newest first.

    Returns:
        An answer, or a refusal where the member asked nothing of the matter.
    """
    if reply.matter:
        shape = shape_of(reply.matter)
        asked = [each for one in found for each in _of(shape, one.passage, MIN_ASKED, one.rank)]
        asked.sort(key=lambda one: (-one.score, one.passage.id))
    else:
        asked = newest([each for one in found if (each := _put(one.passage))], lambda one: one.passage)
    chosen = list({one.piece.text: one for one in asked[:MOST]}.values())
    if not chosen:
        return Answer(refusal=NOT_FOUND, passages=tuple(found))
    return Answer(
        tuple(
            Sentence(text if n == 1 else text.partition("の質問：")[2], (n,))
            for n, text in enumerate(map(_told, chosen), 1)
        ),
        tuple(Citation(n, one.passage, one.piece.start, one.piece.end) for n, one in enumerate(chosen, 1)),
        audience=audience_of(one.passage.compartment for one in chosen),
        passages=tuple(found),
    )


def _put(passage: Passage) -> _Asking | None:
    """The last sentence of a passage that asks."""
    asking = [
        piece
        for piece in pieces(passage.text)
        if piece.asking and len(topic_words(piece.text)) > _BARE and not looks_like_instruction(piece.text)
    ]
    return _Asking(passage, asking[-1], 0.0) if asking and passage.speaker else None


def _askings(shape: Shape, found: Sequence[Retrieved]) -> Iterator[_Asking]:
    """What members asked of the matter: in the passages found, and in the questions that these answer."""
    rows = candidates(shape, found)
    about = {row.found.passage.id for row in rows if row.anchored and row.about >= MIN_ASKED}
    for one in found:
        if one.passage.role is Role.QUESTION:
            yield from _of(shape, one.passage, MIN_ASKED, one.rank)
        for passage in one.asked:
            tied = one.passage.id in about and one.passage.role is not Role.QUESTION
            yield from _of(shape, passage, MIN_TIED if tied else MIN_ASKED, one.rank)


def _of(shape: Shape, passage: Passage, least: float, rank: int) -> Iterator[_Asking]:
    """The sentence of a member's passage that holds most of the matter, where that is at least `least`."""
    split = [piece for piece in pieces(passage.text) if not piece.empty and len(piece.text) > 5]
    split = [piece for piece in split if not looks_like_instruction(piece.text)]
    if not passage.speaker or not split:
        return
    words = frozenset(tokens(f"{passage.text} {passage.agenda} {passage.topic}"))
    held = coverage(shape.topic, words)
    anchors = [word for word in shape.topic if is_anchor(word)]
    if held < least or sum(word in words for word in anchors) * 2 < len(anchors) * (least >= MIN_ASKED):
        return

    def value(piece: Piece) -> tuple[float, bool, int]:
        return coverage(shape.topic, tokens(piece.text)), piece.asking, piece.start

    best = max(split, key=value)
    yield _Asking(passage, best, held + 0.3 * value(best)[0] - 0.03 * (rank - 1))


def _told(one: _Asking) -> str:
    """The member, the day, and the sentence asked."""
    passage = one.passage
    title = (
        ""
        if passage.speaker.endswith(("議員", "委員", "君"))
        else "議員"
        if "議会" in passage.meeting
        else ""
    )
    day = f"（{japanese_date(passage.date)}）" if passage.date else ""
    text = one.piece.text if one.piece.text.endswith(("。", "」", "？", "！")) else f"{one.piece.text}。"
    return f"{passage.speaker}{title}{day}の質問：{text}"
