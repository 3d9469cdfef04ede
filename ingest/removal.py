"""Delete documents and files: gone for every reader with one commit, and then from every file of the store."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from corpus.catalogue import Pending
from corpus.embedding import Embedder
from corpus.labels import CHANGE, Act, LabelEvent
from corpus.register import record
from corpus.store import Store
from ingest.publish import publish


def remove(
    store: Store,
    embedder: Callable[[], Embedder],
    *,
    documents: Iterable[str] = (),
    sources: Iterable[str] = (),
    by: str = "",
    source: str = CHANGE,
    today: date,
) -> int:
    """Delete documents, and source files with all that was taken from them.

    The first commit takes the text from everybody. The second writes the index without it; vectors, terms, kept
    files and old pages go after it. What a crash leaves of the second is done by whoever publishes next.

    Args:
        store: where from.
        embedder: the model of the index.
        documents: ids of documents.
        sources: ids of source files.
        by: id of the person who deletes; empty for the operator of this machine.
        source: ``change`` for what somebody decided: the document is not taken again unless the operator says
            so. ``file`` where its file is gone: it is taken again with the file.
        today: the day by which labels are read when other documents have to be prepared again.

    Returns:
        The generation of the index that is current now; 0 before the first.
    """
    catalogue = store.catalogue
    with store.committing(urgent=True):
        held, named = catalogue.documents(), set(sources)
        gone = set(documents) & set(held) | {key for key, row in held.items() if row.source_id in named}
        with catalogue.write() as connection:
            epoch = catalogue.advance(connection)
            for document_id in sorted(gone):
                passages = catalogue.passage_ids_of(connection, document_id)
                record(
                    connection,
                    document_id,
                    [LabelEvent(Act.REMOVAL, source, by=by, withdrawn=passages)],
                    epoch,
                )
            touched = catalogue.withdraw(connection, gone, drop=gone)
            for document_id in gone:
                catalogue.drop_empty_source(connection, held[document_id].source_id)
            for source_id in named:
                catalogue.drop_empty_source(connection, source_id)
            catalogue.leave(connection, Pending(compartments=frozenset(touched)))
    return publish(store, embedder(), today=today).generation
