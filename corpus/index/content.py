"""What the shard of a compartment holds, made from its passages or from an earlier shard and what changed.

Both ways give the same arrays for the same passages, to the byte: a merge is only quicker.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.index.lexical import Field
from corpus.index.terms import Terms, bigram_keys
from corpus.model import Role

_ROLES = {role: position for position, role in enumerate(Role)}
USUAL = {"tokens": 90.0, "bigrams": 260.0, "header": 14.0}  # medians of real minutes; see Field.build

Rows = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Entry:
    """What the index keeps of one passage. `speaker` is "post speaker"; `day` a date ordinal or 0."""

    passage_id: str
    document_id: str
    speaker: str
    role: Role
    day: int
    terms: Terms
    header: Terms
    vector: NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Link:
    """Passage ids of a question and of its answer, and how sure the thread is."""

    question: str
    answer: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Content:
    """The arrays of a shard; rows are passages in ascending order of their ids.

    Attributes:
        ids: bytes, (n,).
        roles: int8, (n,): position in `list(Role)`.
        days: int32, (n,): proleptic ordinal, 0 where unknown.
        documents, speakers: the distinct names, ascending.
        document_rows, speaker_rows: int32, (n,): position in them.
        links: int32, (m, 2): rows of question and answer, ascending; confidence: float32, (m,).
        fields: the lexical fields by name.
        vectors: float16, (n, dim).
    """

    ids: NDArray[np.bytes_]
    roles: NDArray[np.int8]
    days: NDArray[np.int32]
    documents: list[str]
    document_rows: Rows
    speakers: list[str]
    speaker_rows: Rows
    links: Rows
    confidence: NDArray[np.float32]
    fields: dict[str, Field]
    vectors: NDArray[np.float16]

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def of(cls, entries: Sequence[Entry], links: Iterable[Link] = ()) -> Content:
        """The content of a compartment.

        Args:
            entries: distinct passages in ascending order of their ids.
            links: threads; those that name other passages are left out.

        Raises:
            ValueError: the entries are not distinct or not in order.
        """
        ids = [entry.passage_id for entry in entries]
        if ids != sorted(set(ids)):
            raise ValueError("entries must be distinct and ordered by passage id")
        documents, document_rows = _coded([entry.document_id for entry in entries])
        speakers, speaker_rows = _coded([entry.speaker for entry in entries])
        packed = np.array(ids, "S32")
        pairs, confidence = _rows_of(links, packed)
        return cls(
            ids=packed,
            roles=np.array([_ROLES[entry.role] for entry in entries], np.int8),
            days=np.array([entry.day for entry in entries], np.int32),
            documents=documents,
            document_rows=document_rows,
            speakers=speakers,
            speaker_rows=speaker_rows,
            links=pairs,
            confidence=confidence,
            fields=_fields(entries),
            vectors=np.stack([entry.vector for entry in entries]) if entries else np.zeros((0, 1), "<f2"),
        )

    def merged(self, gone: NDArray[np.bool_], entries: Sequence[Entry], links: Iterable[Link]) -> Content:
        """This content without some rows and with new passages.

        Args:
            gone: bool, (n,): the rows to leave out.
            entries: passages to add, in ascending order of their ids; none of them is among the rows kept.
            links: threads of the passages added; those between rows kept stay.
        """
        new = Content.of(entries)
        kept = np.flatnonzero(~gone)
        ids = np.concatenate([self.ids[kept], new.ids])
        order = np.argsort(ids)
        place = np.empty(len(ids), np.int32)
        place[order] = np.arange(len(ids), dtype=np.int32)
        old_places, new_places = np.full(len(gone), -1, np.int32), place[len(kept) :]
        old_places[kept] = place[: len(kept)]
        documents, document_rows = _recoded(
            self.documents, self.document_rows[kept], new.documents, new.document_rows
        )
        speakers, speaker_rows = _recoded(
            self.speakers, self.speaker_rows[kept], new.speakers, new.speaker_rows
        )
        pairs, confidence = _rows_of(links, ids[order])
        stay = ~gone[self.links].any(axis=1)
        pairs, confidence = _ordered(
            np.concatenate([old_places[self.links[stay]], pairs]),
            np.concatenate([self.confidence[stay], confidence]),
        )
        vectors = np.concatenate([self.vectors[kept], new.vectors]) if len(new) else self.vectors[kept]
        return Content(
            ids=ids[order],
            roles=np.concatenate([self.roles[kept], new.roles])[order],
            days=np.concatenate([self.days[kept], new.days])[order],
            documents=documents,
            document_rows=document_rows[order],
            speakers=speakers,
            speaker_rows=speaker_rows[order],
            links=pairs,
            confidence=confidence,
            fields={n: f.merged(old_places, new.fields[n], new_places) for n, f in self.fields.items()},
            vectors=vectors[order],
        )


def _coded(names: Sequence[str]) -> tuple[list[str], Rows]:
    """The distinct names, ascending, and the position of each given one among them."""
    distinct = sorted(set(names))
    code = {name: position for position, name in enumerate(distinct)}
    return distinct, np.array([code[name] for name in names], np.int32)


def _recoded(
    old: Sequence[str], old_rows: Rows, new: Sequence[str], new_rows: Rows
) -> tuple[list[str], Rows]:
    """The names that are still used, and the rows of both tables, one after the other, in terms of them."""
    used = [old[code] for code in np.unique(old_rows)]
    distinct = sorted({*used, *new})
    code = {name: position for position, name in enumerate(distinct)}
    tables = [np.array([code.get(name, -1) for name in names], np.int32) for names in (old, new)]
    return distinct, np.concatenate([tables[0][old_rows], tables[1][new_rows]])


def _rows_of(links: Iterable[Link], ids: NDArray[np.bytes_]) -> tuple[Rows, NDArray[np.float32]]:
    """The rows of those links whose passages are both among `ids` (ascending)."""
    given = list(links)
    ends = np.array([(link.question, link.answer) for link in given], "S32").reshape(-1, 2)
    rows = np.minimum(np.searchsorted(ids, ends), max(len(ids) - 1, 0)).astype(np.int32)
    known = (ids[rows] == ends).all(axis=1) if len(ids) else np.zeros(len(given), np.bool_)
    confidence = np.array([link.confidence for link in given], np.float32)
    return _ordered(rows[known], confidence[known])


def _ordered(pairs: Rows, confidence: NDArray[np.float32]) -> tuple[Rows, NDArray[np.float32]]:
    order = np.lexsort((confidence, pairs[:, 1], pairs[:, 0]))
    return pairs[order], confidence[order]


def _fields(entries: Sequence[Entry]) -> dict[str, Field]:
    postings: dict[str, list[Any]] = {
        "tokens": [(entry.terms.keys, entry.terms.counts) for entry in entries],
        "bigrams": [bigram_keys(entry.terms.folded) for entry in entries],
        "header": [(entry.header.keys, entry.header.counts) for entry in entries],
    }
    return {name: Field.build(pairs, usual_length=USUAL[name]) for name, pairs in postings.items()}
