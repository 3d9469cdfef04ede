"""The register of label events: in the catalogue, and once more in a file of its own.

The file, ``labels.log``, is there for the day an old backup is restored: what was decided since then is
applied before anything is served. It holds decisions and digests, no text.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from corpus import tables as t
from corpus.anchors import Anchor
from corpus.errors import StoreDamagedError
from corpus.labels import Act, LabelEvent, Scope
from corpus.model import Span
from corpus.serial import Json, label_from_json, label_to_json


def record(
    connection: Connection, document_id: str, events: Sequence[LabelEvent], epoch: int
) -> list[LabelEvent]:
    """Append events of one document, as one decision, inside a transaction; they come back with their ids."""
    moment = datetime.now(UTC).replace(tzinfo=None)
    first = last_event(connection) + 1  # one writer at a time: nobody takes these numbers meanwhile
    recorded = [
        replace(event, id=number, decision=first, document_id=document_id, epoch=epoch, recorded_at=moment)
        for number, event in enumerate(events, first)
    ]
    put(connection, recorded)
    return recorded


def events_of(connection: Connection, document_id: str | None = None, *, after: int = 0) -> list[LabelEvent]:
    """Every event of a document, or of all documents, oldest first; those newer than event `after`."""
    query = sa.select(t.labels).where(t.labels.c.id > after).order_by(t.labels.c.id)
    if document_id is not None:
        query = query.where(t.labels.c.document_id == document_id)
    return [_event(row) for row in connection.execute(query).mappings()]


def last_event(connection: Connection) -> int:
    """The id of the newest event; 0 when there is none."""
    return int(connection.scalar(sa.select(sa.func.max(t.labels.c.id))) or 0)


def put(connection: Connection, events: Sequence[LabelEvent]) -> None:
    """Write events under the ids they have."""
    if events:
        rows = [event_to_json(event) | {"recorded_at": event.recorded_at} for event in events]
        connection.execute(t.labels.insert(), rows)


def event_to_json(event: LabelEvent) -> Json:
    """An event as plain data; the inverse of `event_from_json`."""
    return {
        "id": event.id,
        "decision": event.decision,
        "document_id": event.document_id,
        "epoch": event.epoch,
        "act": event.act.value,
        "source": event.source,
        "scope": event.scope.value,
        "start": event.span.start if event.span else None,
        "end": event.span.end if event.span else None,
        "length": event.anchor.length,
        "anchor": event.anchor.digest,
        "label": label_to_json(event.label) if event.label else None,
        "refers": event.refers,
        "withdrawn": list(event.withdrawn),
        "by": event.by,
        "recorded_at": event.recorded_at.isoformat() if event.recorded_at else None,
    }


def event_from_json(data: Json) -> LabelEvent:
    """The event that `event_to_json` wrote."""
    moment = data["recorded_at"]
    return _event({**data, "recorded_at": datetime.fromisoformat(moment) if moment else None})


def _event(row: Any) -> LabelEvent:
    return LabelEvent(
        act=Act(row["act"]),
        source=row["source"],
        label=label_from_json(row["label"]) if row["label"] else None,
        scope=Scope(row["scope"]),
        span=None if row["start"] is None else Span(row["start"], row["end"]),
        anchor=Anchor(row["anchor"], row["length"]),
        refers=row["refers"],
        by=row["by"],
        withdrawn=tuple(row["withdrawn"]),
        id=row["id"],
        decision=row["decision"],
        document_id=row["document_id"],
        epoch=row["epoch"],
        recorded_at=row["recorded_at"],
    )


class LabelLog:
    """The file of label events of one store: one JSON object a line, synced before `append` returns."""

    def __init__(self, path: Path, store_id: str) -> None:
        self.path = path
        self._store_id = store_id

    def last(self) -> int:
        """The id of the newest event in the file; 0 when there is none.

        Raises:
            StoreDamagedError: the file belongs to another store.
        """
        return next((event.id for event in self._newest_first()), 0)

    def after(self, number: int) -> list[LabelEvent]:
        """The events of the file that are newer than event `number`, oldest first."""
        return list(takewhile(lambda event: event.id > number, self._newest_first()))[::-1]

    def append(self, events: Iterable[LabelEvent]) -> None:
        """Add events durably."""
        lines = [
            json.dumps({"store": self._store_id, **event_to_json(event)}, ensure_ascii=False)
            for event in events
        ]
        if not lines:
            return
        handle = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "a+b") as file:
            if file.tell() and os.pread(handle, 1, file.tell() - 1) != b"\n":
                file.write(b"\n")  # a line that a crash left unfinished
            file.write("".join(f"{line}\n" for line in lines).encode())
            file.flush()
            os.fsync(handle)

    def _newest_first(self) -> Iterator[LabelEvent]:
        """The events of the file. A line that a crash left unfinished does not count."""
        for line in _lines_from_the_end(self.path) if self.path.exists() else ():
            try:
                data = json.loads(line)
            except ValueError:
                continue
            if data.pop("store", "") != self._store_id:
                raise StoreDamagedError(
                    f"{self.path.name} belongs to another catalogue: restore the backup that fits it, "
                    "or move the file away to begin anew"
                )
            yield event_from_json(data)


def _lines_from_the_end(path: Path, block: int = 65_536) -> Iterator[bytes]:
    """The lines of a file, last first, without reading more than is asked for."""
    with path.open("rb") as file:
        position = file.seek(0, os.SEEK_END)
        rest = b""
        while position:
            step = min(block, position)
            position -= step
            file.seek(position)
            head, *lines = (file.read(step) + rest).split(b"\n")
            yield from (line for line in reversed(lines) if line)
            rest = head
        if rest:
            yield rest
