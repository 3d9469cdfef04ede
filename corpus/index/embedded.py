"""The index on this machine: one shard a compartment, opened from a published generation.

FAISS (exact, float16) for vectors and BM25 matrices for words; see docs/decisions/0001-index.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.catalogue import Generation
from corpus.errors import ManifestMismatchError
from corpus.index.evidence import LEXICAL, Lexical, Mask, Rows, allowed, best, evidence, join, mask_of
from corpus.index.lexical import K1, inverse_document_frequency
from corpus.index.protocol import Candidates, Formula, Holds, Ids, Probe, Restriction, Selection
from corpus.index.selecting import select
from corpus.index.shard import Shard, open_shard

_Query = tuple[NDArray[np.uint64], NDArray[np.float32]]


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

        def choose(shard: Shard, lexical: Lexical) -> tuple[Rows, Mask | None]:
            mask = mask_of(shard, restriction)
            return best(shard, probe, lexical, pool, mask), mask

        return self._gather(probe, compartments, choose)

    def select(self, formula: Formula, compartments: Iterable[str], holds: Holds) -> Selection:
        """See `corpus.index.protocol.PassageIndex.select`."""
        shards = [shard for shard in self._open(compartments) if len(shard)]
        masks = [select(shard, formula, partial(allowed, shard), holds) for shard in shards]
        ids = [shard.ids[mask] for shard, mask in zip(shards, masks, strict=True)]
        days = [shard.days[mask] for shard, mask in zip(shards, masks, strict=True)]
        joined = np.concatenate([np.empty(0, "S32"), *ids])
        order = np.argsort(joined)
        return Selection(joined[order], np.concatenate([np.empty(0, np.int32), *days])[order])

    def evidence(self, probe: Probe, ids: Ids, compartments: Iterable[str]) -> Candidates:
        """See `corpus.index.protocol.PassageIndex.evidence`."""

        def choose(shard: Shard, _: Lexical) -> tuple[Rows, Mask | None]:
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
        choose: Callable[[Shard, Lexical], tuple[Rows, Mask | None]],
    ) -> Candidates:
        """The evidence for the rows that `choose` picks from each shard; its mask says which may be results."""
        shards = [shard for shard in self._open(compartments) if len(shard)]
        queries = {name: _weigh(name, getattr(probe, name), shards) for name in LEXICAL}
        ceilings = np.array([queries[name][1].sum() * (K1 + 1) for name in LEXICAL] + [1.0], np.float32)
        found = []
        for shard in shards:
            lexical = {name: shard.fields[name].scores(*queries[name]) for name in LEXICAL}
            found.append(evidence(shard, probe, lexical, *choose(shard, lexical)))
        return join([Candidates(ceilings=ceilings, **part) for part in found], ceilings)

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
