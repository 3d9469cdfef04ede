"""What is asked: the conditions a caller sets, and those understood from the words of a question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions set by the caller; every one narrows what may be found, none widens it.

    Empty means no condition; several values of one field are alternatives. `ignore` names conditions
    that are not to be taken from the words of the question: ``period``, ``meetings``, ``speakers``,
    ``departments``, ``kinds``.
    """

    from_: date | None = None
    to: date | None = None
    meetings: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    ignore: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Understood:
    """Conditions read from the words of a question and applied; shown so that a person can switch them off.

    It is made from the question alone, never from what was found.
    """

    from_: date | None = None
    to: date | None = None
    meetings: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
