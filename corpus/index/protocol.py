"""What retrieval needs of a passage index, whatever serves it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.model import Role
from corpus.phrases import Phrase
from corpus.speakers import SpeakerClass

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
    classes: frozenset[SpeakerClass] | None = None


@dataclass(frozen=True, slots=True)
class Has:
    """Selects the passages whose text has the phrase."""

    phrase: Phrase


@dataclass(frozen=True, slots=True)
class Within:
    """Selects the passages that a restriction allows."""

    restriction: Restriction


@dataclass(frozen=True, slots=True)
class Every:
    """Selects what all parts select; everything where there are none."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """Selects what at least one part selects."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Except:
    """Selects what the part does not."""

    part: Formula


Formula = Has | Within | Every | Some | Except
"""What a passage must have to be selected."""

Ids = NDArray[np.bytes_]

Holds = Callable[[Phrase, Ids], NDArray[np.bool_]]
"""Says of each of some passages whether its text has a phrase. The index keeps no text; its caller does."""


@dataclass(frozen=True, slots=True)
class Selection:
    """All passages that a formula selects: `ids` ascending; `days` as in `Candidates`."""

    ids: Ids
    days: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.ids)


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

    def select(self, formula: Formula, compartments: Iterable[str], holds: Holds) -> Selection:
        """Every passage of `compartments` that `formula` selects, however many there are.

        `holds` is asked only about passages of these compartments whose letters could make up the phrase.
        """
        ...

    def evidence(self, probe: Probe, ids: Ids, compartments: Iterable[str]) -> Candidates:
        """The evidence for just the passages `ids`, ascending, with those tied to them by threads, as `candidates` gives it.

        Those of `ids` that are not in `compartments` are left out.
        """
        ...
