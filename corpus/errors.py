"""The errors of the ground floor. Other packages hang their own branch on `TobenError`.

TobenError
├── ConfigurationError        a setting, model or file of the operator is missing or contradicts another
├── AuditError                the audit log cannot be written; closed text is not served
├── DisclosureError           a label or principal cannot be understood; callers treat it as denied
├── CatalogueError            the catalogue cannot be used
│   ├── StoreBusyError        another process is writing (transient)
│   ├── StoreReadOnlyError    the data folder cannot be written
│   ├── StoreFullError        the disk is full
│   └── StoreDamagedError     a check of the store failed; restore or rebuild
└── PassageIndexError         the passage index cannot be used
    ├── IndexNotReadyError    nothing has been published yet
    └── ManifestMismatchError files differ from the manifest that published them
"""


class TobenError(Exception):
    """Base of every error raised on purpose by this project."""


class ConfigurationError(TobenError):
    """A setting is missing or contradicts another; the message names it and the remedy."""


class AuditError(TobenError):
    """The audit log cannot be opened, read or written."""


class DisclosureError(TobenError):
    """A label or principal cannot be understood; callers treat it as denied."""


class CatalogueError(TobenError):
    """The catalogue cannot be used."""


class StoreBusyError(CatalogueError):
    """Another process holds the writer lock."""


class StoreReadOnlyError(CatalogueError):
    """The data folder cannot be written; what is in it can be read."""


class StoreFullError(CatalogueError):
    """The disk is full; what was there before is as it was."""


class StoreDamagedError(CatalogueError):
    """A consistency check of the store failed."""


class PassageIndexError(TobenError):
    """The passage index cannot be used."""


class IndexNotReadyError(PassageIndexError):
    """No generation of the index has been published yet."""


class ManifestMismatchError(PassageIndexError):
    """Index files differ from the manifest that published them, or were made by another model."""
