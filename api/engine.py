"""The engine over a store: every call makes a `Reader` for its principal and goes through it alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from api.services import DocumentInfo, DocumentView, SectionView, ThreadView, UtteranceView
from corpus.catalogue import DocumentRow
from corpus.disclosure import Principal
from corpus.model import Passage, Rendition
from corpus.reading import Reader
from corpus.store import Store
from rag.answer import Answer, Retrieved, Style
from rag.clock import Clock
from rag.pipeline import Pipeline, restrict
from rag.question import Filters, Understood


class StoreEngine:
    """Answers, finds and opens what a principal may read; callable from several threads."""

    def __init__(
        self, store: Store, pipeline: Pipeline, *, now: Callable[[], datetime] = datetime.now
    ) -> None:
        self._store = store
        self._pipeline = pipeline
        self._now = now

    def reader(self, principal: Principal) -> Reader:
        """The view of the store that holds what `principal` may read now."""
        return Reader(self._store, principal, now=self._now)

    def ask(
        self,
        question: str,
        principal: Principal,
        *,
        filters: Filters,
        style: Style,
        top_k: int,
        history: Sequence[tuple[str, str]] = (),
        clock: Clock | None = None,
    ) -> tuple[Answer, Understood]:
        """An answer or a refusal, and what was understood."""
        reader = self.reader(principal)
        return self._pipeline.ask(
            question, reader, filters=filters, style=style, top_k=top_k, history=history, clock=clock
        )

    def search(
        self, query: str, principal: Principal, *, filters: Filters, top_k: int
    ) -> tuple[list[Retrieved], Understood]:
        """At most `top_k` passages, best first, and what was understood."""
        return self._pipeline.search(query, self.reader(principal), filters=filters, top_k=top_k)

    def documents(
        self, principal: Principal, *, offset: int, limit: int, filters: Filters
    ) -> list[DocumentInfo]:
        """Readable documents, newest first, then by title and id."""
        reader = self.reader(principal)
        rows = reader.documents()
        restriction = restrict(filters, reader)
        if restriction is not None and restriction.documents is not None:
            rows = {key: row for key, row in rows.items() if key in restriction.documents}
        ordered = sorted(
            rows.values(), key=lambda row: (-(row.date.toordinal() if row.date else 0), row.title, row.id)
        )
        return [_info(row) for row in ordered[offset : offset + limit]]

    def document(self, principal: Principal, document_id: str) -> DocumentView | None:
        """A document as this principal may read it; None where it is missing or withheld."""
        reader = self.reader(principal)
        row = reader.document(document_id)
        if row is None:
            return None
        renditions = reader.renditions(document_id)
        base = renditions.get(row.base)
        if base is None:
            return None
        return _view(row, base, [each for name, each in sorted(renditions.items()) if name != row.base])

    def passage(self, principal: Principal, passage_id: str) -> Passage | None:
        """A passage; None where it is missing or withheld."""
        return self.reader(principal).passages([passage_id]).get(passage_id)

    def thread(self, principal: Principal, passage_id: str) -> ThreadView | None:
        """The exchange a passage belongs to; None where passage or exchange is missing or withheld."""
        reader = self.reader(principal)
        passage = reader.passages([passage_id]).get(passage_id)
        exchanges = reader.exchanges(passage) if passage is not None else []
        if not exchanges:
            return None
        first = max(
            exchanges, key=lambda each: (len(each.questions) + len(each.answers), each.questions[:1] != ())
        )
        return ThreadView(first.questions, first.answers)


def _info(row: DocumentRow) -> DocumentInfo:
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


def _view(row: DocumentRow, base: Rendition, closed: Sequence[Rendition]) -> DocumentView:
    """The base rendition with the closed fragments that may be read put in after where they stood."""
    pieces = [(view.start, 0, view) for view in _utterances(base)]
    for rendition in closed:
        anchors = {anchor.start: anchor.at for anchor in rendition.anchors}
        pieces += [(_host(base, anchors[view.start]), 1, view) for view in _utterances(rendition)]
    ordered = [view for _, _, view in sorted(pieces, key=lambda piece: piece[:2])]
    return DocumentView(_info(row), _contents(base, ordered), tuple(ordered))


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
