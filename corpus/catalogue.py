"""The catalogue: documents, labels, renditions, passages and the current generation of the index.

SQLite (WAL, full synchronisation) by default, PostgreSQL by URL. Nothing here asks who reads:
`corpus.reading` is the door for people, this module is for the machinery behind it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from corpus import tables as t
from corpus.anchors import Anchors
from corpus.database import check, connect, migrate
from corpus.editions import Place
from corpus.errors import ConfigurationError, StoreDamagedError
from corpus.model import Document, Passage, Rendition, Span, Thread
from corpus.rows import (
    CollectionRow,
    DocumentRow,
    Features,
    Generation,
    Pending,
    Prepared,
    SourceRow,
    document_row,
    passage_row,
    passage_values,
    rendition_values,
    thread_values,
)
from corpus.serial import document_from_json, document_to_json, rendition_from_json

__all__ = [
    "Catalogue",
    "CollectionRow",
    "DocumentRow",
    "Features",
    "Generation",
    "Pending",
    "Prepared",
    "SourceRow",
]

_BATCH = 500  # ids in one IN (…), below every database's limit


class Catalogue:
    """The store of facts behind the index. One object per process; thread-safe."""

    def __init__(self, engine: Engine, *, read_only: bool = False) -> None:
        self._engine = engine
        self.read_only = read_only
        self._salt = b""
        self.anchors = Anchors(b"")

    @classmethod
    def open(cls, url: str, *, salt: str | None = None, read_only: bool = False) -> Catalogue:
        """Open the catalogue at a SQLAlchemy URL, creating or migrating its tables.

        Args:
            url: e.g. ``sqlite:////path/catalogue.db`` or ``postgresql+psycopg://…``.
            salt: key of the ids of a new store (hex); random when not given.
            read_only: whether nothing may be written.

        Raises:
            ConfigurationError: the URL cannot be opened.
            CatalogueError: the store was written by a newer program.
            StoreReadOnlyError: the store cannot be written, and would have to be.
            StoreDamagedError: SQLite's own check fails.
        """
        engine = connect(url, read_only=read_only)
        catalogue = cls(engine, read_only=read_only)
        try:
            check(engine)
            migrate(engine, read_only=read_only)
        except (sa.exc.OperationalError, sa.exc.ArgumentError) as exc:
            raise ConfigurationError(f"cannot open the catalogue {url!r}: {exc}") from exc
        catalogue._salt = bytes.fromhex(catalogue._first("salt", salt or secrets.token_hex(16)))
        catalogue.anchors = Anchors(catalogue._salt)
        return catalogue

    def verify(self) -> list[str]:
        """What SQLite finds wrong in its file; empty when nothing is, and for other databases.

        Takes seconds for a gigabyte: at the start of a service, not of every command.
        """
        if self._engine.dialect.name != "sqlite":
            return []
        try:
            with self.read() as connection:
                found = connection.exec_driver_sql("PRAGMA quick_check(10)").scalars().all()
        except StoreDamagedError as exc:
            return [str(exc.__cause__)]
        return [str(fault) for fault in found if fault != "ok"]

    def close(self) -> None:
        """Give back all connections."""
        self._engine.dispose()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: everything in it is kept, or nothing."""
        with self._engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view."""
        with self._engine.connect() as connection:
            yield connection

    def identify(self, *parts: str) -> str:
        """A 128-bit id (32 hex digits) for `parts`: stable in this store, telling nothing outside it."""
        text = "\x00".join(parts).encode()
        return hmac.new(self._salt, text, hashlib.sha256).hexdigest()[:32]

    # -- state ---------------------------------------------------------------------------------

    def _first(self, name: str, value: str) -> str:
        """The stored value of `name`; `value` becomes it when there is none."""
        with self.read() as connection:
            query = sa.select(t.state.c.value).where(t.state.c.name == name)
            if (found := connection.scalar(query)) is not None:
                return str(found)
        try:
            with self.write() as connection:
                connection.execute(t.state.insert().values(name=name, value=value))
            return value
        except sa.exc.IntegrityError:  # another process was first
            with self.read() as connection:
                return str(connection.scalar(query))

    def epoch(self, connection: Connection | None = None) -> int:
        """The policy epoch: grows by one with every change of labels or documents."""
        query = sa.select(t.state.c.value).where(t.state.c.name == "epoch")
        if connection is not None:
            return int(connection.scalar(query) or 0)
        with self.read() as own:
            return int(own.scalar(query) or 0)

    def advance(self, connection: Connection, *, beyond: int = 0) -> int:
        """Begin the next policy epoch inside a transaction and return it; one greater than `beyond`."""
        epoch = max(self.epoch(connection), beyond) + 1
        updated = connection.execute(
            t.state.update().where(t.state.c.name == "epoch").values(value=str(epoch))
        )
        if not updated.rowcount:
            connection.execute(t.state.insert().values(name="epoch", value=str(epoch)))
        return epoch

    def pending(self, connection: Connection | None = None) -> Pending:
        """Work left by a change that was committed and not finished; empty in a store at rest."""
        query = sa.select(t.state.c.value).where(t.state.c.name == "pending")
        if connection is not None:
            return _pending(connection.scalar(query))
        with self.read() as own:
            return _pending(own.scalar(query))

    def set_pending(self, connection: Connection, pending: Pending) -> None:
        """Say inside a transaction what is left to do; empty when all is done."""
        connection.execute(t.state.delete().where(t.state.c.name == "pending"))
        if pending:
            value = {
                "documents": sorted(pending.documents),
                "compartments": sorted(pending.compartments),
                "rewritten": sorted(pending.rewritten),
            }
            connection.execute(
                t.state.insert().values(name="pending", value=json.dumps(value, ensure_ascii=False))
            )

    def leave(self, connection: Connection, more: Pending) -> None:
        """Say inside a transaction what is left to do besides what was left before."""
        self.set_pending(connection, self.pending(connection) | more)

    def finish(self, connection: Connection) -> None:
        """Say inside a transaction that nothing is left to do."""
        self.set_pending(connection, Pending())

    def unfinished(self) -> bool:
        """Whether a change that was committed has left something to do."""
        with self.read() as connection:
            return (
                bool(self.pending(connection))
                or connection.scalar(sa.select(t.residue.c.digest).limit(1)) is not None
            )

    def rule(self) -> int:
        """By which rule (`corpus.index.shard.RULE`) everything here was written; 0 where it is not said."""
        with self.read() as connection:
            found = connection.scalar(sa.select(t.state.c.value).where(t.state.c.name == "rule"))
        return int(found or 0)

    def set_rule(self, connection: Connection, rule: int) -> None:
        """Say inside a transaction by which rule everything is written from now on."""
        connection.execute(t.state.delete().where(t.state.c.name == "rule"))
        connection.execute(t.state.insert().values(name="rule", value=str(rule)))

    def partly_closed(self, connection: Connection) -> set[str]:
        """The ids of documents that were cut: they have several renditions."""
        c = t.renditions.c
        return set(
            connection.scalars(sa.select(c.document_id).group_by(c.document_id).having(sa.func.count() > 1))
        )

    # -- reading -------------------------------------------------------------------------------

    def compartments(self) -> frozenset[str]:
        """Every compartment that has a rendition. Takes time by their number, not by that of documents."""
        with self.read() as connection:
            return frozenset(connection.scalars(_COMPARTMENTS))

    def sources(self) -> dict[str, SourceRow]:
        """Source id -> source."""
        columns = [t.sources.c[name] for name in SourceRow.__slots__]
        with self.read() as connection:
            return {row[0]: SourceRow(*row) for row in connection.execute(sa.select(*columns))}

    def versions(self, connection: Connection, record_id: str | None = None) -> list[DocumentRow]:
        """The documents of one record; or of all records that have several, and whatever is superseded."""
        c = t.documents.c
        query = sa.select(*(c[name] for name in DocumentRow.__slots__)).order_by(c.id)
        several = sa.select(c.record_id).where(c.record_id != "").group_by(c.record_id)
        several = several.having(sa.func.count() > 1)
        wanted = c.record_id.in_(several) | c.superseded if record_id is None else c.record_id == record_id
        query = query.where(wanted)
        return [document_row(row) for row in connection.execute(query)]

    def documents(
        self, ids: Iterable[str] | None = None, *, compartments: Iterable[str] | None = None
    ) -> dict[str, DocumentRow]:
        """Document id -> row, for `ids` or for all; with `compartments` only those based in one of them."""
        query = sa.select(*(t.documents.c[name] for name in DocumentRow.__slots__))
        if compartments is not None:
            query = query.where(t.documents.c.base.in_(sorted(compartments)))
        with self.read() as connection:
            rows = (
                connection.execute(query).all()
                if ids is None
                else [
                    r
                    for part in _parts(ids)
                    for r in connection.execute(query.where(t.documents.c.id.in_(part)))
                ]
            )
        return {row.id: document_row(row) for row in rows}

    def master(self, document_id: str) -> Document | None:
        """The document as parsed, closed spans included; for cutting again, never for showing."""
        with self.read() as connection:
            found = connection.scalar(sa.select(t.documents.c.master).where(t.documents.c.id == document_id))
        return document_from_json(found) if found is not None else None

    def renditions(self, document_id: str, compartments: Iterable[str]) -> dict[str, Rendition]:
        """Compartment -> rendition of one document, for those of `compartments` that have one."""
        query = sa.select(t.renditions.c.compartment, t.renditions.c.body).where(
            t.renditions.c.document_id == document_id, t.renditions.c.compartment.in_(sorted(compartments))
        )
        with self.read() as connection:
            return {name: rendition_from_json(body) for name, body in connection.execute(query)}

    def threads(self, document_id: str, compartment: str) -> list[Thread]:
        """The threads of one rendition, in text order of their questions."""
        query = (
            sa.select(
                t.threads.c.question_start,
                t.threads.c.question_end,
                t.threads.c.answer_start,
                t.threads.c.answer_end,
                t.threads.c.confidence,
            )
            .where(t.threads.c.document_id == document_id, t.threads.c.compartment == compartment)
            .order_by(t.threads.c.question_start, t.threads.c.answer_start)
        )
        with self.read() as connection:
            return [Thread(Span(a, b), Span(c, d), conf) for a, b, c, d, conf in connection.execute(query)]

    def passages(
        self, ids: Sequence[str], *, compartments: Iterable[str] | None = None
    ) -> dict[str, Passage]:
        """Passage id -> passage, for those of `ids` that exist; with `compartments` only those in one of them."""
        found: list[Any] = []
        query = _PASSAGE_QUERY
        if compartments is not None:
            query = query.where(t.passages.c.compartment.in_(sorted(compartments)))
        with self.read() as connection:
            for part in _parts(ids):
                found += connection.execute(query.where(t.passages.c.id.in_(part))).all()
        return {row[0]: passage_row(row) for row in found}

    def compartment_of(self, *, passage_id: str = "", document_id: str = "") -> str | None:
        """The compartment of a passage, or of the base rendition of a document; None where there is none."""
        p, d = t.passages.c, t.documents.c
        query = (
            sa.select(p.compartment).where(p.id == passage_id)
            if passage_id
            else sa.select(d.base).where(d.id == document_id)
        )
        with self.read() as connection:
            return connection.scalar(query)

    def passages_of(self, document_id: str, compartments: Iterable[str]) -> list[Passage]:
        """All passages of a document in `compartments`, in text order."""
        query = _PASSAGE_QUERY.where(
            t.passages.c.document_id == document_id, t.passages.c.compartment.in_(sorted(compartments))
        ).order_by(t.passages.c.compartment, t.passages.c.start)
        with self.read() as connection:
            return [passage_row(row) for row in connection.execute(query)]

    def passages_within(self, document_id: str, compartment: str, span: Span) -> list[Passage]:
        """The passages of one rendition of a document that begin in `span`, in text order."""
        p = t.passages.c
        query = _PASSAGE_QUERY.where(
            p.document_id == document_id,
            p.compartment == compartment,
            p.start >= span.start,
            p.start < span.end,
        ).order_by(p.start)
        with self.read() as connection:
            return [passage_row(row) for row in connection.execute(query)]

    def passage_ids(self) -> dict[str, set[str]]:
        """Compartment -> ids of its passages that are searched: those of superseded documents are not."""
        found: dict[str, set[str]] = {}
        query = sa.select(t.passages.c.compartment, t.passages.c.id).join_from(t.passages, t.documents)
        with self.read() as connection:
            for name, key in connection.execute(query.where(t.documents.c.superseded.is_(False))):
                found.setdefault(name, set()).add(key)
        return found

    def passage_ids_of(self, connection: Connection, document_id: str) -> tuple[str, ...]:
        """The ids of all passages of a document, as a transaction sees them."""
        c = t.passages.c
        return tuple(connection.scalars(sa.select(c.id).where(c.document_id == document_id).order_by(c.id)))

    def compartments_of(self, source_id: str) -> frozenset[str]:
        """Every compartment that holds something of what was taken from a source file."""
        r, d = t.renditions.c, t.documents.c
        cut = sa.select(r.compartment).join_from(t.renditions, t.documents).where(d.source_id == source_id)
        with self.read() as connection:
            bases = connection.scalars(sa.select(d.base).where(d.source_id == source_id))
            return frozenset(bases) | frozenset(connection.scalars(cut))

    def originals(self) -> set[str]:
        """The names of the kept files that something refers to."""
        with self.read() as connection:
            return {
                name
                for table in (t.sources, t.uploads)
                for name in connection.scalars(sa.select(table.c.original))
                if name
            }

    def every_passage(self) -> list[tuple[Passage, str, str]]:
        """Every passage with the digests of its text and of its header."""
        query = _PASSAGE_QUERY.add_columns(t.passages.c.digest, t.passages.c.header_digest)
        with self.read() as connection:
            return [
                (passage_row(row[:-2], row._fields[:-2]), row[-2], row[-1])
                for row in connection.execute(query)
            ]

    def without_features(self, fingerprint: str) -> list[tuple[Passage, str, str]]:
        """The passages whose features are not stored under `fingerprint`, with the digests of text and header."""
        p, f = t.passages.c, t.features
        text, header = (
            sa.exists().where(f.c.digest == digest, f.c.fingerprint == fingerprint, *more)
            for digest, more in ((p.digest, [f.c.vector.is_not(None)]), (p.header_digest, []))
        )
        query = _PASSAGE_QUERY.add_columns(p.digest, p.header_digest).where(~text | ~header)
        with self.read() as connection:
            return [
                (passage_row(row[:-2], row._fields[:-2]), row[-2], row[-1])
                for row in connection.execute(query)
            ]

    def generation(self) -> Generation | None:
        """The current generation of the index; None before the first is published."""
        c = t.generations.c
        query = sa.select(c.id, c.epoch, c.manifest, c.fingerprint).where(c.current.is_(True))
        with self.read() as connection:
            row = connection.execute(query).first()
        return Generation(*row) if row else None

    def collections(self) -> dict[str, CollectionRow]:
        """Name -> collection, of those that the operator wrote something about."""
        c = t.collections.c
        with self.read() as connection:
            query = sa.select(c.name, c.department, c.default_label).order_by(c.name)
            return {row[0]: CollectionRow(*row) for row in connection.execute(query)}

    # -- writing -------------------------------------------------------------------------------

    def put_collection(self, connection: Connection, name: str, *, department: str, default: str) -> None:
        """Write what holds for the documents of a collection, from their next ingest on."""
        connection.execute(t.collections.delete().where(t.collections.c.name == name))
        values = {"name": name, "department": department, "default_label": default}
        connection.execute(t.collections.insert().values(**values))

    def put_source(self, connection: Connection, source: SourceRow) -> None:
        """Record a source file, replacing what was recorded under its id with all its documents."""
        self._note_residue(connection, t.documents.c.source_id == source.id)
        connection.execute(t.sources.delete().where(t.sources.c.id == source.id))
        connection.execute(
            t.sources.insert().values(
                **{name: getattr(source, name) for name in SourceRow.__slots__}, taken_at=_now()
            )
        )

    def put_document(self, connection: Connection, prepared: Prepared) -> None:
        """Write a document with its renditions, threads and passages, replacing an earlier one of its id."""
        row = prepared.row
        place = self._place(connection, row.id, prepared.place)
        self._note_residue(connection, t.documents.c.id == row.id)
        connection.execute(t.documents.delete().where(t.documents.c.id == row.id))
        values = {name: getattr(row, name) for name in DocumentRow.__slots__} | place
        values |= {"kind": row.kind.value, "master": document_to_json(prepared.master)}
        connection.execute(t.documents.insert().values(**values))
        _insert(connection, t.renditions, [rendition_values(row.id, r) for r in prepared.renditions])
        _insert(connection, t.threads, [thread_values(row.id, name, th) for name, th in prepared.threads])
        _insert(connection, t.passages, [passage_values(p, *prepared.keys[p.id]) for p in prepared.passages])

    def _place(self, connection: Connection, document_id: str, place: Place | None) -> dict[str, Any]:
        """The columns of a place; those that are stored where none is given."""
        c = t.documents.c
        query = sa.select(c.record_id, c.edition, c.copy, c.material, c.superseded).where(c.id == document_id)
        found = connection.execute(query).mappings().first()
        held: dict[str, Any] = dict(found) if found else {}
        given = {name: getattr(place, name) for name in Place.__slots__} if place is not None else {}
        return {**held, **given}

    def set_superseded(
        self, connection: Connection, document_ids: Iterable[str], superseded: bool
    ) -> set[str]:
        """Say whether newer versions replace documents; returns the compartments of their passages."""
        touched: set[str] = set()
        for part in _parts(document_ids):
            c = t.passages.c
            touched.update(
                connection.scalars(sa.select(c.compartment).where(c.document_id.in_(part)).distinct())
            )
            connection.execute(
                t.documents.update().where(t.documents.c.id.in_(part)).values(superseded=superseded)
            )
        return touched

    def drop_empty_source(self, connection: Connection, source_id: str) -> None:
        """Forget a source file of which no document is left, so that it can be taken again."""
        held = sa.exists().where(t.documents.c.source_id == source_id)
        connection.execute(t.sources.delete().where(t.sources.c.id == source_id, ~held))

    def withdraw(
        self, connection: Connection, document_ids: Iterable[str], *, drop: Iterable[str] = ()
    ) -> set[str]:
        """Take the text of documents away from every reader; those in `drop` go altogether.

        The kept file of those goes too: it holds what is deleted.

        Returns:
            The compartments that lost passages.
        """
        touched: set[str] = set()
        ids, dropped = sorted(document_ids), set(drop)
        for part in _parts(ids):
            held = sa.select(t.passages.c.compartment).distinct().where(t.passages.c.document_id.in_(part))
            touched.update(connection.scalars(held))
            self._note_residue(connection, t.documents.c.id.in_(part))
            for table in (t.passages, t.threads, t.renditions):
                connection.execute(table.delete().where(table.c.document_id.in_(part)))
            closed = t.documents.update().where(t.documents.c.id.in_(part))
            connection.execute(closed.values(base="nobody", status="closed"))
            gone = [key for key in part if key in dropped]
            files = sa.select(t.documents.c.source_id).where(t.documents.c.id.in_(gone))
            connection.execute(t.sources.update().where(t.sources.c.id.in_(files)).values(original=""))
            connection.execute(t.documents.delete().where(t.documents.c.id.in_(gone)))
        return touched

    def publish(self, connection: Connection, manifest: dict[str, dict[str, Any]], fingerprint: str) -> int:
        """Make `manifest` the current generation of the index inside a transaction; returns its id."""
        connection.execute(t.generations.update().values(current=False))
        epoch = self.advance(connection)
        result = connection.execute(
            t.generations.insert().values(
                epoch=epoch, manifest=manifest, fingerprint=fingerprint, current=True, published_at=_now()
            )
        )
        return int(result.inserted_primary_key[0])  # type: ignore[index]

    # -- features ------------------------------------------------------------------------------

    def known_features(
        self, digests: Iterable[str], fingerprint: str, *, with_vector: bool = False
    ) -> set[str]:
        """Those of `digests` whose terms (and vector, if asked for) are stored under `fingerprint`."""
        known: set[str] = set()
        c = t.features.c
        with self.read() as connection:
            for part in _parts(digests):
                query = sa.select(c.digest).where(c.digest.in_(part), c.fingerprint == fingerprint)
                known.update(connection.scalars(query.where(c.vector.is_not(None)) if with_vector else query))
        return known

    def vectors(self, digests: Iterable[str], model: str) -> dict[str, bytes]:
        """Digest -> vector made by the embedder whose fingerprint is `model`, however terms were made then."""
        c = t.features.c
        found: dict[str, bytes] = {}
        with self.read() as connection:
            for part in _parts(digests):
                query = sa.select(c.digest, c.vector).where(
                    c.digest.in_(part), c.fingerprint.startswith(f"{model}/", autoescape=True)
                )
                found |= {
                    digest: vector for digest, vector in connection.execute(query) if vector is not None
                }
        return found

    def put_features(self, fingerprint: str, features: dict[str, Features]) -> None:
        """Store features by digest, in place of those stored before under the same fingerprint."""
        rows = [
            {"digest": digest, "fingerprint": fingerprint, "terms": entry.terms, "vector": entry.vector}
            for digest, entry in features.items()
        ]
        c = t.features.c
        with self.write() as connection:
            for part in _parts(features):
                connection.execute(
                    t.features.delete().where(c.digest.in_(part), c.fingerprint == fingerprint)
                )
            _insert(connection, t.features, rows)

    def truncate_log(self) -> None:
        """Empty SQLite's write-ahead log, which keeps pages as they were; left for later while someone reads."""
        if self._engine.dialect.name == "sqlite":
            with self.read() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def keep_features(self, fingerprint: str) -> int:
        """Remove what was computed under any other fingerprint, once all passages have it under this one."""
        with self.write() as connection:
            return connection.execute(
                t.features.delete().where(t.features.c.fingerprint != fingerprint)
            ).rowcount

    def purge_features(self) -> int:
        """Remove the features of texts that passages lost and no passage holds any more; returns how many went.

        Those of an ingest that has not come to its end are left alone: no passage has had their texts yet.
        """
        c = t.features.c
        used = sa.union(sa.select(t.passages.c.digest), sa.select(t.passages.c.header_digest))
        with self.read() as connection:
            if connection.scalar(sa.select(t.residue.c.digest).limit(1)) is None:
                return 0
        with self.write() as connection:
            lost = c.digest.in_(sa.select(t.residue.c.digest)) & c.digest.not_in(used)
            removed = connection.execute(t.features.delete().where(lost)).rowcount
            connection.execute(t.residue.delete())
        return removed

    def _note_residue(self, connection: Connection, lost: sa.ColumnElement[bool]) -> None:
        """Remember the texts of the passages of some documents before they go."""
        for column in (t.passages.c.digest, t.passages.c.header_digest):
            digests = sa.select(column).join_from(t.passages, t.documents).where(lost)
            new = digests.where(column.not_in(sa.select(t.residue.c.digest))).distinct()
            connection.execute(t.residue.insert().from_select(["digest"], new))


def _next_compartment(after: Any = None) -> Any:
    """The first name in the index, or the first after another one."""
    query = sa.select(sa.func.min(t.renditions.c.compartment).label("name"))
    return query if after is None else query.where(t.renditions.c.compartment > after)


# A walk from name to name: SELECT DISTINCT would read a row for every document, closed ones included.
_WALK = _next_compartment().cte("walk", recursive=True)
_WALK = _WALK.union_all(
    sa.select(_next_compartment(_WALK.c.name).scalar_subquery()).where(_WALK.c.name.is_not(None))
)
_COMPARTMENTS = sa.select(_WALK.c.name).where(_WALK.c.name.is_not(None))

_PASSAGE_QUERY = sa.select(
    *(
        t.passages.c[name]
        for name in (
            "id",
            "document_id",
            "compartment",
            "utterance",
            "start",
            "end",
            "text",
            "agenda",
            "topic",
            "speaker",
            "post",
            "role",
            "page",
        )
    ),
    *(
        t.documents.c[name]
        for name in ("title", "kind", "collection", "department", "meeting", "session", "date")
    ),
    t.renditions.c.status,
).select_from(
    t.passages.join(t.documents, t.documents.c.id == t.passages.c.document_id).join(
        t.renditions,
        sa.and_(
            t.renditions.c.document_id == t.passages.c.document_id,
            t.renditions.c.compartment == t.passages.c.compartment,
        ),
    )
)


def _pending(value: str | None) -> Pending:
    if not value:
        return Pending()
    found = json.loads(value)
    return Pending(*(frozenset(found.get(name, ())) for name in ("documents", "compartments", "rewritten")))


def _insert(connection: Connection, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(table.insert(), list(rows))


def _parts(ids: Iterable[str]) -> Iterator[list[str]]:
    ordered = list(ids)
    for start in range(0, len(ordered), _BATCH):
        yield ordered[start : start + _BATCH]


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
