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
        indptr = np.append(starts, len(keys))
        return cls(distinct, _matrix(weights[order], rows[order], indptr, len(postings)))

    def merged(self, places: Rows, other: Field, other_places: Rows) -> Field:
        """This field without some rows and with those of another.

        Args:
            places: the row of each passage in the result, ascending; -1 for one that is left out.
            other: the rows to add.
            other_places: the row of each of them in the result, ascending.

        Returns:
            What `build` makes of the same passages, to the byte.
        """
        passages = int(np.count_nonzero(places >= 0)) + len(other_places)
        return _added(_moved(self, places), _moved(other, other_places), passages)

    def frequencies(self, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """In how many passages each of `keys` occurs: int64, (len(keys),)."""
        columns, present = self._columns(keys)
        found = np.zeros(len(keys), np.int64)
        indptr = self.matrix.indptr
        found[present] = indptr[columns[present] + 1] - indptr[columns[present]]
        return found

    def having(self, keys: NDArray[np.uint64]) -> Rows:
        """The passages in which every one of `keys`, not empty, occurs, ascending."""
        columns, present = self._columns(keys)
        if not present.all():
            return np.empty(0, np.int32)
        starts, matrix = self.matrix.indptr, self.matrix
        rarest = columns[np.argsort(starts[columns + 1] - starts[columns], kind="stable")]
        found = matrix.indices[starts[rarest[0]] : starts[rarest[0] + 1]]
        for column in rarest[1:]:
            if not len(found):
                break
            other = matrix.indices[starts[column] : starts[column + 1]]
            place = np.minimum(np.searchsorted(other, found), len(other) - 1)
            found = found[other[place] == found]
        return np.asarray(found, np.int32)

    def having_any(self, columns: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether any of the terms in these columns occurs: bool, (passages,)."""
        found = np.zeros(self.matrix.shape[0], np.bool_)
        starts = self.matrix.indptr
        for column in columns:
            found[self.matrix.indices[starts[column] : starts[column + 1]]] = True
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


def _matrix(weights: Scores, rows: Rows, indptr: NDArray[np.int64], passages: int) -> csc_array:
    """The columns as a matrix. SciPy makes both index arrays as wide as the wider one: half of a shard."""
    width = np.int32 if len(rows) < 2**31 else np.int64
    return csc_array((weights, rows, indptr.astype(width)), shape=(passages, len(indptr) - 1))


@dataclass(frozen=True, slots=True)
class _Columns:
    """A field taken apart: the keys and sizes of its columns, and the rows and weights of all, one after the other."""

    keys: NDArray[np.uint64]
    counts: NDArray[np.int64]
    rows: Rows
    weights: Scores


def _moved(field: Field, places: Rows) -> _Columns:
    """The columns of a field with its rows at their new places, those at -1 left out."""
    matrix = field.matrix
    rows = places[matrix.indices]
    gone = np.flatnonzero(rows < 0)
    counts = np.diff(matrix.indptr).astype(np.int64)
    if not len(gone):
        return _Columns(np.asarray(field.keys), counts, rows, np.asarray(matrix.data))
    counts -= np.bincount(np.searchsorted(matrix.indptr, gone, side="right") - 1, minlength=len(counts))
    used = counts > 0
    return _Columns(field.keys[used], counts[used], np.delete(rows, gone), np.delete(matrix.data, gone))


def _added(old: _Columns, new: _Columns, passages: int) -> Field:
    """Two sets of columns as one field, rows ascending in each column."""
    keys = _united(old.keys, new.keys)
    counts = np.zeros(len(keys), np.int64)
    counts[np.searchsorted(keys, old.keys)] = old.counts
    starts, columns = np.append(0, np.cumsum(counts)), np.searchsorted(keys, new.keys)
    # Where the new postings go among the old ones of their columns; other columns are not looked at.
    sizes = counts[columns]
    first = np.append(0, np.cumsum(sizes))[:-1]
    offsets = starts[columns] - first
    near = np.arange(sizes.sum()) + np.repeat(offsets, sizes)
    position = np.repeat(columns, sizes) * passages + old.rows[near]
    wanted = np.repeat(columns, new.counts) * passages + new.rows
    before = np.searchsorted(position, wanted) + np.repeat(offsets, new.counts)
    weights, rows = np.insert(old.weights, before, new.weights), np.insert(old.rows, before, new.rows)
    counts[columns] += new.counts
    indptr = np.append(0, np.cumsum(counts))
    return Field(keys, _matrix(weights, rows, indptr, passages))


def _united(old: NDArray[np.uint64], new: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The keys of both, ascending; both are ascending. Takes time by the number of the new ones."""
    at = np.searchsorted(old, new)
    known = old[np.minimum(at, len(old) - 1)] == new if len(old) else np.zeros(len(new), np.bool_)
    return np.insert(old, at[~known], new[~known])


def inverse_document_frequency(frequencies: NDArray[np.int64], passages: int) -> NDArray[np.float32]:
    """Lucene's BM25 idf, never negative: ``ln(1 + (N - n + 0.5) / (n + 0.5))``; float32."""
    n = frequencies.astype(np.float64)
    return np.log1p((passages - n + 0.5) / (n + 0.5)).astype(np.float32)


def _concatenate(arrays: Sequence[NDArray[np.generic]], dtype: type) -> NDArray[np.generic]:
    return np.concatenate(arrays) if arrays else np.empty(0, dtype)
