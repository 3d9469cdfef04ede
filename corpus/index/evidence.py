"""The evidence for rows of a shard: which are worth ranking, what speaks for each, and what is tied to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from corpus.index.protocol import CHANNELS, Candidates, Probe, Restriction
from corpus.index.shard import Shard
from corpus.model import Role
from corpus.speakers import SpeakerClass

LEXICAL = ("tokens", "bigrams", "header")
_POOLED = ("tokens", "bigrams")  # the header alone does not bring a passage in
_FEW_ROWS = 1_500  # above it FAISS is several times quicker than taking the vectors out

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]
Lexical = Mapping[str, NDArray[np.float32]]
"""Field -> score of every row of a shard."""


def best(shard: Shard, probe: Probe, lexical: Lexical, pool: int, mask: Mask | None) -> Rows:
    """The best `pool` rows of each channel among those that `mask` leaves."""
    chosen = [_top(lexical[name], pool, mask) for name in _POOLED]
    if probe.vector is not None:
        chosen.append(_nearest(shard, probe.vector, pool, mask))
    return np.unique(np.concatenate(chosen))


def evidence(shard: Shard, probe: Probe, lexical: Lexical, rows: Rows, mask: Mask | None) -> dict[str, Any]:
    """The rows and those tied to them, with their evidence: the attributes of `Candidates` by name, but for the ceilings."""
    rows, links, confidence = _with_threads(shard, rows)
    evidence = np.zeros((len(rows), len(CHANNELS)), np.float32)
    for column, name in enumerate(LEXICAL):
        evidence[:, column] = lexical[name][rows]
    if probe.vector is not None and len(rows):
        evidence[:, CHANNELS.index("dense")] = _similarities(shard, probe.vector, rows)
    return {
        "ids": [name.decode() for name in shard.ids[rows]],
        "evidence": evidence,
        "roles": shard.roles[rows],
        "days": shard.days[rows],
        "eligible": np.ones(len(rows), np.bool_) if mask is None else mask[rows],
        "links": links,
        "confidence": confidence,
    }


def _similarities(shard: Shard, vector: NDArray[np.float32], rows: Rows) -> NDArray[np.float32]:
    """The cosine of each of `rows`, ascending. Each by itself: a row's sum must not depend on its neighbours."""
    if len(rows) <= _FEW_ROWS:
        return np.asarray((shard.vectors.reconstruct_batch(rows) * vector).sum(axis=1), np.float32)
    mask = np.zeros(len(shard), np.bool_)
    mask[rows] = True
    found = np.empty(len(rows), np.float32)
    similarities, places = _search(shard, vector, len(rows), mask)
    found[np.searchsorted(rows, places)] = similarities
    return found


def mask_of(shard: Shard, restriction: Restriction | None) -> Mask | None:
    """Which rows a restriction leaves; None where it leaves all."""
    return None if restriction is None else allowed(shard, restriction)


def allowed(shard: Shard, restriction: Restriction) -> Mask:
    """Which rows a restriction allows: bool, (passages,)."""
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
    _, rows = _search(shard, vector, min(pool, len(shard)), mask)
    return rows[rows >= 0]


def _search(
    shard: Shard, vector: NDArray[np.float32], count: int, mask: Mask | None
) -> tuple[NDArray[np.float32], Rows]:
    """Cosines and rows of the `count` nearest vectors among those that `mask` leaves; rows of -1 where they are fewer."""
    parameters = None
    if mask is not None:
        selector = faiss.IDSelectorBitmap(np.packbits(mask, bitorder="little"))  # type: ignore[call-arg, arg-type]
        parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
    # one query is one thread's work; idle others only wait on a busy machine: 26 ms, not 1
    faiss.omp_set_num_threads(1)
    similarities, rows = shard.vectors.search(vector[None, :], count, params=parameters)
    return similarities[0], np.asarray(rows[0], np.int64)


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


def join(parts: list[Candidates], ceilings: NDArray[np.float32]) -> Candidates:
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
