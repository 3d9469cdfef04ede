"""A newer version of a record takes the place of the older ones: 速報版 → 確定版 → 訂正版.

The older one is kept. It is searched no more where all its readers read the newer one, and it stays within the
office: what a correction took out (取消発言) must not be found in the draft. What nobody but the newer version's
readers can know changes nothing for others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from corpus.catalogue import Catalogue, DocumentRow
from corpus.disclosure import Label, Status, compartment, compartment_label, strictest
from corpus.errors import DisclosureError
from corpus.labels import VERSION, Act, LabelEvent
from corpus.register import events_of, record

WITHIN = Label(Status.CLOSED, audience=frozenset({frozenset({"staff"})}), reason="新しい版があるため")


@dataclass(frozen=True, slots=True)
class Superseded:
    """What newer versions changed: the compartments whose shards differ, and the documents to be prepared again."""

    compartments: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()


def outdated(rows: Iterable[DocumentRow]) -> frozenset[str]:
    """The ids of those that a newer version of the same record and copy replaces for every reader."""
    groups: dict[tuple[str, str], list[DocumentRow]] = {}
    for row in rows:
        if row.record_id:
            groups.setdefault((row.record_id, row.copy), []).append(row)
    return frozenset(
        row.id
        for group in groups.values()
        for row in group
        if any(other.edition > row.edition and _covers(other.base, row.base) for other in group)
    )


def supersede(catalogue: Catalogue, connection: Connection) -> Superseded:
    """Bring up to date, inside a transaction, which documents are superseded.

    One that was public until now is closed to everybody until it has been prepared again, within the office.
    """
    rows = {row.id: row for row in catalogue.versions(connection)}
    now = outdated(rows.values())
    on = {key for key in now if not rows[key].superseded}
    off = {key for key, row in rows.items() if row.superseded and key not in now}
    touched = catalogue.set_superseded(connection, on, True) | catalogue.set_superseded(
        connection, off, False
    )
    shown = frozenset(key for key in now if _is_public(rows[key].base) and not _narrowed(connection, key))
    epoch = catalogue.epoch(connection) + 1
    for key in sorted(shown):
        gone = catalogue.passage_ids_of(connection, key)
        record(connection, key, [LabelEvent(Act.CLAIM, VERSION, WITHIN, withdrawn=gone)], epoch)
    touched |= catalogue.withdraw(connection, shown)
    return Superseded(frozenset(touched), shown)


def _covers(wide: str, narrow: str) -> bool:
    """Whether all who read compartment `narrow` read `wide`."""
    try:
        return compartment(strictest([compartment_label(narrow), compartment_label(wide)])) == narrow
    except DisclosureError:
        return False


def _is_public(name: str) -> bool:
    return name == "public"


def _narrowed(connection: Connection, document_id: str) -> bool:
    """Whether it was kept within the office once; two persons may have opened it again since."""
    return any(event.source == VERSION for event in events_of(connection, document_id))
