"""Lexical terms as 64-bit keys, and the compact form in which they are cached.

Keys instead of words keep the index files free of vocabulary: nothing in them can be read back.
"""

from __future__ import annotations

import hashlib
import struct
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from corpus.japanese import normalise, tokens, tokens_many

VERSION = "terms-2"
"""Changes whenever the same text would give other terms; part of the fingerprint of cached features."""

Keys = NDArray[np.uint64]
Counts = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one text: distinct token keys with counts, and the folded text behind its bigrams."""

    keys: Keys
    counts: Counts
    folded: str

    def to_bytes(self) -> bytes:
        """Little-endian: number of tokens (uint32), keys, counts, then the folded text in UTF-8."""
        head = struct.pack("<I", len(self.keys))
        return head + self.keys.tobytes() + self.counts.tobytes() + self.folded.encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Terms:
        """The inverse of `to_bytes`."""
        (n,) = struct.unpack_from("<I", data)
        keys = np.frombuffer(data, "<u8", n, 4)
        counts = np.frombuffer(data, np.uint8, n, 4 + 8 * n)
        return cls(keys, counts, data[4 + 9 * n :].decode())


@lru_cache(maxsize=500_000)
def key(term: str) -> int:
    """The key of a token: the first 64 bits of its BLAKE2b digest."""
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest(), "little")


def fold(text: str) -> str:
    """Normalised text without anything but letters and digits: what bigrams are taken from."""
    return "".join(char for char in normalise(text) if char.isalnum())


def bigram_keys(folded: str) -> tuple[Keys, Counts]:
    """Distinct character bigrams of a folded text as keys, ascending, with counts capped at 255."""
    points = np.frombuffer(folded.encode("utf-32-le"), "<u4").astype(np.uint64)
    if len(points) < 2:
        return np.empty(0, np.uint64), np.empty(0, np.uint8)
    keys, counts = np.unique((points[:-1] << np.uint64(32)) | points[1:], return_counts=True)
    return keys, np.minimum(counts, 255).astype(np.uint8)


def analyse(texts: Iterable[str]) -> list[Terms]:
    """The terms of each text, in input order."""
    given = list(texts)
    return [_terms(words, text) for words, text in zip(tokens_many(given), given, strict=True)]


def _terms(words: list[str], text: str) -> Terms:
    counted = sorted((key(word), min(count, 255)) for word, count in Counter(words).items())
    keys = np.array([k for k, _ in counted], np.uint64)
    return Terms(keys, np.array([c for _, c in counted], np.uint8), fold(text))


def token_weights(text: str) -> dict[int, float]:
    """Token key -> number of occurrences, of a query."""
    return {key(word): float(count) for word, count in Counter(tokens(text)).items()}


def bigram_weights(text: str) -> dict[int, float]:
    """Bigram key -> number of occurrences, of a query."""
    keys, counts = bigram_keys(fold(text))
    return {int(k): float(c) for k, c in zip(keys, counts, strict=True)}
