"""Puts the passages of one talk back together: a reply cut into passages is judged as a whole."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from corpus.japanese import tokens
from corpus.model import Passage
from rag.answer import Retrieved
from rag.compose.pieces import Piece, pieces

_TOWN = re.compile(r"(?<![一-龠])[一-龠]{2,4}(?=[市区町村](?![民長役議会立内])|市[民長])")
"""小樽 of 小樽市."""


@dataclass(frozen=True)
class Stretch:
    """Passages of one utterance about one topic, in the order spoken; `rank` is that of the best one.

    `places` are those that anything found of its document, or said by the same mayor, tells of: it speaks of them.
    """

    found: tuple[Retrieved, ...]
    places: frozenset[str] = frozenset()

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


def stretches(found: Sequence[Retrieved], places: Collection[str] = ()) -> list[Stretch]:
    """The passages joined into stretches, the best-ranked stretch first.

    `places` are the names of places that the origin of a passage is looked through for.

    Passages belong together when they come from the same utterance of the same rendition and carry the same
    topic. Of passages that overlap, the better-ranked one stays.
    """
    texts: dict[str, str] = {}
    titles: dict[str, str] = {}
    for passage in [retrieved.passage for retrieved in found] if places else []:
        for origin in _origins(passage):
            texts[origin] = f"{texts.get(origin, '')}\n{passage.text}"
            titles[origin] = f"{titles.get(origin, '')}\n{passage.title} {passage.meeting}"
    origins = {origin: _own_places(text, titles[origin], places) for origin, text in texts.items()}
    groups: dict[tuple[str, str, int, str], list[Retrieved]] = {}
    for retrieved in sorted(found, key=lambda r: r.rank):
        passage = retrieved.passage
        key = (passage.document_id, passage.compartment, passage.utterance, passage.topic)
        group = groups.setdefault(key, [])
        if all(_apart(retrieved, other) for other in group):
            group.append(retrieved)
    ordered = [
        Stretch(
            tuple(sorted(group, key=lambda r: r.passage.start)),
            frozenset[str]().union(*(origins.get(origin, set()) for origin in _origins(group[0].passage))),
        )
        for group in groups.values()
    ]
    return sorted(ordered, key=lambda stretch: stretch.rank)


def _own_places(text: str, titles: str, places: Collection[str]) -> set[str]:
    """Those of some places that a text speaks of as its own: named in its title or, where that names no town, not
    less often than any other town. Guests are named too."""
    named = {place for place in places if place in titles or place in tokens(text)}
    if _TOWN.search(titles):
        return {place for place in named if len(place) == 1 or place in titles}
    most = max((text.count(town) for town in {*_TOWN.findall(text)}), default=0)
    return {place for place in named if len(place) == 1 or text.count(place) >= most}


def _origins(passage: Passage) -> list[str]:
    """What tells of which place a passage speaks: its document, and the head of a town who speaks."""
    heads = passage.post.endswith(("市長", "区長", "町長", "村長")) and not passage.post.startswith("副")
    return [passage.document_id, f"{passage.post} {passage.speaker}"] if heads else [passage.document_id]


def _apart(left: Retrieved, right: Retrieved) -> bool:
    return left.passage.end <= right.passage.start or right.passage.end <= left.passage.start
