"""Recognise labelled words in another version of a text by a keyed digest, without keeping the words.

A label on a span must hold for its words, not for its offsets: a new extraction shifts them. The digest
is taken after NFKC and without white space, as quotations are compared, so a line broken elsewhere is no
change. Without the key of the store the digests tell nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from corpus.model import Span
from corpus.quotation import folded_with_origins


@dataclass(frozen=True, slots=True)
class Anchor:
    """The digest of labelled words and their length in folded characters; an empty digest means none."""

    digest: str = ""
    length: int = 0


NO_ANCHOR = Anchor()


class Anchors:
    """Makes and finds anchors under the key of one store."""

    def __init__(self, key: bytes) -> None:
        self._seed = hmac.new(key, b"anchor\x00", hashlib.sha256)

    def of(self, text: str, span: Span) -> Anchor:
        """The anchor of ``text[span.start:span.end]``."""
        words, _ = folded_with_origins(text[span.start : span.end])
        return Anchor(self._digest(words), len(words))

    def find(self, text: str, anchor: Anchor, *, near: Span | None = None) -> list[Span]:
        """Where the words of `anchor` stand in `text`; empty when they do not.

        Args:
            text: another version of the text the anchor was taken from.
            anchor: as `of` made it.
            near: where they stood; when they still stand just there, this is the one answer. Otherwise every
                place counts: it is not known which one was meant.
        """
        if near is not None and near.end <= len(text) and self.of(text, near) == anchor:
            return [near]
        if not anchor.length:
            return []
        words, origins = folded_with_origins(text)
        last = len(words) - anchor.length
        return [
            Span(origins[start], origins[start + anchor.length - 1] + 1)
            for start in range(last + 1)
            if self._digest(words[start : start + anchor.length]) == anchor.digest
        ]

    def _digest(self, words: str) -> str:
        seeded = self._seed.copy()
        seeded.update(words.encode())
        return seeded.hexdigest()[:32]
