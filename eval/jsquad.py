"""JSQuAD as a retrieval suite: every paragraph one passage, as it is; nothing is cut or joined.

The context of a paragraph is ``title [SEP] paragraph``. The paragraph is the passage and the title its topic and the
title of its document, which is how a heading reaches a passage everywhere else in this program.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from corpus.catalogue import DocumentRow, Prepared, SourceRow
from corpus.disclosure import Label, Status
from corpus.embedding import Embedder
from corpus.model import Document, Kind, Passage, Rendition, Role, Utterance
from corpus.store import Store
from eval.datasets import Question, Relevant
from ingest.job import Job, Watch
from ingest.prepare import embedded_text

_SEPARATOR = " [SEP] "
_GAP = "\n\n"
_COMPARTMENT = "public"


@dataclass(frozen=True, slots=True)
class Article:
    """One Wikipedia article of the set: its paragraphs and the questions (id, text) on each."""

    title: str
    paragraphs: tuple[str, ...]
    questions: tuple[tuple[tuple[str, str], ...], ...]


def read_articles(path: Path) -> list[Article]:
    """The articles of a JSQuAD file (SQuAD 1.1 form), in file order."""
    data = json.loads(path.read_text(encoding="utf-8"))["data"]
    return [_article(entry) for entry in data]


def _article(entry: dict[str, object]) -> Article:
    given = entry["paragraphs"]
    assert isinstance(given, list)
    contexts = [str(paragraph["context"]) for paragraph in given]
    questions = [tuple((str(qa["id"]), str(qa["question"])) for qa in p["qas"]) for p in given]
    texts = [context.partition(_SEPARATOR)[2] or context for context in contexts]
    return Article(str(entry["title"]), tuple(texts), tuple(questions))


def questions(path: Path) -> list[Question]:
    """Every question with its own paragraph as the one relevant place, named by offsets."""
    found = []
    for article in read_articles(path):
        for (start, end), asked in zip(_places(article), article.questions, strict=True):
            relevant = (Relevant(document=article.title, start=start, end=end),)
            found += [Question(id=key, question=text, relevant=relevant) for key, text in asked]
    return found


def _places(article: Article) -> list[tuple[int, int]]:
    """Where each paragraph stands in the text of its article."""
    places, start = [], 0
    for text in article.paragraphs:
        places.append((start, start + len(text)))
        start += len(text) + len(_GAP)
    return places


def build(store: Store, embedder: Callable[[], Embedder], path: Path, *, watch: Watch) -> None:
    """Put the articles into an empty store and publish its index."""
    identify = store.catalogue.identify
    with store.catalogue.write() as connection:
        for prepared in prepare(read_articles(path), identify):
            source = SourceRow(prepared.row.source_id, "JSQuAD", prepared.row.title, "", "live")
            store.catalogue.put_source(connection, source)
            store.catalogue.put_document(connection, prepared)
    Job(store, embedder, watch=watch).rebuild()


def prepare(articles: Iterable[Article], identify: Callable[..., str]) -> list[Prepared]:
    """One document an article, one passage a paragraph."""
    return [_prepared(article, identify) for article in articles]


def _prepared(article: Article, identify: Callable[..., str]) -> Prepared:
    places = _places(article)
    text = _GAP.join(article.paragraphs)
    utterances = tuple(Utterance(start, end, role=Role.OTHER) for start, end in places)
    document = Document("", article.title, Kind.MATERIAL, text, utterances=utterances)
    document_id = identify("document", "jsquad", article.title)
    passages = tuple(
        Passage(
            id=identify("passage", document_id, str(start)),
            document_id=document_id,
            compartment=_COMPARTMENT,
            utterance=number,
            start=start,
            end=end,
            text=text[start:end],
            title=article.title,
            topic=article.title,
        )
        for number, (start, end) in enumerate(places)
    )
    keys = {p.id: (identify("text", embedded_text(p)), identify("text", p.header)) for p in passages}
    source_id = identify("source", "JSQuAD", article.title)
    row = DocumentRow(
        id=document_id,
        source_id=source_id,
        key="",
        collection="JSQuAD",
        title=article.title,
        kind=Kind.MATERIAL,
        meeting="",
        session="",
        date=None,
        department="",
        url="",
        base=_COMPARTMENT,
        status=Status.OPEN.value,
    )
    return Prepared(
        row, document, (Rendition(_COMPARTMENT, document, Label(Status.OPEN)),), (), passages, keys
    )
