"""Find quoted words in a text, whatever the spacing and the width of the characters."""

from __future__ import annotations

import unicodedata

from corpus.model import Span


def find(text: str, quote: str) -> list[Span]:
    """Every place where `quote` stands in `text`, compared after NFKC and without white space.

    >>> find("令和 7年度の予算", "令和７年度")
    [Span(start=0, end=6)]
    """
    folded, origins = folded_with_origins(text)
    wanted, _ = folded_with_origins(quote)
    if not wanted:
        return []
    spans, position = [], folded.find(wanted)
    while position >= 0:
        end = position + len(wanted)
        spans.append(Span(origins[position], origins[end - 1] + 1))
        position = folded.find(wanted, end)
    return spans


def folded_with_origins(text: str) -> tuple[str, list[int]]:
    """The text as compared, and the offset from which each of its characters comes."""
    characters: list[str] = []
    origins: list[int] = []
    for offset, char in enumerate(text):
        for folded in unicodedata.normalize("NFKC", char):
            if not folded.isspace():
                characters.append(folded)
                origins.append(offset)
    return "".join(characters), origins
