"""Publish a generation of the index from what the catalogue holds."""

from __future__ import annotations

import shutil
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator
from itertools import accumulate, groupby, product
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from corpus import tables as t
from corpus.errors import ManifestMismatchError, PassageIndexError
from corpus.index.content import Content, Entry, Link
from corpus.index.shard import current, open_shard, write_content
from corpus.index.terms import Terms
from corpus.model import Role

Manifest = dict[str, dict[str, Any]]
_SEARCHED = t.documents.c.superseded.is_(False)
"""An earlier version of a record is kept to be read, and not searched."""


def build_manifest(
    connection: Connection,
    root: Path,
    fingerprint: str,
    *,
    previous: Manifest,
    changed: Iterable[str] | None,
    documents: Collection[str] | None = None,
) -> Manifest:
    """Write shards for the changed compartments, as `connection`'s transaction sees the catalogue.

    Args:
        connection: an open transaction; passages written in it but not yet committed are included.
        root: the folder of all shards.
        fingerprint: under which the features of every passage are stored.
        previous: the manifest to start from; its shards were made under the same fingerprint.
        changed: compartments to write anew; None for all.
        documents: those whose passages may differ from what `previous` holds under the same id. Shards are
            then merged from the earlier ones; None makes them from the catalogue alone, to the same bytes.

    Returns:
        The manifest to publish: compartment -> ``{"shard", "passages", "digest", "rule"}``; empty ones are absent.

    Raises:
        PassageIndexError: a passage has no features.
    """
    root.mkdir(parents=True, exist_ok=True)
    present = set(connection.scalars(sa.select(t.passages.c.compartment).distinct()))
    stale = {name for name, fact in previous.items() if not current(fact)}
    wanted = present if changed is None else present & {*changed, *stale}
    manifest = {name: fact for name, fact in previous.items() if name in present - wanted}
    for name in sorted(wanted):
        content = None
        if documents is not None and name in previous:
            content = _merged(connection, root, name, fingerprint, previous[name], documents)
        if content is None:
            content = Content.of(_entries(connection, name, fingerprint), _links(connection, name))
        if len(content):  # there may be superseded documents alone
            manifest[name] = write_content(root, name, content)
    return dict(sorted(manifest.items()))


def remove_unused(root: Path, manifest: Manifest) -> None:
    """Delete every shard that `manifest` does not name, and what an interrupted run left."""
    if not root.exists():
        return
    used = {str(fact["shard"]) for fact in manifest.values()}
    for folder in root.iterdir():
        if folder.name not in used:
            shutil.rmtree(folder, ignore_errors=True)


def _merged(
    connection: Connection,
    root: Path,
    name: str,
    fingerprint: str,
    fact: dict[str, Any],
    documents: Collection[str],
) -> Content | None:
    """The content of a compartment from its earlier shard; None where that is no use or would not be quicker."""
    p = t.passages.c
    try:
        shard = open_shard(root, name, fact)
    except ManifestMismatchError:
        return None
    ids = shard.ids.tolist()
    query = sa.select(p.id).where(p.compartment == name)
    kept_back = list(connection.scalars(sa.select(t.documents.c.id).where(~_SEARCHED)))
    if kept_back:  # otherwise the index of the table answers alone
        query = query.where(p.document_id.not_in(sa.select(t.documents.c.id).where(~_SEARCHED)))
    held = {key.encode() for key in connection.scalars(query)}
    touched = {*documents, *_documents_of(connection, held.difference(ids))}
    replaced = np.array([document_id in touched for document_id in shard.documents], np.bool_)
    gone = replaced[shard.document_rows] | np.array([key not in held for key in ids], np.bool_)
    if len(held) > 2 * np.count_nonzero(~gone):
        return None
    entries = sorted(_entries(connection, name, fingerprint, touched), key=lambda entry: entry.passage_id)
    return shard.content().merged(gone, entries, _links(connection, name, touched))


def _documents_of(connection: Connection, passage_ids: Iterable[bytes]) -> set[str]:
    ids = [key.decode() for key in passage_ids]
    query = sa.select(t.passages.c.document_id).distinct()
    parts = (ids[start : start + 500] for start in range(0, len(ids), 500))
    return {key for part in parts for key in connection.scalars(query.where(t.passages.c.id.in_(part)))}


def _entries(
    connection: Connection, compartment: str, fingerprint: str, documents: Collection[str] | None = None
) -> list[Entry]:
    """The passages of a compartment in order of their ids, those of `documents` or all."""
    p, d = t.passages.c, t.documents.c
    text, header = t.features.alias("text"), t.features.alias("header")
    query = (
        sa.select(
            p.id,
            p.document_id,
            p.post,
            p.speaker,
            p.role,
            d.date,
            text.c.terms,
            text.c.vector,
            header.c.terms,
        )
        .join_from(t.passages, t.documents, d.id == p.document_id)
        .outerjoin(text, sa.and_(text.c.digest == p.digest, text.c.fingerprint == fingerprint))
        .outerjoin(header, sa.and_(header.c.digest == p.header_digest, header.c.fingerprint == fingerprint))
        .where(p.compartment == compartment, _SEARCHED)
        .order_by(p.id)
    )
    return [_entry(row) for part in _of(query, documents) for row in connection.execute(part)]


def _of(query: Any, documents: Collection[str] | None) -> Iterator[Any]:
    """The query for all documents, or one for every few hundred of `documents`."""
    if documents is None:
        yield query
        return
    ordered = sorted(documents)
    for start in range(0, len(ordered), 500):
        yield query.where(t.documents.c.id.in_(ordered[start : start + 500]))


def _entry(row: Any) -> Entry:
    passage_id, document_id, post, speaker, role, day, terms, vector, header = row
    if terms is None or vector is None or header is None:
        raise PassageIndexError(f"passage {passage_id} has no features; run `toben index rebuild`")
    return Entry(
        passage_id=passage_id,
        document_id=document_id,
        speaker=f"{post} {speaker}".strip(),
        role=Role(role),
        day=day.toordinal() if day else 0,
        terms=Terms.from_bytes(terms),
        header=Terms.from_bytes(header),
        vector=np.frombuffer(vector, "<f2"),
    )


def _links(connection: Connection, compartment: str, documents: Collection[str] | None = None) -> list[Link]:
    """Every passage of a question span tied to every passage of its answer span."""
    p, h, d = t.passages.c, t.threads.c, t.documents
    spans: dict[str, _Spans] = {}
    query = (
        sa.select(p.document_id, p.start, p.end, p.id)
        .join_from(t.passages, d)
        .where(p.compartment == compartment)
    )
    for part in _of(query.order_by(p.document_id, p.start), documents):
        for document_id, rows in groupby(connection.execute(part), key=itemgetter(0)):
            spans[document_id] = _Spans([(start, end, key) for _, start, end, key in rows])
    columns = (h.document_id, h.question_start, h.question_end, h.answer_start, h.answer_end, h.confidence)
    links: dict[tuple[str, str], float] = {}
    query = sa.select(*columns).join_from(t.threads, d).where(h.compartment == compartment)
    for part in _of(query, documents):
        for document_id, qs, qe, as_, ae, confidence in connection.execute(part):
            held = spans.get(document_id, _Spans([]))
            for pair in product(held.within(qs, qe), held.within(as_, ae)):
                links[pair] = max(links.get(pair, 0.0), confidence)
    return [Link(question, answer, confidence) for (question, answer), confidence in sorted(links.items())]


class _Spans:
    """The passages of a rendition, as (start, end, id) in order of their starts."""

    def __init__(self, spans: list[tuple[int, int, str]]) -> None:
        self._spans = spans
        self._starts = [start for start, _, _ in spans]
        self._reach = list(
            accumulate((end for _, end, _ in spans), max)
        )  # how far the passages up to here go

    def within(self, start: int, end: int) -> list[str]:
        """Ids of the passages that overlap ``[start, end)``."""
        near = self._spans[bisect_right(self._reach, start) : bisect_left(self._starts, end)]
        return [key for _, e, key in near if start < e]
