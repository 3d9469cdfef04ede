"""Puts the passages of one talk back together: a reply cut into passages is judged as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from rag.answer import Retrieved
from rag.compose.pieces import Piece, pieces


@dataclass(frozen=True)
class Stretch:
    """Passages of one utterance about one topic, in the order spoken; `rank` is that of the best one."""

    found: tuple[Retrieved, ...]

    @property
    def rank(self) -> int:
        """The rank of its best passage."""
        return min(retrieved.rank for retrieved in self.found)

    @cached_property
    def sentences(self) -> tuple[tuple[Retrieved, Piece], ...]:
        """Every sentence with the passage it stands in. A passage without a preamble of its own keeps the last topic."""
        return tuple(
            (retrieved, piece) for retrieved in self.found for piece in pieces(retrieved.passage.text)
        )


def stretches(found: Sequence[Retrieved]) -> list[Stretch]:
    """The passages joined into stretches, the best-ranked stretch first.

    Passages belong together when they come from the same utterance of the same rendition and carry the same
    topic. Of passages that overlap, the better-ranked one stays.
    """
    groups: dict[tuple[str, str, int, str], list[Retrieved]] = {}
    for retrieved in sorted(found, key=lambda r: r.rank):
        passage = retrieved.passage
        key = (passage.document_id, passage.compartment, passage.utterance, passage.topic)
        group = groups.setdefault(key, [])
        if all(_apart(retrieved, other) for other in group):
            group.append(retrieved)
    ordered = [Stretch(tuple(sorted(group, key=lambda r: r.passage.start))) for group in groups.values()]
    return sorted(ordered, key=lambda stretch: stretch.rank)


def _apart(left: Retrieved, right: Retrieved) -> bool:
    return left.passage.end <= right.passage.start or right.passage.end <= left.passage.start
