"""What the texts of passages contain, asked many at a time: the catalogue's side of a search for words.

Folded texts stay in memory from one search to the next, as far as there is room, until labels or documents
change. Which compartments may be read is asked every time; nothing is found outside them.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from corpus import tables as t
from corpus.catalogue import Catalogue
from corpus.index.terms import Terms, fold
from corpus.model import Kind, lead_of
from corpus.numerals import KANJI
from corpus.phrases import Phrase, squeezed

MAX_CHARS = 30_000_000
"""Characters kept in memory, two bytes each: the texts of about 150,000 passages."""

_BATCH = 500
_Row = tuple[bytes, str, str]
_Fetch = Callable[[Sequence[bytes]], Iterator[_Row]]
_NUMERAL = re.compile(rf"[\d{KANJI}元]")
_SIGNS = " \n\t\u3000、。・「」『』（）()〔〕【】"
_p, _f, _d = t.passages.c, t.features.c, t.documents.c


@dataclass(frozen=True, order=True, slots=True)
class Place:
    """Where a passage stands among others of its day: in a document, at an offset. Ascending is reading order."""

    title: str
    document_id: str
    compartment: str
    start: int


class Texts:
    """One object per process; callable from several threads."""

    def __init__(self, catalogue: Catalogue, *, max_chars: int = MAX_CHARS) -> None:
        self._catalogue = catalogue
        self._max_chars = max_chars
        self._epoch = -1
        self._folded = _Kept()
        self._squeezed = _Kept()
        self._lock = threading.Lock()

    def have(self, phrase: Phrase, ids: NDArray[np.bytes_], compartments: Iterable[str]) -> NDArray[np.bool_]:
        """Whether each passage exists in one of `compartments` and has the phrase: bool, (len(ids),)."""
        self._follow()
        readable, keys = frozenset(compartments), ids.tolist()
        texts = self._texts(self._folded, keys, readable, self._fetch_folded)
        found = [text is not None and phrase.may_be_in(text) for text in texts]
        if phrase.numeric:
            near = {key: text or "" for key, text, hit in zip(keys, texts, found, strict=True) if hit}
            exact = self._texts(self._squeezed, list(near), readable, partial(self._fetch_squeezed, near))
            has = {
                key for key, text in zip(near, exact, strict=True) if text is not None and phrase.is_in(text)
            }
            found = [key in has for key in keys]
        return np.array(found, np.bool_)

    def present(self, ids: NDArray[np.bytes_], compartments: Iterable[str]) -> NDArray[np.bool_]:
        """Whether each passage exists in one of `compartments`: bool, (len(ids),)."""
        query = sa.select(_p.id).where(_p.compartment.in_(sorted(compartments)))
        there = {row[0] for row in self._rows(query, ids.tolist())}
        return np.array([key.decode() in there for key in ids.tolist()], np.bool_)

    def places(self, ids: NDArray[np.bytes_], compartments: Iterable[str]) -> dict[str, Place]:
        """Passage id -> place, of those that exist in one of `compartments`."""
        query = sa.select(_p.id, _d.title, _p.document_id, _p.compartment, _p.start)
        query = query.join_from(t.passages, t.documents, _d.id == _p.document_id)
        query = query.where(_p.compartment.in_(sorted(compartments)))
        return {key: Place(*place) for key, *place in self._rows(query, ids.tolist())}

    def _follow(self) -> None:
        """Forget everything when labels or documents have changed."""
        epoch = self._catalogue.epoch()
        with self._lock:
            if epoch != self._epoch:
                self._epoch, self._folded, self._squeezed = epoch, _Kept(), _Kept()

    def _texts(
        self, kept: _Kept, keys: Sequence[bytes], readable: frozenset[str], fetch: _Fetch
    ) -> list[str | None]:
        """The text of each passage, None where it is not readable; what is not kept yet is fetched."""
        held = [kept.get(key) for key in keys]
        missing = [key for key, one in zip(keys, held, strict=True) if one is None]
        if missing:
            fetched = {
                key: (compartment, text)
                for key, compartment, text in fetch(missing)
                if compartment in readable
            }
            with self._lock:
                kept.put(fetched, self._max_chars)
            held = [one or fetched.get(key) for key, one in zip(keys, held, strict=True)]
        return [one[1] if one is not None and one[0] in readable else None for one in held]

    def _fetch_folded(self, keys: Sequence[bytes]) -> Iterator[_Row]:
        """Id, compartment and folded text, as far as possible from the terms of the current index."""
        generation = self._catalogue.generation()
        fingerprint = generation.fingerprint if generation else ""
        stored = sa.and_(_f.digest == _p.digest, _f.fingerprint == fingerprint)
        joined = t.passages.join(t.documents, _d.id == _p.document_id).join(t.features, stored, isouter=True)
        led = sa.or_(_p.topic != "", sa.and_(_p.agenda != "", _d.kind != Kind.MINUTES.value))
        text = sa.case((sa.or_(led, _f.terms.is_(None)), _p.text), else_="")
        query = sa.select(_p.id, _p.compartment, _f.terms, text, _p.topic, _p.agenda, _d.kind).select_from(
            joined
        )
        for key, compartment, terms, text, topic, agenda, kind in self._rows(query, keys):
            lead = lead_of(text, topic=topic, agenda=agenda, kind=Kind(kind)) if text else ""
            yield key.encode(), compartment, fold(text) if terms is None else _without(lead, terms, text)

    def _fetch_squeezed(self, folded: dict[bytes, str], keys: Sequence[bytes]) -> Iterator[_Row]:
        """Id, compartment and squeezed text; `folded` is the folded text of each."""
        query = sa.select(_p.id, _p.compartment, _p.text)
        for name, compartment, text in self._rows(query, keys):
            key = name.encode()
            yield key, compartment, squeezed(text, folded[key])

    def _rows(self, query: Any, keys: Sequence[bytes]) -> Iterator[Any]:
        names = [key.decode() for key in keys]
        if not names:
            return
        with self._catalogue.read() as connection:
            for start in range(0, len(names), _BATCH):
                yield from connection.execute(query.where(_p.id.in_(names[start : start + _BATCH])))


def _without(lead: str, terms: bytes, text: str) -> str:
    """The folded text of a passage from its stored terms, which begin with what leads it."""
    folded = Terms.from_bytes(terms).folded
    if not lead:
        return folded
    begin = _folded_lead(lead)
    # A number is read by its surroundings, and those of a first or last one are other without the lead.
    if not folded.startswith(begin) or _NUMERAL.search(begin[-1:]) or _NUMERAL.match(text.lstrip(_SIGNS)):
        return fold(text)
    return folded[len(begin) :]


@lru_cache(maxsize=10_000)
def _folded_lead(lead: str) -> str:
    return fold(lead)


class _Kept:
    """Texts by id, with their compartments; the oldest go when there are too many characters."""

    def __init__(self) -> None:
        self._held: dict[bytes, tuple[str, str]] = {}
        self._chars = 0

    def get(self, key: bytes) -> tuple[str, str] | None:
        return self._held.get(key)

    def put(self, texts: Mapping[bytes, tuple[str, str]], max_chars: int) -> None:
        for key, (compartment, text) in texts.items():
            if key not in self._held:
                self._held[key] = (compartment, text)
                self._chars += len(text)
        while self._chars > max_chars and len(self._held) > 1:
            oldest = next(iter(self._held))
            self._chars -= len(self._held.pop(oldest)[1])
