"""What retrieval needs of a passage index, whatever serves it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.model import Role

CHANNELS = ("tokens", "bigrams", "header", "dense")
"""The columns of `Candidates.evidence`: three BM25 fields and the cosine of the vectors."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What is looked for: weighted term keys of each lexical field, and a vector.

    `vector` is float32, (dim,), L2-normalised; None searches without vectors.
    """

    tokens: Mapping[int, float] = field(default_factory=dict)
    bigrams: Mapping[int, float] = field(default_factory=dict)
    header: Mapping[int, float] = field(default_factory=dict)
    vector: NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True)
class Restriction:
    """A filter of the asker; only ever narrows what the compartments allow. None means no limit."""

    documents: frozenset[str] | None = None
    speakers: frozenset[str] | None = None
    roles: frozenset[Role] | None = None


@dataclass(frozen=True, slots=True)
class Candidates:
    """Passages worth ranking, with the evidence for each.

    Attributes:
        ids: passage ids, ascending.
        evidence: float32, (n, len(CHANNELS)); no normalisation.
        ceilings: float32, (len(CHANNELS),): what a passage would score that matched the whole probe; the
            scale of each channel, the same for every passage.
        roles: int8, (n,): position in `list(Role)`.
        days: int32, (n,): proleptic ordinal of the meeting's date, 0 where unknown.
        eligible: bool, (n,): whether the restriction allows the passage to be a result; one that it does
            not allow is here because it is the question or answer of one that it does.
        links: int32, (m, 2): positions of a question passage and of a passage of its answer.
        confidence: float32, (m,): how sure each link is, in (0, 1].
    """

    ids: list[str]
    evidence: NDArray[np.float32]
    ceilings: NDArray[np.float32]
    roles: NDArray[np.int8]
    days: NDArray[np.int32]
    eligible: NDArray[np.bool_]
    links: NDArray[np.int32]
    confidence: NDArray[np.float32]


class PassageIndex(Protocol):
    """Finds passages inside compartments; never looks into any other."""

    def compartments(self) -> frozenset[str]:
        """The compartments that hold passages."""
        ...

    def speakers(self, compartments: Iterable[str]) -> frozenset[str]:
        """Every "post speaker" that occurs in `compartments`, as `Restriction.speakers` names them."""
        ...

    def candidates(
        self,
        probe: Probe,
        compartments: Iterable[str],
        *,
        pool: int,
        restriction: Restriction | None = None,
    ) -> Candidates:
        """The best `pool` passages of each channel in `compartments`, and those tied to them by threads.

        Statistics (idf) are those of the named compartments together. Which passages come back and
        their evidence depend on nothing outside these compartments.
        """
        ...
