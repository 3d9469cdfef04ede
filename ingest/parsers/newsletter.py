"""Newsletters (議会だより): articles by heading, 問 and 答 in short, tables of votes."""

from __future__ import annotations

from corpus.calendar import parse_date
from corpus.model import Document, Kind
from ingest.errors import UnreadableSourceError
from ingest.extract import Extract
from ingest.parsers.material import head_date, is_newsletter, title_of
from ingest.parsers.outline import Outline

KINDS = frozenset({Kind.NEWSLETTER})


def recognise(extract: Extract) -> float:
    """Told by the title."""
    return 0.9 if is_newsletter(title_of(extract)) else 0.0


def parse(extract: Extract) -> list[Document]:
    """One document; the member named in a heading asks the questions under it.

    Raises:
        UnreadableSourceError: there is no text.
    """
    draft = Outline(extract, pairs=True).build()
    if not draft.utterances:
        raise UnreadableSourceError("本文がありません")
    title = title_of(extract)
    day = parse_date(title) or head_date(extract)
    return [draft.finish(key="", title=title, kind=Kind.NEWSLETTER, day=day)]
