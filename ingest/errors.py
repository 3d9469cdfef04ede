"""Errors of turning files into passages.

SourceError
├── UnreadableSourceError    the file cannot be used; `reason` says why, in Japanese, for the operator
├── SourceUnavailableError   the file could not be opened this time (transient)
└── LedgerError              the ledger cannot be taken as a whole

LabelError                   a label cannot be put on what was named
└── UnknownRecordError       there is no such document or proposal, or it is not this person's to label
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


class LabelError(TobenError):
    """A change of labels was not recorded; the message says why, in Japanese, for the person who asked."""


class UnknownRecordError(LabelError):
    """Missing, or not for this person to label: the two look the same."""

    def __init__(self, name: str) -> None:
        super().__init__("指定された文書または提案がありません。")
        self.name = name
