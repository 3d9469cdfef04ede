"""The same text in two documents of which one is closed to readers of the other (threats L32, L37)."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from corpus.catalogue import Catalogue
from corpus.disclosure import compartment, compartment_label, strictest
from corpus.index.protocol import Probe
from corpus.index.terms import bigram_weights
from corpus.model import Passage
from corpus.store import Store

GRAM_CHARS = 8
SHARE = 0.6
"""Of the 8-grams of the closed passage; as the threat list asks for."""
_MIN_GRAMS = 12
GLANCED = 300
"""Passages that a glance looks at: some seconds on a large store."""
_NEAR = 40
"""Passages of the index that are compared with each of them."""
_NO_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Overlap:
    """A passage, and another one elsewhere that says the same to people who may not read it."""

    closed: Passage
    open: Passage
    share: float


def overlaps(catalogue: Catalogue) -> list[Overlap]:
    """The closed passages of which another document shows at least `SHARE`, each with the one that shows most.

    Documents of one record (原本 and 配布用, earlier versions) are expected to say the same and are left out, as
    are passages of less than about twenty letters. In order of the documents and of their text.
    """
    rows = catalogue.documents()
    passages = [passage for passage, *_ in catalogue.every_passage() if passage.document_id in rows]
    closed = [passage for passage in passages if passage.compartment != "public"]
    where: dict[int, list[int]] = defaultdict(list)
    sizes: list[int] = []
    for number, passage in enumerate(closed):
        grams = set(_grams(passage.text))
        sizes.append(len(grams))
        for gram in grams if len(grams) >= _MIN_GRAMS else ():
            where[gram].append(number)
    best: dict[int, Overlap] = {}
    for passage in passages:
        shared = Counter(number for gram in set(_grams(passage.text)) for number in where.get(gram, ()))
        for number, count in shared.items():
            share, other = count / sizes[number], closed[number]
            known = best.get(number)
            if share < SHARE or (known and known.share >= share):
                continue
            if _apart(rows[other.document_id].record_id, rows[passage.document_id].record_id, other, passage):
                best[number] = Overlap(other, passage, share)
    return sorted(best.values(), key=lambda each: (each.closed.document_id, each.closed.start))


@dataclass(frozen=True, slots=True)
class Glance:
    """What a look at some documents alone has found; `passed_over` is the number of passages it left out."""

    found: tuple[Overlap, ...]
    passed_over: int = 0


def glance(store: Store, document_ids: Iterable[str]) -> Glance:
    """The overlaps between these documents and all others, at a cost that goes by the size of these.

    The index names the passages that share most bigrams, in compartments whose readers differ; their 8-grams are
    then compared as `overlaps` does, which alone is complete. No more than `GLANCED` passages are looked at.
    """
    catalogue = store.catalogue
    names = catalogue.compartments()
    mine = [passage for key in document_ids for passage in catalogue.passages_of(key, names)]
    facing = {passage.compartment: _facing(passage.compartment, names) for passage in mine}
    wanted = [passage for passage in mine if facing[passage.compartment]]
    wanted.sort(key=lambda passage: passage.compartment == "public")  # the closed ones face all that is open
    rows = catalogue.documents({passage.document_id for passage in wanted})
    best: dict[str, Overlap] = {}
    for passage in wanted[:GLANCED]:
        probe = Probe(bigrams=bigram_weights(passage.text))
        near = store.index().candidates(probe, facing[passage.compartment], pool=_NEAR)
        others = catalogue.passages(near.ids)
        rows |= catalogue.documents({other.document_id for other in others.values()} - rows.keys())
        for other in others.values():
            for closed, shown in ((passage, other), (other, passage)):
                record, another = rows[closed.document_id].record_id, rows[shown.document_id].record_id
                share = _share(closed, shown) if _apart(record, another, closed, shown) else 0.0
                if share >= SHARE and share > (best[closed.id].share if closed.id in best else 0):
                    best[closed.id] = Overlap(closed, shown, share)
    found = sorted(best.values(), key=lambda each: (each.closed.document_id, each.closed.start))
    looked = {passage.id for passage in wanted[:GLANCED]}
    left = Counter(passage.compartment for passage in wanted[GLANCED:])
    unseen = {name for name in left if not _held(store, facing[name]) <= looked}
    return Glance(tuple(found), sum(left[name] for name in unseen))


def _held(store: Store, names: Iterable[str]) -> set[str]:
    """The ids of the passages of some compartments."""
    return {key for name in names for key in store.index().passage_ids(name)}


def _facing(name: str, names: Iterable[str]) -> frozenset[str]:
    """The compartments whose readers may not all read `name`, or the reverse."""
    return frozenset(other for other in names if _exposes(name, other) or _exposes(other, name))


def _share(closed: Passage, shown: Passage) -> float:
    """Of the 8-grams of `closed` the share that stands in `shown`; 0 where there are too few of them."""
    grams = set(_grams(closed.text))
    return len(grams & set(_grams(shown.text))) / len(grams) if len(grams) >= _MIN_GRAMS else 0.0


def _grams(text: str) -> Iterator[int]:
    plain = _NO_LETTER.sub("", unicodedata.normalize("NFKC", text))
    return (hash(plain[at : at + GRAM_CHARS]) for at in range(len(plain) - GRAM_CHARS + 1))


def _apart(record: str, other_record: str, closed: Passage, shown: Passage) -> bool:
    """Whether two passages are of two records, and somebody who reads `shown` may not read `closed`."""
    if closed.document_id == shown.document_id or (record and record == other_record):
        return False
    return _exposes(shown.compartment, closed.compartment)


@cache
def _exposes(shown: str, closed: str) -> bool:
    both: Iterable[str] = (shown, closed)
    return compartment(strictest([compartment_label(name) for name in both])) != shown
