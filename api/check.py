"""One kind of look that a leak test takes, and how it tells how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")

Watch = Callable[[str, int, int], None]
"""Told what is being done (in Japanese), how far, and of how much."""


@dataclass(slots=True)
class Check:
    """One kind of look: what it is called, how many things were looked at, and what was found."""

    name: str
    looked: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Something was looked at and nothing found."""
        return self.looked > 0 and not self.faults


def over(watch: Watch, step: str, items: Sequence[T]) -> Iterator[T]:
    """The items, one after the other, telling how many are done."""
    for done, item in enumerate(items):
        watch(step, done, len(items))
        yield item
    watch(step, len(items), len(items))
