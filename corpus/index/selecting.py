"""The rows of one shard that a formula selects.

Postings of character bigrams give the rows whose letters could make up a phrase; the rest is asked of
whoever has the text. Every part is worked out only for rows that the parts before it left.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from corpus.index.protocol import Every, Except, Formula, Has, Holds, Restriction, Some, Within
from corpus.index.shard import Shard
from corpus.index.terms import bigram_keys
from corpus.phrases import Phrase

Mask = NDArray[np.bool_]
_LOW = np.uint64(0xFFFFFFFF)


def select(shard: Shard, formula: Formula, allowed: Callable[[Restriction], Mask], holds: Holds) -> Mask:
    """Which rows of `shard` the formula selects: bool, (passages,).

    Args:
        allowed: which rows a restriction allows.
        holds: whether passages have a phrase, asked about rows that could have it.
    """
    return _Selecting(shard, allowed, holds).among(np.ones(len(shard), np.bool_), formula)


class _Selecting:
    def __init__(self, shard: Shard, allowed: Callable[[Restriction], Mask], holds: Holds) -> None:
        self._shard = shard
        self._allowed = allowed
        self._holds = holds
        self._could: dict[Phrase, Mask] = {}

    def among(self, rows: Mask, formula: Formula) -> Mask:
        """Those of `rows` that the formula selects."""
        match formula:
            case Has(phrase):
                return self._having(rows & self.could_have(phrase), phrase)
            case Within(restriction):
                return rows & self._allowed(restriction)
            case Every(parts):
                return self._all(rows, parts)
            case Some(parts):
                return self._any(rows, parts)
            case Except(part):
                return rows & ~self.among(rows, part)
            case _:
                assert_never(formula)

    def _all(self, rows: Mask, parts: tuple[Formula, ...]) -> Mask:
        """What costs nothing goes first: it spares asking for texts."""
        for part in parts:
            if isinstance(part, Has):
                rows = rows & self.could_have(part.phrase)
        for part in sorted(parts, key=lambda part: not isinstance(part, Within)):
            rows = self.among(rows, part)
        return rows

    def _any(self, rows: Mask, parts: tuple[Formula, ...]) -> Mask:
        found = np.zeros(len(rows), np.bool_)
        for part in parts:
            found |= self.among(rows & ~found, part)
        return found

    def could_have(self, phrase: Phrase) -> Mask:
        """The rows in which all bigrams of the phrase occur, in some spelling of it."""
        if phrase not in self._could:
            mask = np.zeros(len(self._shard), np.bool_)
            for folded in phrase.folded:
                mask |= self._with_letters(folded)
            self._could[phrase] = mask
        return self._could[phrase]

    def _with_letters(self, folded: str) -> Mask:
        field = self._shard.fields["bigrams"]
        if len(folded) == 1:
            keys, point = np.asarray(field.keys), np.uint64(ord(folded))
            columns = np.flatnonzero((keys >> np.uint64(32) == point) | (keys & _LOW == point))
            return field.having_any(columns) | self._shard.without_bigrams
        mask = np.zeros(len(self._shard), np.bool_)
        mask[field.having(bigram_keys(folded)[0])] = True
        return mask

    def _having(self, rows: Mask, phrase: Phrase) -> Mask:
        """Those of `rows`, which could have the phrase, that do. Letters may also stand in what leads the text."""
        places = np.flatnonzero(rows)
        found = np.zeros(len(rows), np.bool_)
        if len(places):
            found[places[self._holds(phrase, self._shard.ids[places])]] = True
        return found
