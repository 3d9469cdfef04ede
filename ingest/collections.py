"""Collections (全庁, one a department, trial groups): who keeps the documents, and what holds where nobody decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from corpus.catalogue import CollectionRow, DocumentRow, Pending
from corpus.disclosure import Label, Status, compartment, compartment_label, strictest
from corpus.embedding import Embedder
from corpus.errors import ConfigurationError
from corpus.labels import COLLECTION, VERSION, standing
from corpus.register import events_of
from corpus.store import Store
from ingest.labels import WORDS
from ingest.publish import publish


@dataclass(frozen=True, slots=True)
class Holding:
    """A collection and the number of its documents."""

    collection: CollectionRow
    documents: int


def holdings(store: Store) -> list[Holding]:
    """Every collection that was written about or holds documents, by name."""
    written = store.catalogue.collections()
    counts = dict.fromkeys(written, 0)
    for row in store.catalogue.documents().values():
        counts[row.collection] = counts.get(row.collection, 0) + 1
    return [Holding(written.get(name, CollectionRow(name)), counts[name]) for name in sorted(counts)]


def put_collection(
    store: Store, embedder: Callable[[], Embedder], collection: CollectionRow, today: Callable[[], date]
) -> int:
    """Write what holds for a collection. A stricter default acts at once on the documents that live by it.

    A wider one holds for files that are taken from now on: it opens nothing that is here already.

    Returns:
        How many documents lost readers.

    Raises:
        ConfigurationError: the default is none of those that can be chosen.
        StoreBusyError: others write.
    """
    if collection.default and collection.default not in WORDS:
        raise ConfigurationError(f"既定の公開区分 {collection.default} は使えません（open、staff、closed）。")
    catalogue = store.catalogue
    said = WORDS.get(collection.default, Label(Status.UNDETERMINED))
    with store.committing(urgent=True):
        narrowed = [row.id for row in _by_default(store, collection.name) if _narrows(row, said)]
        with catalogue.write() as connection:
            catalogue.put_collection(
                connection, collection.name, department=collection.department, default=collection.default
            )
            if narrowed:
                touched = catalogue.withdraw(connection, narrowed)
                catalogue.leave(connection, Pending(frozenset(narrowed), frozenset(touched)))
                catalogue.advance(connection)
    if narrowed:
        publish(store, embedder(), today=today())
    return len(narrowed)


def _by_default(store: Store, name: str) -> Iterator[DocumentRow]:
    """The documents of a collection of whose whole nobody else has spoken."""
    for row in store.catalogue.documents().values():
        if row.collection != name:
            continue
        with store.catalogue.read() as connection:
            events = standing(events_of(connection, row.id))
        if all(event.source in (COLLECTION, VERSION) or event.span is not None for event in events):
            yield row


def _narrows(row: DocumentRow, said: Label) -> bool:
    """Whether fewer people read a document once `said` holds besides what holds now."""
    owned = replace(said, owner=said.owner or row.department)
    return compartment(strictest([compartment_label(row.base), owned])) != row.base
