"""From "the answer stands here" to passages: where a question's relevant places are in the text its asker reads.

A passage is relevant when it lies in the same text as a gold span and shares at least half of the shorter of
the two with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from corpus.catalogue import DocumentRow
from corpus.model import Passage, Rendition, Span
from corpus.quotation import folded_with_origins
from corpus.reading import Reader
from corpus.store import Store
from eval.alignment import locate
from eval.datasets import Question, Relevant

SHARE = 0.5
"""Part of the shorter of passage and gold span that they must share."""


@dataclass(frozen=True, slots=True)
class Gold:
    """A relevant place: a span of one rendition of a document, with its words."""

    document_id: str
    compartment: str
    span: Span
    text: str

    def holds(self, passage: Passage) -> bool:
        """Whether the passage is relevant by this place."""
        if (passage.document_id, passage.compartment) != (self.document_id, self.compartment):
            return False
        shared = min(passage.end, self.span.end) - max(passage.start, self.span.start)
        shorter = min(passage.end - passage.start, self.span.end - self.span.start)
        return shared > 0 and shared >= SHARE * shorter


def where(passage: Passage) -> str:
    """Where a passage stands, in the words of the page: title, day, agenda, topic, post and speaker, page."""
    day = passage.date.isoformat() if passage.date else ""
    page = f"p.{passage.page}" if passage.page else ""
    parts = (passage.title, day, passage.agenda, passage.topic, passage.post, passage.speaker, page)
    return " ".join(dict.fromkeys(part for part in parts if part))


class Places:
    """Finds the relevant places and passages of questions in a store that does not change meanwhile."""

    def __init__(self, store: Store) -> None:
        names = {source.id: source.name for source in store.catalogue.sources().values()}
        self._documents: dict[str, list[DocumentRow]] = {}
        for row in store.catalogue.documents().values():
            self._documents.setdefault(names.get(row.source_id, row.title), []).append(row)
        self._renditions: dict[tuple[str, str], dict[str, Rendition]] = {}
        self._passages: dict[tuple[str, str], list[Passage]] = {}

    def of(self, question: Question, reader: Reader) -> tuple[list[Gold], list[str]]:
        """The relevant places that `reader` may read, and what could not be found (Japanese).

        Quoted words count wherever they stand in the document: what repeats them answers as well.
        """
        found: list[Gold] = []
        missing: list[str] = []
        for relevant in question.relevant:
            rows = self._named(relevant.document)
            gold = [place for row in rows for place in self._in(row.id, relevant, reader)]
            if not rows:
                missing.append(f"文書 {relevant.document} がありません")
            elif not gold:
                missing.append(f"{relevant.document} の、質問者が読める本文に、正解の文言がありません")
            found += gold
        return list(dict.fromkeys(found)), missing

    def passages(self, gold: Iterable[Gold], reader: Reader) -> set[str]:
        """Ids of all passages that `reader` may read and that are relevant by one of the places."""
        places = list(gold)
        return {
            passage.id
            for document in {place.document_id for place in places}
            for passage in self._passages_of(document, reader)
            if any(place.holds(passage) for place in places)
        }

    def where(self, place: Gold, reader: Reader) -> str:
        """Where a place is, in the words of the page; empty where no passage covers it."""
        covering = (p for p in self._passages_of(place.document_id, reader) if place.holds(p))
        return next((where(passage) for passage in covering), "")

    def _named(self, written: str) -> list[DocumentRow]:
        """The documents of the source file of that name, or whose path ends so; ``#meeting`` picks among them."""
        name, _, part = written.partition("#")
        rows = self._documents.get(name) or [
            row for known, rows in self._documents.items() if known.endswith(f"/{name}") for row in rows
        ]
        return [row for row in rows if part in f"{row.key}\n{row.title}\n{row.meeting}\n{row.session}"]

    def _in(self, document_id: str, relevant: Relevant, reader: Reader) -> list[Gold]:
        key = (reader.principal.id, document_id)
        if key not in self._renditions:
            self._renditions[key] = reader.renditions(document_id)
        return [
            Gold(document_id, name, span, rendition.document.text[span.start : span.end])
            for name, rendition in sorted(self._renditions[key].items())
            for span in _spans(rendition, relevant)
        ]

    def _passages_of(self, document_id: str, reader: Reader) -> list[Passage]:
        key = (reader.principal.id, document_id)
        if key not in self._passages:
            self._passages[key] = reader.passages_of(document_id)
        return self._passages[key]


def _spans(rendition: Rendition, relevant: Relevant) -> list[Span]:
    if relevant.start is not None and relevant.end is not None:
        inside = not rendition.anchors and relevant.end <= len(rendition.document.text)
        return [Span(relevant.start, relevant.end)] if inside else []
    spans = _find(rendition.document.text, relevant.quote or "")
    if not spans and (near := locate(rendition.document, relevant.quote or "")):
        return [near]  # the quotation holds stage directions, which the text as read does not
    return spans


def _find(text: str, quote: str) -> list[Span]:
    """As `corpus.quotation.find`, with the text folded once for many quotations."""
    folded, origins = _folded(text)
    wanted, _ = folded_with_origins(quote)
    spans: list[Span] = []
    position = folded.find(wanted) if wanted else -1
    while position >= 0:
        end = position + len(wanted)
        spans.append(Span(origins[position], origins[end - 1] + 1))
        position = folded.find(wanted, end)
    return spans


@lru_cache(maxsize=64)
def _folded(text: str) -> tuple[str, Sequence[int]]:
    return folded_with_origins(text)
