"""Anything else: the text under each heading of the file, tables row by row."""

from __future__ import annotations

from corpus.model import Document, Kind
from ingest.errors import UnreadableSourceError
from ingest.extract import Extract
from ingest.parsers.material import head_date, kind_of, title_of
from ingest.parsers.outline import Outline

KINDS = frozenset({Kind.MATERIAL})


def recognise(extract: Extract) -> float:
    """Always a little: the parser for what no other knows."""
    return 0.05 if any(block.text.strip() for block in extract.blocks) else 0.0


def parse(extract: Extract) -> list[Document]:
    """One document; each stretch under one heading is an utterance without a speaker.

    Raises:
        UnreadableSourceError: there is no text.
    """
    draft = Outline(extract).build()
    if not draft.utterances:
        raise UnreadableSourceError("本文がありません")
    title = title_of(extract)
    return [draft.finish(key="", title=title, kind=kind_of(title), day=head_date(extract))]
