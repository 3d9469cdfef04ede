"""An embedder without a model, for tests: texts that share character pairs are near each other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from zlib import crc32

import numpy as np

from corpus.embedding.protocol import Progress, Vectors, normalised, readable


class HashEmbedder:
    """Counts of character pairs, hashed into 64 places. Deterministic on every machine.

    >>> embedder = HashEmbedder()
    >>> near, far = embedder.embed_passages(["公園の整備", "水道料金"]) @ embedder.embed_query("公園の整備費")
    >>> bool(near > far)
    True
    """

    name = "hash"
    dimension = 64
    fingerprint = "hash-bigrams-64-1"

    def embed_query(self, text: str) -> Vectors:
        """The same vector as for a passage of that text."""
        vector: Vectors = self.embed_passages([text])[0]
        return vector

    def embed_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """float32 ``(n_texts, 64)``, rows L2-normalised, in input order."""
        counts = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(counts, texts, strict=True):
            for pair in pairwise(f"^{readable(text)}$"):
                row[crc32("".join(pair).encode()) % self.dimension] += 1
            if progress:
                progress(1)
        return normalised(counts, self.dimension)
