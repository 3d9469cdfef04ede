"""Errors of turning files into passages.

SourceError
├── UnreadableSourceError    the file cannot be used; `reason` says why, in Japanese, for the operator
└── SourceUnavailableError   the file could not be opened this time (transient)
"""

from corpus.errors import TobenError


class SourceError(TobenError):
    """A source file was not taken. `reason` is one Japanese sentence for the operator."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UnreadableSourceError(SourceError):
    """The file is damaged, encrypted, hostile, without text, or of an unknown format."""


class SourceUnavailableError(SourceError):
    """The file vanished or could not be opened; trying again may help."""


class LedgerError(SourceError):
    """The ledger (台帳) cannot be taken as a whole; the message names row and column."""
