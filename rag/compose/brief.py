"""Shortens a sentence to the length of a newsletter line: clauses dropped, wording terse, ends in a noun."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from corpus.japanese import tokens
from rag.compose.vocabulary import coverage
from rag.compose.wording import can_end, ended, plain

MAX_CHARS = 64
"""Characters of a line; most come out between 40 and 60."""

_MIN_CHARS = 8
_MAY_PRECEDE = re.compile(r"[ぁ-ん]、$|(?:今後|現在|年度|年|月)、$")


def shorten(text: str, topic: Sequence[str]) -> str:
    """The part of `text` that says most about `topic` in at most `MAX_CHARS`; the shortest part where none fits."""
    lines = [ended(plain(part)) for part in parts(text)]
    fitting = [line for line in lines if _MIN_CHARS <= len(line) <= MAX_CHARS]
    if not fitting:
        return min(lines, key=len)
    return max(fitting, key=lambda line: (coverage(topic, tokens(line)), len(line)))


def parts(text: str) -> Iterator[str]:
    """Stretches of whole clauses of `text` that can stand alone, the whole of it first."""
    clauses = [clause for clause in re.split(r"(?<=、)", text) if clause]
    for start in range(len(clauses)):
        if start and not _MAY_PRECEDE.search(clauses[start - 1]):
            continue
        for end in range(len(clauses), start, -1):
            if end == len(clauses) or can_end(clauses[end - 1]):
                yield "".join(clauses[start:end])
