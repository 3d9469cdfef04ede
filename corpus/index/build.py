"""Publish a generation of the index from what the catalogue holds."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from corpus import tables as t
from corpus.errors import PassageIndexError
from corpus.index.shard import Entry, Link, write_shard
from corpus.index.terms import Terms
from corpus.model import Role

Manifest = dict[str, dict[str, Any]]


def build_manifest(
    connection: Connection, root: Path, fingerprint: str, *, previous: Manifest, changed: Iterable[str] | None
) -> Manifest:
    """Write shards for the changed compartments, as `connection`'s transaction sees the catalogue.

    Args:
        connection: an open transaction; passages written in it but not yet committed are included.
        root: the folder of all shards.
        fingerprint: under which the features of every passage are stored.
        previous: the manifest to start from.
        changed: compartments to write anew; None for all.

    Returns:
        The manifest to publish: compartment -> ``{"shard", "passages", "digest"}``; empty ones are absent.

    Raises:
        PassageIndexError: a passage has no features.
    """
    root.mkdir(parents=True, exist_ok=True)
    query = sa.select(t.passages.c.compartment).distinct()
    present = set(connection.scalars(query))
    wanted = present if changed is None else present & set(changed)
    manifest = {name: fact for name, fact in previous.items() if name in present - wanted}
    for name in sorted(wanted):
        entries = _entries(connection, name, fingerprint)
        manifest[name] = write_shard(root, name, entries, _links(connection, name))
    return dict(sorted(manifest.items()))


def remove_unused(root: Path, manifest: Manifest) -> None:
    """Delete every shard that `manifest` does not name, and what an interrupted run left."""
    if not root.exists():
        return
    used = {str(fact["shard"]) for fact in manifest.values()}
    for folder in root.iterdir():
        if folder.name not in used:
            shutil.rmtree(folder, ignore_errors=True)


def _entries(connection: Connection, compartment: str, fingerprint: str) -> list[Entry]:
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
        .where(p.compartment == compartment)
        .order_by(p.id)
    )
    return [_entry(row) for row in connection.execute(query)]


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


def _links(connection: Connection, compartment: str) -> list[Link]:
    """Every passage of a question span tied to every passage of its answer span."""
    spans: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    p, h = t.passages.c, t.threads.c
    query = sa.select(p.document_id, p.start, p.end, p.id).where(p.compartment == compartment)
    for document_id, start, end, passage_id in connection.execute(query.order_by(p.document_id, p.start)):
        spans[document_id].append((start, end, passage_id))
    columns = (h.document_id, h.question_start, h.question_end, h.answer_start, h.answer_end, h.confidence)
    links: dict[tuple[str, str], float] = {}
    for document_id, qs, qe, as_, ae, confidence in connection.execute(
        sa.select(*columns).where(h.compartment == compartment)
    ):
        for question in _within(spans[document_id], qs, qe):
            for answer in _within(spans[document_id], as_, ae):
                pair = (question, answer)
                links[pair] = max(links.get(pair, 0.0), confidence)
    return [Link(question, answer, confidence) for (question, answer), confidence in sorted(links.items())]


def _within(spans: list[tuple[int, int, str]], start: int, end: int) -> list[str]:
    """Ids of the passages that overlap ``[start, end)``."""
    return [passage_id for s, e, passage_id in spans if s < end and start < e]
