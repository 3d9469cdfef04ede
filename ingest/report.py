"""What an ingest did: one result a file, and the totals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from ingest.timing import Stopwatch


class Outcome(StrEnum):
    """What became of a source file."""

    TAKEN = "taken"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one file; `reason` (Japanese) when it was refused."""

    name: str
    outcome: Outcome
    documents: int = 0
    utterances: int = 0
    passages: int = 0
    threads: int = 0
    reason: str = ""
    warnings: tuple[str, ...] = ()
    source_id: str = ""


@dataclass(slots=True)
class Report:
    """What a run did. `notes` are about the run as a whole, in Japanese; `timing` tells where the time went."""

    results: list[Result] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    embedded: int = 0
    generation: int = 0
    seconds: float = 0.0
    timing: Stopwatch = field(default_factory=Stopwatch)

    def count(self, outcome: Outcome) -> int:
        """How many files ended so."""
        return sum(result.outcome is outcome for result in self.results)


@dataclass(frozen=True, slots=True)
class Stage:
    """Progress for people: which step, how far, of how many, and the file at hand."""

    step: str
    done: int
    total: int
    name: str = ""


Watch = Callable[[Stage], None]
