"""A document as one principal reads it: the base rendition with the closed fragments that this person may read."""

from __future__ import annotations

from collections.abc import Sequence

from api.services import DocumentInfo, DocumentView, SectionView, UtteranceView
from corpus.catalogue import DocumentRow
from corpus.model import Rendition


def info_of(row: DocumentRow) -> DocumentInfo:
    return DocumentInfo(
        id=row.id,
        title=row.title,
        kind=row.kind,
        meeting=row.meeting,
        session=row.session,
        date=row.date,
        department=row.department,
        collection=row.collection,
        status=row.status,
        audience=row.base,
        url=row.url,
    )


def view_of(row: DocumentRow, base: Rendition, closed: Sequence[Rendition]) -> DocumentView:
    """The base rendition with the closed fragments that may be read put in after where they stood."""
    pieces = [(view.start, 0, view) for view in _utterances(base)]
    for rendition in closed:
        anchors = {anchor.start: anchor.at for anchor in rendition.anchors}
        pieces += [(_host(base, anchors[view.start]), 1, view) for view in _utterances(rendition)]
    ordered = [view for _, _, view in sorted(pieces, key=lambda piece: piece[:2])]
    return DocumentView(info_of(row), _contents(base, ordered), tuple(ordered))


def _host(base: Rendition, offset: int) -> int:
    """Start of the utterance of the base rendition in or before which `offset` lies."""
    return max((u.start for u in base.document.utterances if u.start <= offset), default=-1)


def _utterances(rendition: Rendition) -> list[UtteranceView]:
    document = rendition.document
    return [
        UtteranceView(
            start=utterance.start,
            end=utterance.end,
            text=document.text[utterance.start : utterance.end],
            audience=rendition.compartment,
            speaker=utterance.speaker,
            post=utterance.post,
            role=utterance.role,
            agenda=document.section_title(utterance),
            page=document.page_at(utterance.start),
        )
        for utterance in document.utterances
    ]


def _contents(base: Rendition, views: Sequence[UtteranceView]) -> tuple[SectionView, ...]:
    entries = []
    for section in base.document.sections:
        first = next(
            (
                number
                for number, view in enumerate(views)
                if view.audience == base.compartment
                and section.start <= view.start < max(section.end, section.start + 1)
            ),
            None,
        )
        if first is not None:
            entries.append(SectionView(section.title, section.level, first))
    return tuple(entries)
