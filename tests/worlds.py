"""Two worlds: the store as it is, and a store that never held what one person may not read.

`Record` is a document as a reference sees it: speeches of pieces, each piece with the clauses that a reader must
meet. `may_see` decides over them in a dozen lines that share nothing with the product. `spared` makes the
document that is left for one person; `differences` sends the same requests to both stores and compares bytes.
"""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from api.app import create_app
from api.daybook import Daybook
from api.directory import Caller, Directory
from api.engine import StoreEngine
from api.history import History
from api.labelling import LabelDesk
from api.noting import Noting
from api.overview import Overview
from api.services import Services
from api.settings import AlertSettings, DisclosureSettings, HttpSettings, Settings
from corpus.audit import Audit
from corpus.conversations import Conversations, Turn
from corpus.disclosure import MARK, Label, Principal, Status
from corpus.embedding import HashEmbedder
from corpus.model import Document, Kind, LabelClaim, Role, Section, Span, Utterance
from corpus.store import Store
from ingest.job import Order
from rag.pipeline import Pipeline
from rag.retrieval import Retriever
from tests.stores import APPROVERS, NOW, SALT, TODAY, labels, take

AUDITORS = ("監査担当",)
Clauses = frozenset[frozenset[str]]
PUBLIC: Clauses = frozenset()


def only(*atoms: str) -> Clauses:
    """Readable for whom one of `atoms` lets in."""
    return frozenset({frozenset(atoms)})


@dataclass(frozen=True)
class Piece:
    """Words, and what besides the record's own clauses a reader must meet; None where they are not closed."""

    words: str
    closed: Clauses | None = None
    hidden: bool = False


@dataclass
class Record:
    """A document of the reference. Every speech is one utterance under one agenda item.

    `filed` is what its file says of readers, whatever people have decided since. `names` are those of the speakers,
    in the order of the speeches; without them they are numbered.
    """

    name: str
    title: str
    department: str
    base: Clauses
    speeches: list[list[Piece]]
    day: date = date(2025, 6, 2)
    filed: tuple[Clauses, list[list[Piece]]] | None = None
    names: tuple[str, ...] = ()
    meeting: str = "推進会議"


@dataclass
class Person:
    """Somebody who asks; departments and groups change."""

    id: str
    departments: set[str] = field(default_factory=set)
    groups: set[str] = field(default_factory=set)
    operator: bool = False

    def principal(self) -> Principal:
        """The same as the product sees it."""
        return Principal(
            self.id, self.id, frozenset(self.departments), frozenset(self.groups), training_completed_on=TODAY
        )


def may_see(person: Person | None, clauses: Clauses) -> bool:
    """The reference: every clause must hold, by one of its alternatives."""
    return all(any(_holds(person, atom) for atom in clause) for clause in clauses)


def _holds(person: Person | None, atom: str) -> bool:
    if person is None:
        return False
    kind, _, name = atom.partition(":")
    return kind == "staff" or name in (person.departments if kind == "dept" else person.groups)


# -- records as documents ------------------------------------------------------------------------


def original(record: Record) -> Document:
    """The record as its file has it, with a form and marks."""
    base, speeches = record.filed or (record.base, record.speeches)
    return _document(replace(record, base=base), record.title, list(enumerate(speeches)))


def spared(record: Record, person: Person | None) -> Document | None:
    """What is left of a record once everything that `person` may not see is taken out; None: nothing."""
    if not may_see(person, record.base):
        return None
    title, speeches = record.title, []
    for number, pieces in enumerate(record.speeches):
        left: list[Piece] = []
        for piece in pieces:
            if may_see(person, piece.closed or PUBLIC):
                left.append(piece)
                continue
            mark = "" if piece.hidden else MARK
            title = title.replace(piece.words, mark)
            left += [Piece(mark)] if mark else []
        if left:
            speeches.append((number, left))
    return _document(record, title, speeches)


def _document(record: Record, title: str, speeches: Sequence[tuple[int, list[Piece]]]) -> Document:
    text, sections, utterances = "", [], []
    claims = [LabelClaim(_label(record.base), "form")]
    for place, (number, pieces) in enumerate(speeches):
        start = len(text)
        for piece in pieces:
            if piece.closed is not None:
                label = Label(Status.CLOSED, piece.closed, hidden=piece.hidden)
                claims.append(LabelClaim(label, "mark", Span(len(text), len(text) + len(piece.words))))
            text += piece.words
        bare = [piece.words for piece in pieces] == [MARK]
        role = Role.OTHER if bare else (Role.QUESTION, Role.ANSWER)[number % 2]
        speaker = record.names[number] if record.names else f"話者{number}"
        post = ("" if role is Role.QUESTION else "市長") if record.names else "課長"
        speaker, post = ("", "") if bare else (speaker, post)
        sections.append(Section(MARK if bare else f"議題{number}", start, len(text)))
        utterances.append(Utterance(start, len(text), speaker, post, role, place))
        text += "\n"
    return Document(
        "",
        title,
        Kind.MEETING_RECORD,
        text.removesuffix("\n"),
        tuple(sections),
        tuple(utterances),
        meeting=record.meeting,
        date=record.day,
        department=record.department,
        claims=tuple(claims),
    )


def _label(clauses: Clauses) -> Label:
    return Label(Status.CLOSED, clauses) if clauses else Label(Status.OPEN)


# -- stores and doors ----------------------------------------------------------------------------


class Stores:
    """Makes empty stores quickly: a copy of one that has its tables already."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._made = 0
        Store.open(root / "template", salt=SALT).close()

    def empty(self) -> Store:
        """A new store; all have the same salt."""
        self._made += 1
        folder = self._root / f"store-{self._made}"
        folder.mkdir()
        shutil.copy(self._root / "template" / "catalogue.db", folder)
        return Store.open(folder)

    def of(self, documents: Mapping[str, Document]) -> Store:
        """A store of these documents, by file name."""
        store = self.empty()
        if documents:
            take(store, self._root / f"taken-{self._made}" / "files", documents, Order())
        return store

    def drop(self, store: Store) -> None:
        """Close a store and delete it."""
        store.close()
        shutil.rmtree(store.root, ignore_errors=True)


class _Standing:
    """Stands in the place of something that is put in later."""

    target: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.target, name)


class Door:
    """One application; the store behind it and the people in front of it are put in by each use."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self._engine, self._labels, self._history = _Standing(), _Standing(), _Standing()
        self._overview, self._noting = _Standing(), _Standing()
        self.services = Services(
            engine=self._engine,
            settings=Settings(
                user_header=True,
                http=HttpSettings(questions_per_minute=0, questions_per_day=0),
                disclosure=DisclosureSettings(approvers=APPROVERS, require_training=True),
            ),
            directory=self._directory,
            feedback=self,  # type: ignore[arg-type]
            labels=self._labels,  # type: ignore[arg-type]
            overview=self._overview,  # type: ignore[arg-type]
            noting=self._noting,  # type: ignore[arg-type]
            history=self._history,  # type: ignore[arg-type]
            now=lambda: NOW,
            monotonic=lambda: 0.0,
        )
        self.app = create_app(self.services)
        self._client = TestClient(
            self.app,
            base_url="http://localhost",
            client=("127.0.0.1", 50_000),
            raise_server_exceptions=False,
        )

    def __enter__(self) -> Door:
        self._client.__enter__()
        return self

    def __exit__(self, *about: object) -> None:
        self._client.__exit__(*about)

    def add(self, feedback: object) -> None:
        """Feedback is taken and forgotten."""

    def _directory(self) -> Directory:
        people = self.people.items()
        return Directory({key: Caller(person.principal(), person.operator) for key, person in people})

    def behind(self, store: Store) -> StoreEngine:
        """Serve `store` from now on."""
        audit = Audit(store.root / "audit.db")
        pipeline = Pipeline(Retriever(HashEmbedder()), today=lambda: TODAY)
        daybook = Daybook(store.root / "daybook.db", identify=store.catalogue.identify, now=lambda: NOW)
        noting = Noting(daybook, unanswered_days=90, alerts=AlertSettings(), now=lambda: NOW)
        note = noting.served
        engine = StoreEngine(store, pipeline, now=lambda: NOW, audit=audit, require_training=True, note=note)
        self._engine.target = engine
        desk = LabelDesk(store, labels(store), audit, admit=engine.admit, now=lambda: NOW)
        self._labels.target, self._noting.target = desk, noting
        self._overview.target = Overview(
            store,
            desk,
            audit,
            daybook,
            approvers=APPROVERS,
            auditors=AUDITORS,
            admit=engine.admit,
            now=lambda: NOW,
        )
        with store.catalogue.write() as connection:
            connection.exec_driver_sql("DELETE FROM conversations")
        ids = map(_conversation, count())
        self._history.target = History(
            Conversations(store.catalogue, new_id=lambda: next(ids)),
            engine.again,
            store.catalogue.identify,
            days=90,
            now=lambda: NOW,
        )
        return engine

    def send(self, person: Person | None, request: tuple[str, str, object]) -> tuple[int, object, bytes]:
        """Status, headers and body of what comes back."""
        method, path, body = request
        headers = {"X-Request-ID": "the-same-request-id", "Accept": "application/json, text/event-stream"}
        headers |= {"X-Toben-User": person.id} if person else {}
        response = self._client.request(method, path, json=body, headers=headers)
        return response.status_code, sorted(response.headers.multi_items()), _undated(response.content)


def _undated(content: bytes) -> bytes:
    """The bytes; of a Word file those of its parts, whose archive tells the time of day."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"".join(name.encode() + archive.read(name) for name in sorted(archive.namelist()))


_ANOTHERS = "f" * 32
"""The id of a conversation that somebody else has in the one world; there is none in the other."""


# -- the comparison ------------------------------------------------------------------------------


def requests(
    store: Store, person: Person | None, words: Iterable[str], probed: str = ""
) -> list[tuple[str, str, object]]:
    """Every route, with the ids of `store` (of the passages of one document, `probed`) and with `words`.

    The history of labels is left out where it is this person's to know: the other world has another one.
    """
    own = person.departments if person else set()
    rows = store.catalogue.documents().values()
    histories = [
        f"/v1/documents/{row.id}/{what}"
        for row in rows
        if row.department not in own
        for what in ("label", "recall")
    ]
    histories += ["/v1/label-proposals"] if len(histories) == 2 * len(rows) else []
    asked = [("GET", path, None) for path in sorted(histories)]
    return [*_by_words(words), *_by_id(store, probed), *_lists(), *asked]


def exchanges(questions: Iterable[str], follow: Sequence[str]) -> list[tuple[str, str, object]]:
    """Questions at every door that answers, each as the first of a conversation that goes on with `follow`."""
    return [
        request for number, question in enumerate(questions) for request in _turns(number, question, follow)
    ]


def _turns(number: int, question: str, follow: Sequence[str]) -> Iterator[tuple[str, str, object]]:
    key = _conversation(number)
    yield "POST", "/v1/query", {"question": question, "conversation": "new"}
    earlier = [{"question": question, "answer": ""}]
    for then in follow:
        yield "POST", "/v1/query", {"question": then, "history": earlier, "conversation": key}
    yield "GET", f"/v1/conversations/{key}", None
    yield "POST", "/v1/query", {"question": question, "stream": True, "style": "brief", "top_k": 2}
    yield "POST", "/v1/search", {"question": question}
    yield "POST", "/v1/search", {"question": question, "sort": "date_desc", "limit": 1}
    chat = {"model": "toben", "messages": [{"role": "user", "content": question}], "stream": True}
    yield "POST", "/v1/chat/completions", chat
    call = {"name": "ask", "arguments": {"question": question}}
    yield "POST", "/mcp", {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}


def _conversation(number: int) -> str:
    """The id of the conversation that is kept as the first, the second …"""
    return f"{number:032x}"


def _by_words(words: Iterable[str]) -> Iterator[tuple[str, str, object]]:
    for number, word in enumerate(words):
        question = f"{word}についてどう考えますか。"
        yield "POST", "/v1/query", {"question": question, "conversation": "new"}
        yield "POST", "/v1/query", {"question": word, "conversation": _conversation(number)}
        yield "GET", f"/v1/conversations/{_conversation(number)}", None
        yield "POST", "/v1/query", {"question": question}
        earlier = [{"question": "会議の進め方はどうなっていますか。", "answer": word}]
        yield "POST", "/v1/query", {"question": f"{word}は何件ですか", "history": earlier}
        yield "POST", "/v1/query", {"question": "費用は", "history": [{"question": question, "answer": word}]}
        yield "POST", "/v1/query", {"question": word, "stream": True, "style": "brief", "top_k": 3}
        yield "POST", "/v1/search", {"question": word, "top_k": 50}
        line = {"question": f"「{word}」|会議 -欠番", "sort": "date_desc", "offset": 1, "limit": 2}
        yield "POST", "/v1/search", line
        yield "POST", "/v1/search", {"question": "課長の答弁", "filters": {"speakers": ["話者1"]}}
        chat = {"model": "toben", "messages": [{"role": "user", "content": question}], "stream": True}
        yield "POST", "/v1/chat/completions", chat
        call = {"name": "search", "arguments": {"query": word}}
        yield "POST", "/mcp", {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}


def _by_id(store: Store, probed: str) -> Iterator[tuple[str, str, object]]:
    passages = [passage for passage, *_ in store.catalogue.every_passage()]
    for document in sorted(store.catalogue.documents()):
        yield "GET", f"/v1/documents/{document}", None
    for passage in sorted(p.id for p in passages if probed in ("", p.document_id)):
        yield "GET", f"/v1/passages/{passage}", None
        yield "GET", f"/v1/passages/{passage}/thread", None
        rating = {"request_id": "r", "rating": "bad", "passage_ids": [passage]}
        yield "POST", "/v1/feedback", rating
        cited = {"n": 1, "passage_id": passage, "start": 0, "end": 1}
        sentence = {"text": "答え。", "citations": [1]}
        yield (
            "POST",
            "/v1/export",
            {"question": "何ですか。", "sentences": [sentence], "citations": [cited]},
        )


def _lists() -> Iterator[tuple[str, str, object]]:
    yield "GET", "/v1/documents", None
    yield "GET", "/v1/documents?limit=1", None
    yield "GET", "/v1/documents?offset=1&limit=1", None
    yield "GET", "/v1/documents?meeting=推進", None
    yield "GET", "/v1/conversations", None
    yield "GET", f"/v1/conversations/{_ANOTHERS}", None
    yield "DELETE", f"/v1/conversations/{_ANOTHERS}", None
    for path in ("/readyz", "/healthz", "/v1/me", "/v1/models", "/metrics"):
        yield "GET", path, None
    for path in ("labels", "labels?words=整備&limit=1", "sources", "sources?state=live", "runs"):
        yield "GET", f"/v1/{path}", None
    for path in ("/v1/usage", "/v1/unanswered", "/v1/alerts", "/operators"):
        yield "GET", path, None


def differences(
    door: Door,
    stores: Stores,
    store: Store,
    records: Iterable[Record],
    person: Person | None,
    words: Iterable[str],
    probed: str = "",
    *,
    instead: Sequence[tuple[str, str, object]] = (),
) -> list[str]:
    """The requests to which `person` gets other bytes than in the world without the rest; empty: none.

    `instead`: requests to compare in place of every route's.
    """
    left = {record.name: document for record in records if (document := spared(record, person)) is not None}
    other = stores.of(left)
    try:
        sent = list(instead) or requests(store, person, words, probed)
        found = [
            f"{method} {path} {body}"
            for (method, path, body), one, two in zip(
                sent,
                _answers(door, store, person, sent, anothers=True),
                _answers(door, other, person, sent),
                strict=True,
            )
            if one != two
        ]
        return found + _shards(store, other, person)
    finally:
        stores.drop(other)


def _answers(
    door: Door,
    store: Store,
    person: Person | None,
    sent: Iterable[tuple[str, str, object]],
    *,
    anothers: bool = False,
) -> list[tuple[int, object, bytes]]:
    door.behind(store)
    if anothers:
        kept = Conversations(store.catalogue, new_id=lambda: _ANOTHERS)
        kept.add("somebody-else", Turn("だれかの質問", NOW, {"style": "full", "refusal": "not_found"}))
    return [door.send(person, request) for request in sent]


def _shards(store: Store, other: Store, person: Person | None) -> list[str]:
    """The index files of what the person may read, by their digests."""
    one, two = (_manifest(each) for each in (store, other))
    open_to = {name for name in one | two if may_see(person, _clauses(name))}
    return [f"index of {name}" for name in sorted(open_to) if one.get(name) != two.get(name)]


def _manifest(store: Store) -> dict[str, Any]:
    generation = store.catalogue.generation()
    return generation.manifest if generation else {}


def _clauses(name: str) -> Clauses:
    return PUBLIC if name == "public" else frozenset(frozenset(part.split("|")) for part in name.split("&"))


def with_piece(record: Record, words: str, **changed: Any) -> Record:
    """`record` with the piece of these words changed by a decision; its file is as it was."""
    speeches = [
        [replace(piece, **changed) if piece.words == words else piece for piece in pieces]
        for pieces in record.speeches
    ]
    return replace(record, speeches=speeches, filed=record.filed or (record.base, record.speeches))
