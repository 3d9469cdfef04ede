"""From a parsed document to what the catalogue stores: label, cut, thread, chunk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from corpus.catalogue import Catalogue, CollectionRow, DocumentRow, Prepared
from corpus.disclosure import Label, Status, compartment
from corpus.editions import Place
from corpus.labels import COLLECTION
from corpus.model import Document, LabelClaim, Passage, Rendition, Thread
from ingest.cut import cut
from ingest.labels import WORDS, decide
from ingest.mosaic import left_open
from ingest.passages import chunk
from ingest.threads import thread

Identify = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Custody:
    """Who keeps a document and where it belongs: what the operator says at ingest."""

    collection: str
    department: str = ""
    default: Label | None = None

    @classmethod
    def of(cls, catalogue: Catalogue, collection: str, department: str) -> Custody:
        """With the default label that the operator wrote for the collection, and its department if none is named."""
        kept = catalogue.collections().get(collection, CollectionRow(collection))
        return cls(collection, department or kept.department, WORDS.get(kept.default))

    @property
    def claim(self) -> LabelClaim:
        """What the collection says of a document that is taken now; it is recorded with the document."""
        return LabelClaim(self.default or Label(Status.UNDETERMINED), COLLECTION)


def prepare(
    document: Document,
    *,
    source_id: str,
    custody: Custody,
    claims: Sequence[LabelClaim],
    identify: Identify,
    today: date,
    place: Place | None = None,
) -> tuple[Prepared, tuple[str, ...]]:
    """A document ready to be written, and warnings in Japanese for the operator.

    Ids are made from names and places, never from closed text: with a closed span taken out of the
    document altogether, the ids of everything else are the same.
    """
    labelling = decide(document, claims, owner=custody.department, default=custody.default, today=today)
    renditions = cut(document, labelling)
    document_id = identify("document", source_id, document.key)
    passages: list[Passage] = []
    threads: list[tuple[str, Thread]] = []
    for rendition in renditions:
        passages += _passages(rendition, document_id, identify)
    if renditions:
        threads = [(renditions[0].compartment, each) for each in thread(renditions[0].document)]
    keys = {p.id: (identify("text", embedded_text(p)), identify("header", p.header)) for p in passages}
    elsewhere = [span for span, label in labelling.closed if compartment(label) != renditions[0].compartment]
    row = _row(document_id, source_id, renditions[0], custody, document)
    return (
        Prepared(row, document, tuple(renditions), tuple(threads), tuple(passages), keys, place),
        (*document.warnings, *labelling.warnings, *left_open(document, elsewhere, renditions[0].document)),
    )


def embedded_text(passage: Passage) -> str:
    """What terms and vector are made of: the text, led by what it is about where it does not name it itself."""
    return f"{passage.lead}\n{passage.text}" if passage.lead else passage.text


def _row(
    document_id: str, source_id: str, base: Rendition, custody: Custody, document: Document
) -> DocumentRow:
    shown = base.document
    return DocumentRow(
        id=document_id,
        source_id=source_id,
        key=document.key,
        collection=custody.collection,
        title=shown.title,
        kind=shown.kind,
        meeting=shown.meeting,
        session=shown.session,
        date=shown.date,
        department=shown.department or custody.department,
        url=shown.url,
        base=base.compartment,
        status=base.label.status.value,
    )


def _passages(rendition: Rendition, document_id: str, identify: Identify) -> list[Passage]:
    document = rendition.document
    made = []
    for piece in chunk(document):
        utterance = document.utterances[piece.utterance]
        start, end = piece.span.start, piece.span.end
        text = document.text[start:end]
        made.append(
            Passage(
                id=identify("passage", document_id, rendition.compartment, str(start), text),
                document_id=document_id,
                compartment=rendition.compartment,
                utterance=piece.utterance,
                start=start,
                end=end,
                text=text,
                title=document.title,
                kind=document.kind,
                meeting=document.meeting,
                session=document.session,
                date=document.date,
                agenda=document.section_title(utterance),
                topic=piece.topic,
                speaker=utterance.speaker,
                post=utterance.post,
                role=piece.role,
                page=document.page_at(start),
                status=rendition.label.status.value,
            )
        )
    return made
