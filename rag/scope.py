"""Conditions of the asker as a restriction of the index, worked out over what the reader may see."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TypeVar

from corpus.calendar import SessionName, japanese_year, parse_session
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

    @cached_property
    def _carried(self) -> dict[str, str]:
        """Document -> the session of the meeting day before it, where its own record does not say which it is.

        The minutes of an assembly are often numbered through the year and name the session on the first day only.
        """
        carried: dict[str, str] = {}
        known: dict[tuple[str, int], str] = {}
        rows = [(row.date, key, row) for key, row in self._documents.items() if row.date is not None]
        for day, key, row in sorted(rows, key=lambda each: each[:2]):
            own = _session(row.session) or _session(row.title)
            place = (row.meeting, day.year)
            if own is not None and own.number is not None and own.kind:
                known[place] = f"{row.meeting}{japanese_year(own.year or day.year)}第{own.number}回{own.kind}"
            elif place in known and row.meeting.endswith("議会"):
                carried[key] = known[place]
        return carried

    def _fitting(self, filters: Filters) -> frozenset[str]:
        return frozenset(
            key for key, row in self._documents.items() if _fits(row, filters, self._carried.get(key, ""))
        )

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


def _fits(row: DocumentRow, filters: Filters, carried: str) -> bool:
    if (filters.from_ or filters.to) and row.date is None:
        return False
    if filters.from_ and row.date and row.date < filters.from_:
        return False
    if filters.to and row.date and row.date > filters.to:
        return False
    return (
        (not filters.meetings or any(_meets(row, name, carried) for name in filters.meetings))
        and (not filters.departments or any(same_department(row.department, n) for n in filters.departments))
        and (not filters.kinds or row.kind.value in filters.kinds)
        and (not filters.collections or row.collection in filters.collections)
    )


def _meets(row: DocumentRow, name: str, carried: str) -> bool:
    """Whether a document is of the meeting called `name`: by its words, or by year, number and kind.

    `carried` names the session of a record that does not say it itself; empty where unknown.
    """
    place = f"{row.title} {row.meeting} {row.session}"
    if plain(name) in plain(place):
        return True
    wanted = _session(name)
    if wanted is None:
        return False
    if carried and (session := _session(carried)) and not wanted.matches(session):
        return False
    parts = (row.session, row.title, place, carried)
    held = [found for part in parts if (found := _session(part))]
    numbered = [each for each in held if each.number is not None]  # the title may state the year alone
    return any(wanted.matches(each) for each in (wanted.number is not None and numbered) or held)


# The same names and titles come with every request; reading them anew takes longer than the search.
@lru_cache(maxsize=50_000)
def plain(text: str) -> str:
    """As names are compared: normalised, without spaces."""
    return "".join(normalise(text).split())


@lru_cache(maxsize=50_000)
def _session(text: str) -> SessionName | None:
    return parse_session(text)
