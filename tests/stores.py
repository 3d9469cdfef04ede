"""Stores over documents that a test writes down as values: no file format and no parser in between."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from corpus.disclosure import Label, Principal, Status
from corpus.embedding import HashEmbedder
from corpus.model import Document, Kind, LabelClaim, Role, Section, Span, Utterance
from corpus.reading import Reader
from corpus.serial import document_from_json, document_to_json
from corpus.store import Store
from ingest.job import Job, Order, Outcome
from ingest.opening import Opened
from ingest.relabel import Relabelling

SALT = "00" * 16
NOW = datetime(2025, 10, 1, 9, 0)
TODAY = date(2025, 10, 1)

IT = Principal("tanaka", "田中", frozenset({"情報政策課"}))
IT_CHIEF = Principal("mori", "森", frozenset({"情報政策課"}))
WELFARE = Principal("sato", "佐藤", frozenset({"福祉課"}))
DISCLOSURE = Principal("ueda", "上田", frozenset({"総務課"}), frozenset({"情報公開担当"}))
PLAIN = Order()
APPROVERS = ("情報公開担当",)

OPEN = Label(Status.OPEN)
STAFF = Label(Status.CLOSED, frozenset({frozenset({"staff"})}))


def written(
    title: str, *speeches: str, department: str = "情報政策課", claims: tuple[LabelClaim, ...] = ()
) -> Document:
    """A document with one agenda item and one utterance a speech, by turns question and answer."""
    text, sections, utterances = "", [], []
    for number, speech in enumerate(speeches):
        start = len(text)
        text += speech + "\n"
        end = len(text) - 1
        sections.append(Section(f"議題{number + 1}", start, end))
        role = (Role.QUESTION, Role.ANSWER)[number % 2]
        utterances.append(Utterance(start, end, f"話者{number + 1}", "課長", role, number))
    return Document(
        "",
        title,
        Kind.MEETING_RECORD,
        text.removesuffix("\n"),
        tuple(sections),
        tuple(utterances),
        meeting="推進会議",
        date=date(2025, 6, 2),
        department=department,
        claims=claims,
    )


def marked(document: Document, words: str, label: Label | None = None) -> Document:
    """`document` with a mark on the first place of `words`, and 一部非公開 on its form."""
    start = document.text.index(words)
    mark = LabelClaim(label or Label(Status.CLOSED), "mark", Span(start, start + len(words)))
    form = LabelClaim(Label(Status.PARTIAL), "form")
    kept = tuple(claim for claim in document.claims if claim != form)
    return Document(**{**_fields(document), "claims": (form, *kept, mark)})


def _fields(document: Document) -> dict[str, object]:
    return {name: getattr(document, name) for name in Document.__slots__}


def take(
    store: Store, folder: Path, documents: Mapping[str, Document], order: Order = PLAIN
) -> list[tuple[str, Outcome, tuple[str, ...]]]:
    """Write `documents` (name -> document) as files into `folder` and take the folder into the store."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, document in documents.items():
        text = json.dumps(document_to_json(document), ensure_ascii=False)
        (folder / name).write_text(text, encoding="utf-8")
    report = job(store).run([folder], order)
    return [(result.name, result.outcome, result.warnings) for result in report.results]


def job(store: Store) -> Job:
    """The ingest job that reads such files."""
    return Job(store, HashEmbedder, open_=_open, today=lambda: TODAY)


def _open(path: Path, name: str, kind: Kind | None = None) -> Opened:
    return Opened((document_from_json(json.loads(path.read_text(encoding="utf-8"))),))


def labels(store: Store) -> Relabelling:
    """What changes labels in `store`."""
    return Relabelling(store, HashEmbedder, approvers=APPROVERS, now=lambda: NOW)


def only_document(store: Store) -> str:
    """The id of the one document of a store."""
    (document_id,) = store.catalogue.documents()
    return document_id


def read_by(store: Store, principal: Principal) -> str:
    """All that `principal` may read, as one text: titles, then passages."""
    reader = Reader(store, principal, now=lambda: NOW)
    rows = reader.documents()
    lines = [line for key in sorted(rows) for line in (rows[key].title, *_passages(reader, key))]
    return "\n".join(lines)


def _passages(reader: Reader, document_id: str) -> list[str]:
    return [passage.text for passage in reader.passages_of(document_id)]
