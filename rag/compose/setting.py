"""What stands around a sentence: its heading, the sentences beside it, what it answers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Setting:
    """What stands around a sentence.

    `scope` and `near` hold the words of its wider and closer surroundings, its own included, `units` those of each
    sentence and heading there, `above` the same without the sentences before the last, `topic` those of its heading; `before` and `after` are its neighbours; `reason` tells
    whether it gives one.
    """

    scope: frozenset[str]
    near: frozenset[str]
    units: tuple[frozenset[str], ...]
    above: tuple[frozenset[str], ...]
    topic: frozenset[str]
    before: str
    after: str
    reason: bool
