"""Errors of the measuring bench.

TobenError
└── SuiteError                a suite, its questions or its data are missing or wrong; `faults` says where
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.errors import TobenError


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, for a person to mend: file, line (from 1; 0 for the whole file), field, message (Japanese)."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.field}：{self.message}" if self.field else f"{place}: {self.message}"


class SuiteError(TobenError):
    """A suite cannot be used. The message lists every fault, one a line."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)
