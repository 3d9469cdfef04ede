"""BM25 over one field of one compartment, as a sparse matrix of passages by terms.

The matrix holds the saturated term frequency, which depends on the passage alone; the inverse document
frequency is multiplied in at query time from the document frequencies of all compartments that the
asker may read. So one ranking over several compartments has one set of statistics, and a compartment
that is not read contributes nothing. (Robertson & Zaragoza 2009, "The Probabilistic Relevance
Framework: BM25 and Beyond"; sparse eager scoring after Lù 2024, "BM25S".)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

K1 = 1.2
B = 0.75

Rows = NDArray[np.int32]
Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Field:
    """One searchable field: sorted term keys and the column of each in `matrix`.

    `matrix` is float32, (passages, terms), the BM25 saturation of every occurring term.
    """

    keys: NDArray[np.uint64]
    matrix: csc_array

    @classmethod
    def build(
        cls,
        postings: Sequence[tuple[NDArray[np.uint64], NDArray[np.uint8]]],
        *,
        usual_length: float,
    ) -> Field:
        """Make a field from the (keys, counts) of each passage, in row order.

        Args:
            postings: distinct term keys and their counts, one pair a passage.
            usual_length: length, in terms, at which a passage is neither favoured nor penalised. A fixed
                number, not the average of the compartment: a passage's weight must not depend on others.
        """
        sizes = np.array([len(keys) for keys, _ in postings], np.int64)
        rows = np.repeat(np.arange(len(postings), dtype=np.int32), sizes)
        keys = _concatenate([keys for keys, _ in postings], np.uint64)
        counts = _concatenate([counts for _, counts in postings], np.uint8).astype(np.float32)
        lengths = np.bincount(rows, weights=counts, minlength=len(postings)).astype(np.float32)
        norm = K1 * (1 - B + B * lengths / np.float32(usual_length))
        weights = (counts * (K1 + 1) / (counts + norm[rows])).astype(np.float32)
        order = np.argsort(keys, kind="stable")
        distinct, starts = np.unique(keys[order], return_index=True)
        indptr = np.append(starts, len(keys)).astype(np.int64)
        shape = (len(postings), len(distinct))
        return cls(distinct, csc_array((weights[order], rows[order], indptr), shape=shape))

    def frequencies(self, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """In how many passages each of `keys` occurs: int64, (len(keys),)."""
        columns, present = self._columns(keys)
        found = np.zeros(len(keys), np.int64)
        indptr = self.matrix.indptr
        found[present] = indptr[columns[present] + 1] - indptr[columns[present]]
        return found

    def scores(self, keys: NDArray[np.uint64], weights: NDArray[np.float32]) -> Scores:
        """BM25 of every passage for a query of `keys` weighted by idf: float32, (passages,)."""
        columns, present = self._columns(keys)
        chosen = columns[present]
        if not len(chosen):
            return np.zeros(self.matrix.shape[0], np.float32)
        return np.asarray(self.matrix[:, chosen] @ weights[present], np.float32)

    def _columns(self, keys: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        if not len(self.keys):
            return np.zeros(len(keys), np.int64), np.zeros(len(keys), np.bool_)
        columns = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return columns, self.keys[columns] == keys

    def save(self, folder: Path, name: str) -> None:
        """Write the four arrays of the field as ``<name>.<part>.npy``."""
        for part, array in self._parts().items():
            np.save(folder / f"{name}.{part}.npy", array, allow_pickle=False)

    def _parts(self) -> dict[str, NDArray[np.generic]]:
        matrix = self.matrix
        return {"keys": self.keys, "weights": matrix.data, "rows": matrix.indices, "starts": matrix.indptr}

    @classmethod
    def load(cls, folder: Path, name: str, passages: int) -> Field:
        """Map the arrays that `save` wrote; nothing is read until it is needed."""
        arrays = {
            part: np.load(folder / f"{name}.{part}.npy", mmap_mode="r", allow_pickle=False)
            for part in ("keys", "weights", "rows", "starts")
        }
        shape = (passages, len(arrays["keys"]))
        matrix = csc_array((arrays["weights"], arrays["rows"], arrays["starts"]), shape=shape, copy=False)
        return cls(arrays["keys"], matrix)


def inverse_document_frequency(frequencies: NDArray[np.int64], passages: int) -> NDArray[np.float32]:
    """Lucene's BM25 idf, never negative: ``ln(1 + (N - n + 0.5) / (n + 0.5))``; float32."""
    n = frequencies.astype(np.float64)
    return np.log1p((passages - n + 0.5) / (n + 0.5)).astype(np.float32)


def _concatenate(arrays: Sequence[NDArray[np.generic]], dtype: type) -> NDArray[np.generic]:
    return np.concatenate(arrays) if arrays else np.empty(0, dtype)
