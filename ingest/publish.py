"""Make prepared documents visible at one instant: features, then one commit with a new generation of the index.

The commit also finishes what an earlier one left: documents closed until they are prepared again, shards that
still hold what the catalogue no longer does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from corpus import steps
from corpus import tables as t
from corpus.catalogue import Catalogue, Generation, Pending, Prepared, SourceRow
from corpus.embedding import Embedder
from corpus.index.build import Manifest, build_manifest, remove_unused
from corpus.labels import LabelEvent, claims_of, standing
from corpus.register import events_of, last_event, record
from corpus.store import Store
from ingest import features
from ingest.features import Progress
from ingest.prepare import Custody, prepare
from ingest.timing import Stopwatch
from ingest.versions import supersede


@dataclass(frozen=True, slots=True)
class Draft:
    """A document ready to be written, with the label events to record beside it.

    `seen` is the newest label event when it was prepared; `again` prepares it anew, should a later one be
    about this document. It gives None where the document was deleted meanwhile.
    """

    prepared: Prepared
    seen: int
    again: Callable[[], Draft | None]
    events: tuple[LabelEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class Published:
    """The generation that is current now (0 before the first), and how many texts were embedded for it."""

    generation: int
    embedded: int


def publish(
    store: Store,
    embedder: Embedder,
    drafts: Sequence[Draft] = (),
    sources: Sequence[SourceRow] = (),
    *,
    today: date,
    progress: Progress | None = None,
    announce: Callable[[], None] = lambda: None,
    timing: Stopwatch | None = None,
) -> Published:
    """Write documents and sources, and publish the shards they change.

    Args:
        store: where to.
        embedder: the model of the index.
        drafts: documents; each replaces the one of its id.
        sources: files; each replaces what was taken from it before.
        today: the day by which labels are read when a document has to be prepared again.
        progress: told (done, total) of the texts to embed.
        announce: called once when only the index is left to be written.
        timing: told how long vectors and terms take.
    """
    catalogue = store.catalogue
    embedded = features.compute(
        catalogue, embedder, (d.prepared for d in drafts), progress=progress, timing=timing
    )
    mark = features.fingerprint(embedder)
    steps.reached("embedded")
    announce()
    with store.committing():
        current = catalogue.generation()
        whole = current is None or current.fingerprint != mark
        ready, lost = _ready(catalogue, drafts, today)
        sources = [replace(s, original="") if s.id in lost else s for s in sources]
        left = catalogue.pending()
        if not (ready or sources or left or (whole and current)):
            _clear(store, current.manifest if current else {})
            return Published(current.id if current else 0, embedded)
        embedded += features.compute(catalogue, embedder, (d.prepared for d in ready))
        if left or whole:
            embedded += features.complete(catalogue, embedder)
        generation = _commit(store, ready, sources, mark, current if not whole else None)
    if catalogue.pending():  # earlier versions, closed until they are cut for the office
        done = publish(store, embedder, today=today)
        return Published(done.generation, embedded + done.embedded)
    return Published(generation, embedded)


def _ready(catalogue: Catalogue, drafts: Iterable[Draft], today: date) -> tuple[list[Draft], frozenset[str]]:
    """The drafts, those made under labels that changed since made again, and the documents that are closed until
    they are prepared again; and the ids of sources of which a document was deleted meanwhile. Called under the
    commit lock.
    """
    ready: dict[str, Draft] = {}
    lost: set[str] = set()
    for draft in drafts:
        document_id = draft.prepared.row.id
        with catalogue.read() as connection:
            stale = bool(events_of(connection, document_id, after=draft.seen))
        newer = draft.again() if stale else draft
        if newer is not None:
            ready[document_id] = newer
        else:
            lost.add(draft.prepared.row.source_id)
    for document_id in sorted(catalogue.pending().documents - set(ready)):
        if catalogue.master(document_id) is not None:
            ready[document_id] = under_labels(catalogue, document_id, today)
    return list(ready.values()), frozenset(lost)


def under_labels(catalogue: Catalogue, document_id: str, today: date) -> Draft:
    """A document of the catalogue, prepared from its master under the labels recorded for it."""
    row = catalogue.documents([document_id])[document_id]
    master = catalogue.master(document_id)
    assert master is not None
    with catalogue.read() as connection:
        seen = last_event(connection)
        events = events_of(connection, document_id)
    claims, _ = claims_of(master.text, standing(events), catalogue.anchors)
    prepared, _ = prepare(
        master,
        source_id=row.source_id,
        custody=Custody.of(catalogue, row.collection, row.department),
        claims=claims,
        identify=catalogue.identify,
        today=today,
    )
    return Draft(prepared, seen, lambda: under_labels(catalogue, document_id, today))


def _commit(
    store: Store, drafts: Sequence[Draft], sources: Sequence[SourceRow], mark: str, current: Generation | None
) -> int:
    """The one commit. Without a `current` generation every shard is written anew."""
    catalogue = store.catalogue
    with catalogue.write() as connection:
        left = catalogue.pending(connection)
        changed = set(left.compartments)
        changed |= _held(connection, drafts, sources)
        store.originals.settle(source.original for source in sources)
        for source in sources:
            catalogue.put_source(connection, source)
        for draft in drafts:
            catalogue.put_document(connection, draft.prepared)
            changed.update(passage.compartment for passage in draft.prepared.passages)
            record(connection, draft.prepared.row.id, draft.events, catalogue.epoch(connection) + 1)
        newer = supersede(catalogue, connection)
        steps.reached("written")
        manifest = build_manifest(
            connection,
            store.shards,
            mark,
            previous=current.manifest if current else {},
            changed=changed | newer.compartments if current else None,
            documents={draft.prepared.row.id for draft in drafts} | left.rewritten if current else None,
        )
        catalogue.set_pending(connection, Pending(documents=newer.documents))
        generation = catalogue.publish(connection, manifest, mark)
        steps.reached("published")
    steps.reached("committed")
    _clear(store, manifest)
    return generation


def clear(store: Store) -> None:
    """Remove what an interrupted commit has left behind; what it left undone is for `publish`."""
    with store.committing():
        current = store.catalogue.generation()
        _clear(store, current.manifest if current else {})


def _clear(store: Store, manifest: Manifest) -> None:
    """Remove what nothing refers to any more: shards, kept files, the terms and vectors of texts that are gone."""
    remove_unused(store.shards, manifest)
    store.originals.sweep(store.catalogue.originals())
    if store.catalogue.purge_features():
        store.catalogue.truncate_log()
    steps.reached("cleared")


def _held(connection: Connection, drafts: Sequence[Draft], sources: Sequence[SourceRow]) -> set[str]:
    """The compartments that hold passages of what is about to be replaced."""
    documents, passages = t.documents.c, t.passages
    query = sa.select(passages.c.compartment).distinct().join_from(passages, t.documents)
    found: set[str] = set()
    for source in sources:
        found.update(connection.scalars(query.where(documents.source_id == source.id)))
    for draft in drafts:
        found.update(connection.scalars(query.where(documents.id == draft.prepared.row.id)))
    return found
