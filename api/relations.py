"""What belongs to a document: other versions and copies of its record, and the materials of its meeting.

Everything here is made from rows that one person may read; nothing else takes part.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from corpus.catalogue import DocumentRow, SourceRow
from corpus.model import Kind
from corpus.normalisation import normalise
from ingest.uploads import PREFIX

_RECORDS = frozenset({Kind.MEETING_RECORD, Kind.MINUTES})


@dataclass(frozen=True, slots=True)
class Related:
    """What belongs to a document.

    `versions` and `copies` are other documents of the same record, oldest edition first; `materials` are what
    was put before a meeting, by number; `records` are those of the meeting of a material, newest edition first.
    """

    row: DocumentRow
    versions: tuple[DocumentRow, ...] = ()
    copies: tuple[DocumentRow, ...] = ()
    materials: tuple[DocumentRow, ...] = ()
    records: tuple[DocumentRow, ...] = ()


def related(rows: Mapping[str, DocumentRow], document_id: str, sources: Mapping[str, SourceRow]) -> Related:
    """What belongs to one of `rows`.

    A material belongs to a meeting when its title names it, or when it lies in one folder with the record of
    that meeting and either of no other or of the same day.

    Args:
        rows: document id -> row, of all that the asker may read.
        document_id: one of them.
        sources: source id -> source.
    """
    row = rows[document_id]
    near = [each for each in rows.values() if each.collection == row.collection and each.id != row.id]
    same = sorted(
        (each for each in near if row.record_id and each.record_id == row.record_id),
        key=lambda each: (each.edition, each.title, each.id),
    )
    tied = _tied(row, near, {key: _folder(source) for key, source in sources.items()})
    return Related(
        row,
        versions=tuple(each for each in same if each.copy == row.copy),
        copies=tuple(each for each in same if each.copy != row.copy),
        materials=tuple(sorted((r for r in tied if r.material), key=lambda r: (r.material, r.id))),
        records=tuple(sorted((r for r in tied if not r.material), key=lambda r: (-r.edition, r.id))),
    )


def _tied(row: DocumentRow, near: list[DocumentRow], folders: Mapping[str, str]) -> list[DocumentRow]:
    """The materials of a meeting, or the records of the meeting of a material."""
    everything = [row, *near]
    if row.kind in _RECORDS:
        return [each for each in near if each.material and _of_meeting(each, row, everything, folders)]
    if row.material:
        return [
            each for each in near if each.kind in _RECORDS and _of_meeting(row, each, everything, folders)
        ]
    return []


def _of_meeting(
    material: DocumentRow, record: DocumentRow, rows: list[DocumentRow], folders: Mapping[str, str]
) -> bool:
    same_day = material.date is not None and material.date == record.date
    if _names(material.title, record, same_day=same_day):
        return True
    folder = folders.get(record.source_id, "")
    if not folder or folders.get(material.source_id, "") != folder:
        return False
    held = {r.record_id or r.id for r in rows if r.kind in _RECORDS and folders.get(r.source_id) == folder}
    return len(held) == 1 or same_day


def _names(title: str, record: DocumentRow, *, same_day: bool) -> bool:
    """Whether a title names the meeting of a record, and its day or session."""
    meeting, session, plain = (normalise(words) for words in (record.meeting, record.session, title))
    return bool(meeting) and meeting in plain and (same_day or (bool(session) and session in plain))


def _folder(source: SourceRow) -> str:
    """The folder a file lay in; empty for what was handed in."""
    return (
        "" if source.name.startswith(PREFIX) else f"{source.collection}/{PurePosixPath(source.name).parent}"
    )
