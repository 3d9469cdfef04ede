"""Rows of the catalogue as values, and what is handed to it to be written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from corpus.editions import PLAIN, Copy, Place
from corpus.model import Document, Kind, Passage, Rendition, Role, Thread
from corpus.serial import rendition_to_json


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """What the catalogue keeps about a document besides its text."""

    id: str
    source_id: str
    key: str
    collection: str
    title: str
    kind: Kind
    meeting: str
    session: str
    date: date | None
    department: str
    url: str
    base: str
    status: str
    record_id: str = ""
    edition: int = PLAIN
    copy: Copy = Copy.UNSAID
    material: str = ""
    superseded: bool = False


@dataclass(frozen=True, slots=True)
class CollectionRow:
    """What the operator wrote about a collection: the department that keeps it, and the label of documents
    that nobody else speaks of (``open``, ``staff``, ``closed``; empty: undetermined, which is closed).
    """

    name: str
    department: str = ""
    default: str = ""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One source file: taken (``live``) or ``refused`` with a reason.

    `original` is the name of the kept file, where it was kept; `guarded` whether that file holds more than
    its text shows, so that only those who keep the record may have it.
    """

    id: str
    collection: str
    name: str
    digest: str
    state: str
    reason: str = ""
    original: str = ""
    guarded: bool = False


@dataclass(frozen=True, slots=True)
class Generation:
    """A published state of the passage index. `manifest`: compartment -> shard facts."""

    id: int
    epoch: int
    manifest: dict[str, dict[str, Any]]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Features:
    """What is computed once per text: lexical terms (see `corpus.index.terms`) and a float16 vector."""

    terms: bytes
    vector: bytes | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document ready to be written: its row, master text, renditions, threads and passages.

    `keys` gives for every passage id the digests of its text and of its header. Without a `place` the one that
    is known stays.
    """

    row: DocumentRow
    master: Document
    renditions: tuple[Rendition, ...]
    threads: tuple[tuple[str, Thread], ...]
    passages: tuple[Passage, ...]
    keys: dict[str, tuple[str, str]]
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """Work that a committed change leaves to be done: nothing it concerns is readable meanwhile.

    Attributes:
        documents: ids of documents to be prepared again from their masters.
        compartments: those whose shards hold what the catalogue does not, or the reverse.
        rewritten: ids of documents with passages that are the same by id and are headed or tied otherwise now.
    """

    documents: frozenset[str] = frozenset()
    compartments: frozenset[str] = frozenset()
    rewritten: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.documents or self.compartments or self.rewritten)

    def __or__(self, other: Pending) -> Pending:
        return Pending(
            self.documents | other.documents,
            self.compartments | other.compartments,
            self.rewritten | other.rewritten,
        )


def document_row(row: Any) -> DocumentRow:
    """A row of the documents table, columns in the order of `DocumentRow`."""
    found = DocumentRow(*row)
    return replace(found, kind=Kind(found.kind), copy=Copy(found.copy))


def passage_row(row: Any, names: Sequence[str] | None = None) -> Passage:
    """A passage from a row whose columns are called `names`."""
    values = dict(zip(names or row._fields, row, strict=True))
    return Passage(**(values | {"kind": Kind(values["kind"]), "role": Role(values["role"])}))


def rendition_values(document_id: str, rendition: Rendition) -> dict[str, Any]:
    """Column values of a new row."""
    return {
        "document_id": document_id,
        "compartment": rendition.compartment,
        "status": rendition.label.status.value,
        "body": rendition_to_json(rendition),
    }


def thread_values(document_id: str, name: str, thread: Thread) -> dict[str, Any]:
    """Column values of a new row."""
    return {
        "document_id": document_id,
        "compartment": name,
        "question_start": thread.question.start,
        "question_end": thread.question.end,
        "answer_start": thread.answer.start,
        "answer_end": thread.answer.end,
        "confidence": thread.confidence,
    }


def passage_values(passage: Passage, digest: str, header_digest: str) -> dict[str, Any]:
    """Column values of a new row."""
    names = ("id", "document_id", "compartment", "utterance", "start", "end", "text", "agenda", "topic")
    values = {name: getattr(passage, name) for name in (*names, "speaker", "post", "page")}
    return values | {"role": passage.role.value, "digest": digest, "header_digest": header_digest}
