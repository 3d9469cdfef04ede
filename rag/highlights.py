"""Where the words of a question stand in a passage, so that a reader sees why it was found."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from corpus.japanese import placed_tokens, tokens
from corpus.normalisation import normalise_tracked
from corpus.phrases import united

_ASKING = (
    "何 誰 いつ どこ どう どの どれ なぜ どんな どのよう いくら いくつ 教える 教えて 知る 言う 話す 聞く 答える 答弁 質問 発言 述べる "
    "伺う 説明 見解 考え 思う 内容 状況 今後 見つける 探す 調べる"
)
_LETTERS = 2


def wanted_words(question: str, *, without: Sequence[str] = ()) -> frozenset[str]:
    """The tokens of a question that are worth marking.

    Words that only ask (何, 答弁, 見解) are none of them, unless there are no others. `without` are pieces of the
    question that say where to look rather than what for.
    """
    text = question
    for piece in without:
        text = text.replace(piece, " ")
    words = frozenset(tokens(text))
    return words - _asking() or words


@lru_cache(maxsize=1)
def _asking() -> frozenset[str]:
    return frozenset(token for word in _ASKING.split() for token in tokens(word))


def word_marks(text: str, words: frozenset[str]) -> list[tuple[int, int]]:
    """Spans of `text`, in code points, that hold one of `words`; ascending, those that touch made one.

    A word of a single letter is marked only beside another: 費 of 給食費, but not every 市.
    """
    if not words:
        return []
    normal = normalise_tracked(text)
    hits = [(start, end, token) for token, start, end in placed_tokens(normal.text) if token in words]
    long = [(start, end) for start, end, token in hits if len(token) >= _LETTERS]
    edges = {edge for span in long for edge in span}
    short = [(start, end) for start, end, token in hits if len(token) < _LETTERS]
    spans = long + [span for span in short if edges.intersection(span)]
    return united(normal.origin(start, end) for start, end in spans)
