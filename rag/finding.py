"""The search that staff know: exact where the line has operators, ranked or by date, with total and pages.

What is counted, ordered and marked lies in the compartments that the reader may read; nothing else is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from corpus.index.protocol import Every, Except, Formula, Has, Restriction, Selection, Some, Within
from corpus.phrases import marks
from corpus.reading import Reader
from rag.answer import Retrieved
from rag.clock import Clock
from rag.expression import Both, Condition, Either, Node, Not, Word, phrases, reading
from rag.highlights import wanted_words, word_marks
from rag.keywords import Line, parse
from rag.question import Filters, Question, Understood, understand
from rag.retrieval import Retriever, fetch
from rag.scope import Scope, both

DATED = 100
"""How many passages a question is thought to concern when they are to come by date."""

_UNDATED = np.iinfo(np.int32).max
_NEAR = "すべての言葉を含む箇所が見つからないため、近い内容を示しています。"


class Order(StrEnum):
    """How what was found is listed."""

    RELEVANCE = "relevance"
    NEWEST = "date_desc"
    OLDEST = "date_asc"


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of what was found is wanted: `limit` passages from `offset` on (0 is the first)."""

    order: Order = Order.RELEVANCE
    offset: int = 0
    limit: int = 8


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found and the spans of its text that were looked for, in code points, ascending."""

    found: Retrieved
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found.

    Attributes:
        total: how many readable passages satisfy the line; None for a question, which has no such number.
        more: whether there is a page after this one.
        reading: a line with operators as understood, in Japanese; empty for a question.
        hint: in Japanese, what could not be read or found as typed; usually empty.
        hint_code: the same for programs: see `rag.operators.LineError`, and ``near``.
    """

    hits: tuple[Hit, ...]
    understood: Understood
    total: int | None = None
    more: bool = False
    reading: str = ""
    hint: str = ""
    hint_code: str = ""


class Finder:
    """Finds for one request."""

    def __init__(self, retriever: Retriever, reader: Reader, today: date, clock: Clock) -> None:
        self._retriever = retriever
        self._reader = reader
        self._today = today
        self._clock = clock
        self._scope = Scope(reader)

    def find(self, text: str, filters: Filters, page: Page) -> Found:
        """What `text`, a search line or a question, finds within `filters`."""
        line = parse(text, self._today, filters.ignore)
        if line.node is None:
            return self._ask(line, filters, page)
        with self._clock.stage("select"):
            formula = self._formula(line.node)
            within = self._scope.restriction(filters)
            selected = self._reader.select(formula if within is None else Every((Within(within), formula)))
        if not len(selected) and line.loose:
            return self._ask(Line(text, hint=_NEAR, hint_code="near"), filters, page)
        order = page.order if line.text or page.order is not Order.RELEVANCE else Order.NEWEST
        with self._clock.stage("order"):
            found = self._sorted(line, selected, replace(page, order=order))
        words = phrases(line.node)
        return Found(
            hits=tuple(Hit(one, tuple(marks(one.passage.text, words))) for one in found),
            understood=_stated(line.conditions),
            total=len(selected),
            more=page.offset + page.limit < len(selected),
            reading=reading(line.node),
        )

    # -- lines with operators --------------------------------------------------------------------

    def _formula(self, node: Node) -> Formula:
        match node:
            case Word(phrase):
                return Has(phrase)
            case Condition():
                return Within(self._scope.restriction(node.filters) or Restriction())
            case Both(parts):
                return Every(tuple(self._formula(part) for part in parts))
            case Either(parts):
                return Some(tuple(self._formula(part) for part in parts))
            case Not(part):
                return Except(self._formula(part))
            case _:
                assert_never(node)

    def _sorted(self, line: Line, selected: Selection, page: Page) -> list[Retrieved]:
        """The wanted page of all selected passages."""
        if page.order is Order.RELEVANCE:
            question = Question(line.text, _stated(line.conditions))
            ranking = self._retriever.rank(question, self._reader, ids=selected.ids, clock=self._clock)
            wanted = ranking.best()[page.offset : page.offset + page.limit]
            return fetch(ranking, wanted, self._reader, first=page.offset + 1, answers=True)
        chosen = self._by_date(selected, page)
        ranking = self._retriever.tied(self._reader, np.sort(chosen))
        places = {key: place for place, key in enumerate(ranking.candidates.ids)}
        wanted = [places[key.decode()] for key in chosen.tolist() if key.decode() in places]
        return fetch(ranking, wanted, self._reader, first=page.offset + 1, answers=True)

    def _by_date(self, selected: Selection, page: Page) -> NDArray[np.bytes_]:
        """The ids of one page in order of the day, then of the text; those without a day come last."""
        sign = -1 if page.order is Order.NEWEST else 1
        keys = np.where(selected.days == 0, _UNDATED, sign * selected.days.astype(np.int64))
        order = np.argsort(keys, kind="stable")
        wanted = order[page.offset : page.offset + page.limit]
        if not len(wanted):
            return selected.ids[:0]
        first, last = np.searchsorted(keys[order], [keys[wanted[0]], keys[wanted[-1]] + 1])
        near = order[first:last]  # whole days, for the order within each
        places = self._reader.places(selected.ids[near])
        names = dict(zip(near.tolist(), selected.ids[near].tolist(), strict=True))
        held = [i for i, name in names.items() if name.decode() in places]
        held.sort(key=lambda i: (keys[i], places[names[i].decode()]))
        begin = page.offset - int(first)
        return selected.ids[held[begin : begin + page.limit]]

    # -- questions -------------------------------------------------------------------------------

    def _ask(self, line: Line, filters: Filters, page: Page) -> Found:
        """What is near a question, within its conditions and the fields of the line."""
        asked = understand(line.text, self._today, filters.ignore)
        with self._clock.stage("filter"):
            restriction = self._scope.restriction(narrowed(filters, asked.conditions))
            for condition in line.conditions:
                restriction = both(restriction, self._scope.restriction(condition.filters))
        ranking = self._retriever.rank(asked, self._reader, restriction=restriction, clock=self._clock)
        best = ranking.best()
        if page.order is not Order.RELEVANCE:
            best = _dated(best[:DATED], ranking.candidates.days, page.order)
        with self._clock.stage("fetch"):
            wanted = best[page.offset : page.offset + page.limit]
            found = fetch(ranking, wanted, self._reader, first=page.offset + 1, answers=True)
        words = wanted_words(line.text, without=asked.conditions.meetings)
        return Found(
            hits=tuple(Hit(one, tuple(word_marks(one.passage.text, words))) for one in found),
            understood=_together(asked.conditions, _stated(line.conditions)),
            more=page.offset + page.limit < len(best),
            hint=line.hint,
            hint_code=line.hint_code,
        )


def _dated(positions: Sequence[int], days: NDArray[np.int32], order: Order) -> list[int]:
    """Positions of a ranking by date, those without one last; of one day in the order given."""
    sign = -1 if order is Order.NEWEST else 1
    return sorted(positions, key=lambda i: (days[i] == 0, sign * days[i]))


def narrowed(filters: Filters, understood: Understood) -> Filters:
    """The caller's filters and the period and meetings of the question's own words, both to be met.

    Speakers are no filter: the answer to a member's question is given by others.
    """
    starts = [day for day in (filters.from_, understood.from_) if day]
    ends = [day for day in (filters.to, understood.to) if day]
    return replace(
        filters,
        from_=max(starts, default=None),
        to=min(ends, default=None),
        meetings=filters.meetings or understood.meetings,
    )


def _stated(conditions: Sequence[Condition]) -> Understood:
    """Fields that hold for a whole line, as they are shown."""
    filters = [condition.filters for condition in conditions]
    return Understood(
        from_=max((each.from_ for each in filters if each.from_), default=None),
        to=min((each.to for each in filters if each.to), default=None),
        meetings=tuple(name for each in filters for name in each.meetings),
        speakers=tuple(name for each in filters for name in each.speakers),
        classes=tuple(one for each in filters for one in each.classes),
    )


def _together(asked: Understood, stated: Understood) -> Understood:
    """The conditions of a question and of the fields beside it."""
    return replace(
        asked,
        from_=max((day for day in (asked.from_, stated.from_) if day), default=None),
        to=min((day for day in (asked.to, stated.to) if day), default=None),
        meetings=tuple(dict.fromkeys((*asked.meetings, *stated.meetings))),
        speakers=tuple(dict.fromkeys((*asked.speakers, *stated.speakers))),
        classes=tuple(dict.fromkeys((*asked.classes, *stated.classes))),
    )
