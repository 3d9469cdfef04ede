"""Blocks to documents, one module a kind of record. `parse` picks the module by content."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from corpus.model import Document, Kind
from ingest.errors import UnreadableSourceError
from ingest.extract import Extract
from ingest.parsers import (
    answer_book,
    diet,
    headed,
    marked_minutes,
    newsletter,
    paragraph,
    record_form,
    utterance_json,
)
from ingest.parsers.offsets import resolve
from ingest.parsers.screening import OUTSIDE, compared, screened, screened_line, shut, unread
from ingest.parsers.sentinels import Code, encode
from ingest.parsers.stamps import stamped

__all__ = ["parse", "recognise"]


class Parser(Protocol):
    """What each module of this package offers."""

    KINDS: frozenset[Kind]

    def recognise(self, extract: Extract) -> float:
        """How sure it is, in [0, 1], that this parser is the right one."""

    def parse(self, extract: Extract) -> list[Document]:
        """The documents of the file, in order."""


_PARSERS: dict[str, Parser] = {
    "utterance_json": utterance_json,
    "diet": diet,
    "record_form": record_form,
    "marked_minutes": marked_minutes,
    "answer_book": answer_book,
    "newsletter": newsletter,
    "headed": headed,
    "paragraph": paragraph,
}


def recognise(extract: Extract) -> list[tuple[str, float]]:
    """(parser, confidence in [0, 1]) of every parser that may be right, the surest first."""
    sure = [(name, parser.recognise(extract)) for name, parser in _PARSERS.items()]
    return sorted((pair for pair in sure if pair[1] > 0), key=lambda pair: -pair[1])


def parse(extract: Extract, *, kind: Kind | None = None) -> list[Document]:
    """The documents of one file, in order, by the parser that recognises it best.

    Closed marks in the text become claims with their spans, page starts become pages, and
    neither is part of the text. A given extract gives the same documents every time.

    Args:
        extract: the file as read.
        kind: what the operator says it is; chooses among the parsers for that kind.

    Raises:
        UnreadableSourceError: there is nothing to take; the reason is in Japanese.
    """
    name = _chosen(extract, kind)
    if not name:
        raise UnreadableSourceError("本文がありません")
    title = screened_line(extract.title)
    encoded, code = encode(replace(extract, title=title))
    documents = resolve(_PARSERS[name].parse(encoded), code)
    if code.marks:
        documents = _compared(documents, _PARSERS[name], encoded, code)
    if title != extract.title:
        documents = [replace(each, warnings=(*each.warnings, OUTSIDE)) for each in documents]
    if mark := unread(encoded):
        documents = shut(documents, mark)
    return [_completed(document, extract, kind) for document in documents]


def _compared(documents: list[Document], parser: Parser, encoded: Extract, code: Code) -> list[Document]:
    """The documents beside those of the same file without what its marks close; see `screening`."""
    rest, words = screened(encoded, code)
    try:
        without = resolve(parser.parse(rest), Code(code.pages, ()))
    except UnreadableSourceError:  # nothing is left: there is nothing to compare with
        without = []
    return compared(documents, without, words)


def _chosen(extract: Extract, kind: Kind | None) -> str:
    """The parser to use: the surest for `kind`, else any that is for it, else the surest of all."""
    names = [name for name, _ in recognise(extract)]
    if kind is not None and names:
        for_kind = [name for name, parser in _PARSERS.items() if kind in parser.KINDS]
        lines = [name for name in for_kind if name not in ("utterance_json", "diet")]
        names = [name for name in names if name in for_kind] or (lines if extract.blocks else []) or names
    return names[0] if names else ""


def _completed(document: Document, extract: Extract, kind: Kind | None) -> Document:
    """The document with what its file says: warnings and stamps; and the kind that the operator gave."""
    warnings = (*extract.warnings, *document.warnings)
    claims = (*document.claims, *stamped(document, extract))
    return replace(
        document, warnings=tuple(dict.fromkeys(warnings)), claims=claims, kind=kind or document.kind
    )
