"""Runs of the ingest: when, from where, what became of the files, and how long it took. Kept for some time.

A run knows files by the ids of their sources; what they are called stands there alone, and goes with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from corpus import tables as t
from corpus.catalogue import Catalogue
from ingest.report import Outcome, Report

KEPT = timedelta(days=90)
MOST = 500
"""Runs kept at most, however young."""
_ID_BYTES = 16


class Origin(StrEnum):
    """What began a run."""

    COMMAND = "command"
    WATCH = "watch"
    UPLOAD = "upload"


@dataclass(frozen=True, slots=True)
class Run:
    """One run.

    Attributes:
        origin, by: what began it; `by` is who handed the file in, empty for others.
        collection: what the files were taken into.
        begun_at: in UTC.
        seconds: phase (`ingest.timing.Phase`) -> seconds.
        taken, unchanged: ids of sources.
        refused: id of a source -> why, in Japanese.
    """

    id: int
    origin: Origin
    by: str
    collection: str
    begun_at: datetime
    seconds: Mapping[str, float]
    taken: frozenset[str]
    unchanged: frozenset[str]
    refused: Mapping[str, str]


def record(
    catalogue: Catalogue, report: Report, *, origin: Origin, by: str, collection: str, begun_at: datetime
) -> None:
    """Keep what a run did, and forget what is too old. A run that looked at no file is not kept."""
    files = {result.source_id: result for result in report.results if result.source_id}
    if not files:
        return
    same = sorted(key for key, result in files.items() if result.outcome is Outcome.UNCHANGED)
    c = t.runs.c
    with catalogue.write() as connection:
        (key,) = connection.execute(
            t.runs.insert().values(
                origin=origin.value,
                by=by,
                collection=collection,
                begun_at=begun_at.astimezone(UTC).replace(tzinfo=None),
                seconds={name: round(spent, 2) for name, spent in report.timing.seconds.items()},
                unchanged=b"".join(map(bytes.fromhex, same)),
            )
        ).inserted_primary_key or (0,)
        changed = [
            {"run_id": key, "source_id": source, "taken": taken, "reason": result.reason}
            for source, result in files.items()
            if (taken := result.outcome is Outcome.TAKEN) or result.outcome is Outcome.REFUSED
        ]
        if changed:
            connection.execute(t.run_files.insert(), changed)
        before = datetime.now(UTC).replace(tzinfo=None) - KEPT
        connection.execute(t.runs.delete().where((c.begun_at < before) | (c.id <= key - MOST)))


def runs(catalogue: Catalogue) -> list[Run]:
    """Every run that is kept, the latest first."""
    files: dict[int, list[tuple[str, bool, str]]] = {}
    f = t.run_files.c
    with catalogue.read() as connection:
        rows = connection.execute(sa.select(t.runs).order_by(t.runs.c.id.desc())).mappings().all()
        for key, *file in connection.execute(sa.select(f.run_id, f.source_id, f.taken, f.reason)):
            files.setdefault(key, []).append((file[0], file[1], file[2]))
    return [_run(row, files.get(row["id"], [])) for row in rows]


def _run(row: sa.RowMapping, files: list[tuple[str, bool, str]]) -> Run:
    packed: bytes = row["unchanged"]
    return Run(
        row["id"],
        Origin(row["origin"]),
        row["by"],
        row["collection"],
        row["begun_at"].replace(tzinfo=UTC),
        row["seconds"],
        frozenset(source for source, taken, _ in files if taken),
        frozenset(packed[at : at + _ID_BYTES].hex() for at in range(0, len(packed), _ID_BYTES)),
        {source: reason for source, taken, reason in files if not taken},
    )
