"""Conditions of the asker as a restriction of the index, worked out over what the reader may see."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TypeVar

from corpus.calendar import SessionName, parse_session
from corpus.catalogue import DocumentRow
from corpus.disclosure import same_department
from corpus.index.protocol import Restriction
from corpus.japanese import normalise
from corpus.reading import Reader
from rag.question import Filters


class Scope:
    """What a reader may see, looked up once for all conditions of a request."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    @cached_property
    def _documents(self) -> dict[str, DocumentRow]:
        return self._reader.documents()

    @cached_property
    def _speakers(self) -> dict[str, str]:
        return {name: plain(name) for name in self._reader.speakers()}

    def restriction(self, filters: Filters) -> Restriction | None:
        """The asker's filters as a restriction of the index; None when there are none."""
        made = Restriction(
            documents=self._fitting(filters) if _concern_documents(filters) else None,
            speakers=self._speaking(filters.speakers) if filters.speakers else None,
            classes=frozenset(filters.classes) if filters.classes else None,
        )
        return None if made == Restriction() else made

    def _fitting(self, filters: Filters) -> frozenset[str]:
        return frozenset(key for key, row in self._documents.items() if _fits(row, filters))

    def _speaking(self, names: tuple[str, ...]) -> frozenset[str]:
        wanted = [plain(name) for name in names]
        return frozenset(name for name, held in self._speakers.items() if any(one in held for one in wanted))


def restrict(filters: Filters, reader: Reader) -> Restriction | None:
    """The asker's filters as a restriction of the index; None when there are none."""
    return Scope(reader).restriction(filters)


def both(first: Restriction | None, second: Restriction | None) -> Restriction | None:
    """What both restrictions allow."""
    if first is None or second is None:
        return first or second
    return Restriction(
        documents=_common(first.documents, second.documents),
        speakers=_common(first.speakers, second.speakers),
        roles=_common(first.roles, second.roles),
        classes=_common(first.classes, second.classes),
    )


T = TypeVar("T")


def _common(first: frozenset[T] | None, second: frozenset[T] | None) -> frozenset[T] | None:
    if first is None or second is None:
        return second if first is None else first
    return first & second


def _concern_documents(filters: Filters) -> bool:
    dated = filters.from_ is not None or filters.to is not None
    return dated or any((filters.meetings, filters.departments, filters.kinds, filters.collections))


def _fits(row: DocumentRow, filters: Filters) -> bool:
    if (filters.from_ or filters.to) and row.date is None:
        return False
    if filters.from_ and row.date and row.date < filters.from_:
        return False
    if filters.to and row.date and row.date > filters.to:
        return False
    return (
        (not filters.meetings or any(_meets(row, name) for name in filters.meetings))
        and (not filters.departments or any(same_department(row.department, n) for n in filters.departments))
        and (not filters.kinds or row.kind.value in filters.kinds)
        and (not filters.collections or row.collection in filters.collections)
    )


def _meets(row: DocumentRow, name: str) -> bool:
    """Whether a document is of the meeting called `name`: by its words, or by year, number and kind."""
    place = f"{row.title} {row.meeting} {row.session}"
    if plain(name) in plain(place):
        return True
    wanted = _session(name)
    held = [found for part in (row.session, row.title, place) if (found := _session(part))]
    return wanted is not None and any(wanted.matches(each) for each in held)


# The same names and titles come with every request; reading them anew takes longer than the search.
@lru_cache(maxsize=50_000)
def plain(text: str) -> str:
    """As names are compared: normalised, without spaces."""
    return "".join(normalise(text).split())


@lru_cache(maxsize=50_000)
def _session(text: str) -> SessionName | None:
    return parse_session(text)
