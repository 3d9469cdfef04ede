"""Compounds that a question names for short: 特養 for 特別養護老人ホーム.

No list is needed. Such a word takes the first character of some of the parts of the compound, in their order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from corpus.japanese import normalise, placed_tokens
from rag.compose.vocabulary import weight

RARE = 0.65
"""Weight from which a word may be short for another: 大会 is a word of its own."""
_SHORT = re.compile(r"[一-龠]{2,4}")


def is_short_for(word: str, parts: Sequence[str]) -> bool:
    """Whether `word` takes the first character of the first of `parts` and of others behind it, in their order.

    >>> is_short_for("特養", ("特別", "養護", "老人", "ホーム")), is_short_for("特老", ("老人", "特別"))
    (True, False)
    """
    if len(parts) < len(word) or any(len(part) < 2 for part in parts[:1]) or not parts[0].startswith(word[0]):
        return False
    heads = iter(part[0] for part in parts if len(part) > 1)
    return all(any(head == character for head in heads) for character in word)


def shortened(words: Iterable[str], text: str) -> frozenset[str]:
    """Those of `words` that are short for a compound of `text`."""
    short = [word for word in words if _SHORT.fullmatch(word) and weight(word) >= RARE and word not in text]
    if not short:
        return frozenset()
    runs = list(_compounds(text))
    return frozenset(
        word
        for word in short
        if any(is_short_for(word, run[first:]) for run in runs for first in range(len(run) - len(word) + 1))
    )


def _compounds(text: str) -> Iterator[tuple[str, ...]]:
    """The parts of each run of joined words: 特別, 養護, 老人, ホーム."""
    normal = normalise(text)
    run: list[str] = []
    last = -1
    for _, start, end in placed_tokens(normal):
        if start != last:
            yield tuple(run)
            run = []
        run.append(normal[start:end])
        last = end
    yield tuple(run)
