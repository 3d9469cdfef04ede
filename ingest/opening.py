"""From a file to its documents: read and parse, in this process or in one of its own (`ingest.sandbox`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from corpus.model import Document, Kind
from ingest import parsers, readers
from ingest.parsers.screening import OUTSIDE
from ingest.readers.limits import DEFAULT, Limits


@dataclass(frozen=True, slots=True)
class Opened:
    """What a file holds. `warnings` (Japanese) are for the operator; `suspicious` is text that no person sees."""

    documents: tuple[Document, ...]
    warnings: tuple[str, ...] = ()
    suspicious: tuple[str, ...] = ()


def open_source(path: Path, name: str, kind: Kind | None = None, limits: Limits = DEFAULT) -> Opened:
    """The documents of one file.

    Args:
        path: where it lies.
        name: what it is called; the folder and name on disk may tell nothing.
        kind: what the operator says it is.
        limits: caps.

    Raises:
        UnreadableSourceError: the file cannot be used; the reason is in Japanese.
        SourceUnavailableError: the file could not be opened this time.
    """
    extract = replace(readers.read(path, limits), name=PurePath(name).name)
    documents: Sequence[Document] = parsers.parse(extract, kind=kind)
    outside = any(OUTSIDE in document.warnings for document in documents)
    warnings = (*extract.warnings, *([OUTSIDE] if outside else []))
    return Opened(tuple(documents), warnings, extract.suspicious)
