"""The index on this machine: one shard a compartment, opened from a published generation.

FAISS (exact, float16) for vectors and BM25 matrices for words; see docs/decisions/0001-index.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from corpus.catalogue import Generation
from corpus.errors import ManifestMismatchError
from corpus.index.lexical import K1, inverse_document_frequency
from corpus.index.protocol import CHANNELS, Candidates, Formula, Holds, Ids, Probe, Restriction, Selection
from corpus.index.selecting import select
from corpus.index.shard import Shard, open_shard
from corpus.model import Role
from corpus.speakers import SpeakerClass

_LEXICAL = ("tokens", "bigrams", "header")
_POOLED = ("tokens", "bigrams")  # the header alone does not bring a passage in
Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]
_Query = tuple[NDArray[np.uint64], NDArray[np.float32]]
_Lexical = Mapping[str, NDArray[np.float32]]


class EmbeddedIndex:
    """A published generation, read-only. Searching needs no lock and may run in several threads."""

    def __init__(self, shards: Mapping[str, Shard], generation: int = 0) -> None:
        self._shards = dict(shards)
        self.generation = generation
        self.damaged: dict[str, str] = {}

    @classmethod
    def open(
        cls, root: Path, generation: Generation, *, previous: EmbeddedIndex | None = None, verify: bool = True
    ) -> EmbeddedIndex:
        """Open the shards that `generation` names, keeping those of `previous` that did not change.

        A shard that fails its check is left out and named in `damaged`: its passages are not found
        until the index is rebuilt, the others go on.
        """
        index = cls({}, generation.id)
        for name, fact in generation.manifest.items():
            kept = previous._shards.get(name) if previous else None
            if kept is not None and previous is not None and previous._digests.get(name) == fact["digest"]:
                index._shards[name] = kept
                continue
            try:
                index._shards[name] = open_shard(root, name, fact, verify=verify)
            except ManifestMismatchError as exc:
                index.damaged[name] = str(exc)
        index._digests = {name: str(fact["digest"]) for name, fact in generation.manifest.items()}
        return index

    _digests: Mapping[str, str] = {}

    def compartments(self) -> frozenset[str]:
        """The compartments that hold passages."""
        return frozenset(self._shards)

    def passage_ids(self, compartment: str) -> set[str]:
        """The ids of the passages in one compartment; empty where there is none."""
        shard = self._shards.get(compartment)
        return {name.decode() for name in shard.ids} if shard else set()

    def __len__(self) -> int:
        return sum(len(shard) for shard in self._shards.values())

    def speakers(self, compartments: Iterable[str]) -> frozenset[str]:
        """Every "post speaker" that occurs in `compartments`."""
        return frozenset(name for shard in self._open(compartments) for name in shard.speakers)

    def candidates(
        self,
        probe: Probe,
        compartments: Iterable[str],
        *,
        pool: int,
        restriction: Restriction | None = None,
    ) -> Candidates:
        """See `corpus.index.protocol.PassageIndex.candidates`."""

        def choose(shard: Shard, lexical: _Lexical) -> tuple[Rows, Mask | None]:
            mask = _mask(shard, restriction)
            return _best(shard, probe, lexical, pool, mask), mask

        return self._gather(probe, compartments, choose)

    def select(self, formula: Formula, compartments: Iterable[str], holds: Holds) -> Selection:
        """See `corpus.index.protocol.PassageIndex.select`."""
        shards = [shard for shard in self._open(compartments) if len(shard)]
        masks = [select(shard, formula, partial(_allowed, shard), holds) for shard in shards]
        ids = [shard.ids[mask] for shard, mask in zip(shards, masks, strict=True)]
        days = [shard.days[mask] for shard, mask in zip(shards, masks, strict=True)]
        joined = np.concatenate([np.empty(0, "S32"), *ids])
        order = np.argsort(joined)
        return Selection(joined[order], np.concatenate([np.empty(0, np.int32), *days])[order])

    def evidence(self, probe: Probe, ids: Ids, compartments: Iterable[str]) -> Candidates:
        """See `corpus.index.protocol.PassageIndex.evidence`."""

        def choose(shard: Shard, _: _Lexical) -> tuple[Rows, Mask | None]:
            places = np.minimum(np.searchsorted(shard.ids, ids), len(shard) - 1)
            rows = places[shard.ids[places] == ids]
            mask = np.zeros(len(shard), np.bool_)
            mask[rows] = True
            return rows, mask

        return self._gather(probe, compartments, choose)

    def _gather(
        self,
        probe: Probe,
        compartments: Iterable[str],
        choose: Callable[[Shard, _Lexical], tuple[Rows, Mask | None]],
    ) -> Candidates:
        """The evidence for the rows that `choose` picks from each shard; its mask says which may be results."""
        shards = [shard for shard in self._open(compartments) if len(shard)]
        queries = {name: _weigh(name, getattr(probe, name), shards) for name in _LEXICAL}
        ceilings = np.array([queries[name][1].sum() * (K1 + 1) for name in _LEXICAL] + [1.0], np.float32)
        found = []
        for shard in shards:
            lexical = {name: shard.fields[name].scores(*queries[name]) for name in _LEXICAL}
            found.append(_evidence(shard, probe, lexical, *choose(shard, lexical)))
        return _join([Candidates(ceilings=ceilings, **part) for part in found], ceilings)

    def _open(self, compartments: Iterable[str]) -> list[Shard]:
        return [self._shards[name] for name in sorted(set(compartments)) if name in self._shards]


def _weigh(field: str, terms: Mapping[int, float], shards: list[Shard]) -> _Query:
    """Term keys of a query, ascending, and idf over all of `shards` times the weight in the query."""
    keys = np.array(sorted(terms), np.uint64)
    frequencies = np.zeros(len(keys), np.int64)
    for shard in shards:
        frequencies += shard.fields[field].frequencies(keys)
    idf = inverse_document_frequency(frequencies, sum(len(shard) for shard in shards))
    return keys, idf * np.array([terms[int(key)] for key in keys], np.float32)


def _best(shard: Shard, probe: Probe, lexical: _Lexical, pool: int, mask: Mask | None) -> Rows:
    """The best `pool` rows of each channel among those that `mask` leaves."""
    chosen = [_top(lexical[name], pool, mask) for name in _POOLED]
    if probe.vector is not None:
        chosen.append(_nearest(shard, probe.vector, pool, mask))
    return np.unique(np.concatenate(chosen))


def _evidence(shard: Shard, probe: Probe, lexical: _Lexical, rows: Rows, mask: Mask | None) -> dict[str, Any]:
    rows, links, confidence = _with_threads(shard, rows)
    evidence = np.zeros((len(rows), len(CHANNELS)), np.float32)
    for column, name in enumerate(_LEXICAL):
        evidence[:, column] = lexical[name][rows]
    if probe.vector is not None and len(rows):
        found = shard.vectors.reconstruct_batch(rows)
        # Row by row rather than a matrix product: a row's sum must not depend on its neighbours.
        evidence[:, CHANNELS.index("dense")] = (found * probe.vector).sum(axis=1)
    return {
        "ids": [name.decode() for name in shard.ids[rows]],
        "evidence": evidence,
        "roles": shard.roles[rows],
        "days": shard.days[rows],
        "eligible": np.ones(len(rows), np.bool_) if mask is None else mask[rows],
        "links": links,
        "confidence": confidence,
    }


def _mask(shard: Shard, restriction: Restriction | None) -> Mask | None:
    """Which rows a restriction leaves; None where it leaves all."""
    return None if restriction is None else _allowed(shard, restriction)


def _allowed(shard: Shard, restriction: Restriction) -> Mask:
    mask = np.ones(len(shard), np.bool_)
    if restriction.documents is not None:
        wanted = np.array([name in restriction.documents for name in shard.documents], np.bool_)
        mask &= wanted[shard.document_rows]
    if restriction.speakers is not None:
        wanted = np.array([name in restriction.speakers for name in shard.speakers], np.bool_)
        mask &= wanted[shard.speaker_rows]
    if restriction.roles is not None:
        wanted = np.array([role in restriction.roles for role in Role], np.bool_)
        mask &= wanted[shard.roles]
    if restriction.classes is not None:
        codes = [place for place, one in enumerate(SpeakerClass) if one in restriction.classes]
        mask &= np.isin(shard.classes, codes)
    return mask


def _top(scores: NDArray[np.float32], pool: int, mask: Mask | None) -> Rows:
    """Rows of the `pool` best positive scores among those that `mask` leaves, and of all that tie with the last."""
    if mask is not None:
        scores = np.where(mask, scores, np.float32(0))
    if len(scores) <= pool:
        return np.flatnonzero(scores > 0)
    last = np.partition(scores, -pool)[-pool]  # the values alone: several times faster than their places
    return np.flatnonzero(scores >= last) if last > 0 else np.flatnonzero(scores > 0)


def _nearest(shard: Shard, vector: NDArray[np.float32], pool: int, mask: Mask | None) -> Rows:
    """Rows of the `pool` nearest vectors among those that `mask` leaves."""
    parameters = None
    if mask is not None:
        selector = faiss.IDSelectorBitmap(np.packbits(mask, bitorder="little"))  # type: ignore[call-arg, arg-type]
        parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
    # one query is one thread's work; idle others only wait on a busy machine: 26 ms, not 1
    faiss.omp_set_num_threads(1)
    _, rows = shard.vectors.search(vector[None, :], min(pool, len(shard)), params=parameters)
    return np.asarray(rows[0][rows[0] >= 0], np.int64)


def _with_threads(shard: Shard, rows: Rows) -> tuple[Rows, NDArray[np.int32], NDArray[np.float32]]:
    """Add the passages tied to `rows` by threads; links come back as positions in the new rows."""
    picked = np.unique(np.concatenate([_linked(shard.answers_of, rows), _linked(shard.questions_of, rows)]))
    links = shard.links[picked]
    everything = np.unique(np.concatenate([rows, links.ravel().astype(np.int64)]))
    return everything, np.searchsorted(everything, links).astype(np.int32), shard.confidence[picked]


def _linked(table: tuple[Rows, Rows], rows: Rows) -> Rows:
    """Positions in `links` of those whose sorted end lies in `rows`."""
    order, ends = table
    first, last = np.searchsorted(ends, rows), np.searchsorted(ends, rows, side="right")
    picked = [order[a:b] for a, b in zip(first, last, strict=True) if a < b]
    return np.concatenate(picked) if picked else np.empty(0, np.int64)


def _join(parts: list[Candidates], ceilings: NDArray[np.float32]) -> Candidates:
    """One set of candidates from those of several compartments, ordered by passage id."""
    if not parts:
        return Candidates(
            ids=[],
            evidence=np.zeros((0, len(CHANNELS)), np.float32),
            ceilings=ceilings,
            roles=np.zeros(0, np.int8),
            days=np.zeros(0, np.int32),
            eligible=np.zeros(0, np.bool_),
            links=np.zeros((0, 2), np.int32),
            confidence=np.zeros(0, np.float32),
        )
    if len(parts) == 1:
        return parts[0]
    ids = [name for part in parts for name in part.ids]
    order = np.argsort(np.array(ids)) if ids else np.zeros(0, np.int64)
    place = np.empty(len(ids), np.int32)
    place[order] = np.arange(len(ids), dtype=np.int32)
    offsets = np.cumsum([0, *(len(part.ids) for part in parts)])
    links = np.concatenate([place[part.links + offsets[i]] for i, part in enumerate(parts)])
    return Candidates(
        ids=[ids[i] for i in order],
        evidence=np.concatenate([part.evidence for part in parts])[order],
        ceilings=ceilings,
        roles=np.concatenate([part.roles for part in parts])[order],
        days=np.concatenate([part.days for part in parts])[order],
        eligible=np.concatenate([part.eligible for part in parts])[order],
        links=links.reshape(-1, 2),
        confidence=np.concatenate([part.confidence for part in parts]),
    )
