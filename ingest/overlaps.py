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
from corpus.model import Passage

GRAM_CHARS = 8
SHARE = 0.6
"""Of the 8-grams of the closed passage; as the threat list asks for."""
_MIN_GRAMS = 12
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
