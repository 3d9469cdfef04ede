"""What became of the files that ingests were given: taken or refused, when, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from corpus import tables as t
from corpus.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Intake:
    """One source file as an ingest left it. `department` keeps its collection; one that nobody wrote down is named
    after its department.

    Attributes:
        id, collection, department, name: which file.
        state: ``live`` or ``refused``.
        reason: why it was refused, in Japanese.
        taken_at: when it was looked at last, in UTC.
        compartments: every compartment that holds something of it; empty when it was refused.
    """

    id: str
    collection: str
    department: str
    name: str
    state: str
    reason: str
    taken_at: datetime
    compartments: frozenset[str]


def intakes(catalogue: Catalogue) -> list[Intake]:
    """Every source file, the latest first, then by collection and name."""
    c, d, r = t.sources.c, t.documents.c, t.renditions.c
    query = sa.select(c.id, c.collection, c.name, c.state, c.reason, c.taken_at)
    bases = sa.select(d.source_id, d.base).distinct()
    cuts = sa.select(d.source_id, r.compartment).join_from(t.renditions, t.documents).distinct()
    departments = {row.name: row.department for row in catalogue.collections().values()}
    held: dict[str, set[str]] = {}
    with catalogue.read() as connection:
        rows = connection.execute(query.order_by(c.taken_at.desc(), c.collection, c.name)).all()
        for source_id, name in [*connection.execute(bases), *connection.execute(cuts)]:
            held.setdefault(source_id, set()).add(name)
    return [
        Intake(
            key,
            collection,
            departments.get(collection, collection),
            name,
            state,
            reason,
            taken_at.replace(tzinfo=UTC),
            frozenset(held.get(key, ())),
        )
        for key, collection, name, state, reason, taken_at in rows
    ]
