"""Plans, manuals and rules: sections by numbered headings (第１章, １, （１）, ア, ①) or by those of the file."""

from __future__ import annotations

from corpus.model import Document, Kind
from ingest.errors import UnreadableSourceError
from ingest.extract import Extract
from ingest.parsers.material import head_date, kind_of, title_of
from ingest.parsers.numbered import ARTICLE, heading_of
from ingest.parsers.outline import Outline

KINDS = frozenset({Kind.PLAN, Kind.MANUAL})
_FEW = 3


def recognise(extract: Extract) -> float:
    """More with chapters and articles, less with mere numbers; a title that says plan or manual adds to it."""
    lines = [block.text for block in extract.blocks if not block.table and not block.level]
    found = [heading for line in lines if (heading := heading_of(line))]
    chapters = sum(heading.rank <= 3 for heading in found)
    articles = sum(ARTICLE.fullmatch(line.strip()) is not None for line in lines)
    named = kind_of(title_of(extract)) in (Kind.PLAN, Kind.MANUAL)
    own = sum(block.level > 0 for block in extract.blocks)
    if chapters >= 2 or articles >= 2:
        return 0.75 if named else 0.6
    if len(found) + own >= _FEW and named:
        return 0.6
    return 0.35 if len(found) >= _FEW else 0.0


def parse(extract: Extract) -> list[Document]:
    """One document; the text under each heading is an utterance without a speaker.

    Raises:
        UnreadableSourceError: there is no text.
    """
    draft = Outline(extract, numbered=True).build()
    if not draft.utterances:
        raise UnreadableSourceError("本文がありません")
    title = title_of(extract)
    return [draft.finish(key="", title=title, kind=kind_of(title), day=head_date(extract))]
