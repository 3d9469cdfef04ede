"""Writes the line that an assembly newsletter would print: one to three cut clauses, about 50 characters.

Clauses are whole or lose the modifiers in front of their first noun, never a figure, a limit or a
denial; endings become nouns. Which clauses: those of which a newsletter is expected to repeat most
words (`rag/compose/salience.py`) within `MAX_CHARS`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.japanese import content_words
from rag.compose.pieces import Piece
from rag.compose.salience import Clause, Logistic, clauses, clauses_of, expected_f
from rag.compose.wording import can_end, ended, plain

MAX_CHARS = 64
"""Characters of a line; most come out between 40 and 60."""
MAX_CUTS = 3

_MIN_CHARS, _MIN_WORDS = 15, 4
_BEAM = 40
_MAY_PRECEDE = re.compile(r"[ぁ-ん]、$|(?:今後|現在|年度|年|月)、$")
_NOUN_AHEAD = re.compile(r"(?<=[のなるたい])(?=[一-龠ァ-ヴーA-Za-z「])")
_MODIFIER = re.compile(
    r"(?:[のな]|[一-龠ぁ-ん](?:する|した|ている|ていた|れる|せる|える|ける|める|きる|ある|いる|しい|たい|よる|った|いた|んだ|めた|けた|えた))$"
)
_LIMITS = re.compile(
    r"[0-9〇一二三四五六七八九十百千万億]|ない|なく|未満|以上|以下|のみ|だけ|限|対象|除|反対|不[一-龠]|一部|場合"
)
"""A modifier with such a word changes what is said: it stays."""
_NO_START = re.compile(
    r"中|上|下|時|際|もの|こと|ため|方|観点|場合|点|ところ|必要|予定|方針|考え|的|者|等|向け|初め|含め|通じ|踏まえ|基づ|導入等"
)
_ARGUMENT = re.compile(r"[をがにはで]")


@dataclass(frozen=True, slots=True)
class Cut:
    """A part of one sentence that can stand alone: ``start`` and ``end`` count code points of the piece's text.

    `expected` is how many of its `words` a newsletter is expected to repeat.
    """

    piece: int
    start: int
    end: int
    text: str
    words: int
    expected: float


def line(question: str, talk: Sequence[Piece], model: Logistic | None = None) -> list[Cut]:
    """The cuts of a brief answer, in the order of `talk`: the sentences of one answer without politeness.

    Empty where no cut fits; equal choices go to the earlier words.
    """
    pool = [cut for cut in _cuts(clauses(question, talk, model), talk) if _fits(cut)]
    chosen = _best_choice(pool)
    return sorted(chosen, key=lambda cut: (cut.piece, cut.start))


def _fits(cut: Cut) -> bool:
    return _MIN_CHARS <= len(cut.text) <= MAX_CHARS and cut.words >= _MIN_WORDS


def _cuts(found: Sequence[Clause], talk: Sequence[Piece]) -> Iterator[Cut]:
    """Every cut of every sentence, each text once."""
    seen: set[str] = set()
    for number in range(len(talk)):
        own = [clause for clause in found if clause.piece == number]
        for first, last in _runs(own):
            for skipped in _trims(own[first].text):
                cut = _cut(talk[number], own[first : last + 1], skipped)
                if cut.text not in seen:
                    seen.add(cut.text)
                    yield cut


def _runs(own: Sequence[Clause]) -> Iterator[tuple[int, int]]:
    """First and last clause of the stretches that can stand alone."""
    for first in range(len(own)):
        if first and not _MAY_PRECEDE.search(own[first - 1].text):
            continue
        for last in range(first, len(own)):
            if last == len(own) - 1 or can_end(own[last].text):
                yield first, last


def _trims(text: str) -> list[int]:
    """How many characters of modifiers may go in front of a clause, 0 first."""
    trims = [0]
    for match in _NOUN_AHEAD.finditer(text):
        gone, kept = text[: match.start()], text[match.start() :]
        if _LIMITS.search(gone):
            break
        if len(gone) < 6 or len(kept) < 12 or _NO_START.match(kept) or not _MODIFIER.search(gone):
            continue
        if _ARGUMENT.search(kept[:-4]):
            trims.append(match.start())
    return trims


def _cut(piece: Piece, run: Sequence[Clause], skipped: int) -> Cut:
    start, end = run[0].start + skipped, run[-1].end
    text = ended(plain(piece.text[start:end]))
    expected = sum(clause.expected for clause in run[1:]) + _rest(run[0], skipped)
    return Cut(run[0].piece, start, end, text, len(content_words(text)), expected)


def _rest(clause: Clause, skipped: int) -> float:
    """What is expected of the words that are left of a clause without its first `skipped` characters."""
    if not skipped:
        return clause.expected
    left = Counter(content_words(clause.text[skipped:]))
    total = 0.0
    for word, chance in zip(reversed(clause.words), reversed(clause.chances), strict=True):
        if left[word] > 0:
            left[word] -= 1
            total += chance
    return total


def _best_choice(pool: Sequence[Cut]) -> tuple[Cut, ...]:
    """The cuts of different sentences with the best expected F, by a beam over one, two and three of them."""
    by_share = sorted(pool, key=lambda cut: -cut.expected / (cut.words + 1))[:60]
    beam: list[tuple[Cut, ...]] = [(cut,) for cut in sorted(pool, key=lambda cut: -_value((cut,)))[:_BEAM]]
    best = max(beam, key=_value, default=())
    for _ in range(MAX_CUTS - 1):
        longer = [(*cuts, cut) for cuts in beam for cut in by_share if _may_join(cuts, cut)]
        beam = sorted(longer, key=lambda cuts: -_value(cuts))[:_BEAM]
        if beam and _value(beam[0]) > _value(best):
            best = beam[0]
    return best


def _value(cuts: tuple[Cut, ...]) -> float:
    return expected_f(sum(cut.expected for cut in cuts), sum(cut.words for cut in cuts))


def _may_join(cuts: tuple[Cut, ...], cut: Cut) -> bool:
    length = sum(len(one.text) for one in cuts) + len(cut.text)
    return length <= MAX_CHARS and all(one.piece != cut.piece for one in cuts)


def shorten(text: str, keep: Sequence[str] = ()) -> str:
    """The shortest-worded part of a sentence that holds all words of `keep` in at most `MAX_CHARS`.

    The longest such part; where none is short enough, the shortest one that holds them all.
    """
    spans = clauses_of(text)
    parts = [text[a:d] for (a, _), (_, d) in _whole_runs(text, spans)]
    lines = [ended(plain(part)) for part in parts if all(word in part for word in keep)] or [
        ended(plain(text))
    ]
    fitting = [one for one in lines if len(one) <= MAX_CHARS]
    return max(fitting, key=len) if fitting else min(lines, key=len)


def _whole_runs(
    text: str, spans: Sequence[tuple[int, int]]
) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    for first, span in enumerate(spans):
        if first and not _MAY_PRECEDE.search(text[slice(*spans[first - 1])]):
            continue
        for last in range(first, len(spans)):
            if last == len(spans) - 1 or can_end(text[slice(*spans[last])]):
                yield span, spans[last]
