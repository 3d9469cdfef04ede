"""The index files of one compartment: written once, never changed, verified when opened."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from corpus.errors import ManifestMismatchError
from corpus.index.lexical import Field
from corpus.index.terms import Terms, bigram_keys
from corpus.model import Role

FORMAT = 1
_ROLES = {role: position for position, role in enumerate(Role)}
_USUAL = {"tokens": 90.0, "bigrams": 260.0, "header": 14.0}  # medians of real minutes; see Field.build


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


@dataclass(frozen=True)
class Shard:
    """An opened compartment. Arrays are mapped from the files; vectors live in FAISS."""

    compartment: str
    ids: NDArray[np.bytes_]
    fields: dict[str, Field]
    vectors: faiss.Index
    roles: NDArray[np.int8]
    days: NDArray[np.int32]
    documents: list[str]
    document_rows: NDArray[np.int32]
    speakers: list[str]
    speaker_rows: NDArray[np.int32]
    links: NDArray[np.int32]
    confidence: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def answers_of(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Order of `links` by question row and the sorted rows, to look links up by question."""
        order = np.argsort(self.links[:, 0], kind="stable")
        return order, self.links[order, 0].astype(np.int64)

    @cached_property
    def questions_of(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Order of `links` by answer row and the sorted rows, to look links up by answer."""
        order = np.argsort(self.links[:, 1], kind="stable")
        return order, self.links[order, 1].astype(np.int64)


def write_shard(
    root: Path, compartment: str, entries: Sequence[Entry], links: Sequence[Link]
) -> dict[str, Any]:
    """Write the files of a compartment aside, sync them, and move them to their final name.

    Args:
        root: the folder of all shards.
        compartment: whose passages these are; part of the shard, so that a swapped folder is noticed.
        entries: passages in ascending order of their ids (rows are in this order).
        links: threads between passages of this compartment.

    Returns:
        The shard's line of the manifest: ``{"shard", "passages", "digest"}``. The name of the folder is
        the digest of its content: the same passages give the same shard.
    """
    staging = root / f"staging-{uuid.uuid4().hex}"
    staging.mkdir(parents=True)
    try:
        _write_files(staging, compartment, entries, links)
        digest = _seal(staging, compartment, len(entries))
        final = root / digest
        if not final.exists():
            staging.rename(final)
            _sync(root)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return {"shard": digest, "passages": len(entries), "digest": digest}


def _write_files(folder: Path, compartment: str, entries: Sequence[Entry], links: Sequence[Link]) -> None:
    ids = [entry.passage_id for entry in entries]
    if ids != sorted(set(ids)):
        raise ValueError("entries must be distinct and ordered by passage id")
    row = {passage_id: position for position, passage_id in enumerate(ids)}
    documents = sorted({entry.document_id for entry in entries})
    speakers = sorted({entry.speaker for entry in entries})
    code = {name: position for position, name in enumerate(documents)}
    voice = {name: position for position, name in enumerate(speakers)}
    kept = sorted(
        (row[x.question], row[x.answer], x.confidence) for x in links if x.question in row and x.answer in row
    )
    arrays: dict[str, NDArray[Any]] = {
        "ids": np.array(ids, "S32"),
        "roles": np.array([_ROLES[entry.role] for entry in entries], np.int8),
        "days": np.array([entry.day for entry in entries], np.int32),
        "documents": np.array([code[entry.document_id] for entry in entries], np.int32),
        "speakers": np.array([voice[entry.speaker] for entry in entries], np.int32),
        "links": np.array([pair[:2] for pair in kept], np.int32).reshape(-1, 2),
        "confidence": np.array([pair[2] for pair in kept], np.float32),
    }
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array, allow_pickle=False)
    (folder / "names.json").write_text(
        json.dumps({"documents": documents, "speakers": speakers}, ensure_ascii=False), encoding="utf-8"
    )
    _lexical_fields(folder, entries)
    faiss.write_index(_vectors(entries), str(folder / "vectors.faiss"))


def _lexical_fields(folder: Path, entries: Sequence[Entry]) -> None:
    postings = {
        "tokens": [(entry.terms.keys, entry.terms.counts) for entry in entries],
        "bigrams": [bigram_keys(entry.terms.folded) for entry in entries],
        "header": [(entry.header.keys, entry.header.counts) for entry in entries],
    }
    for name, pairs in postings.items():
        Field.build(pairs, usual_length=_USUAL[name]).save(folder, name)


def _vectors(entries: Sequence[Entry]) -> faiss.Index:
    """Exact inner product over float16 codes."""
    dimension = len(entries[0].vector) if entries else 1
    index = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    for start in range(0, len(entries), 10_000):
        part = np.stack([entry.vector for entry in entries[start : start + 10_000]])
        index.add(part.astype(np.float32))
    return index


def _seal(folder: Path, compartment: str, passages: int) -> str:
    """Write ``meta.json`` with the digest of every file; returns the digest of that list."""
    files = {path.name: _digest(path) for path in sorted(folder.iterdir())}
    meta = {"format": FORMAT, "compartment": compartment, "passages": passages, "files": files}
    text = json.dumps(meta, ensure_ascii=False, sort_keys=True)
    (folder / "meta.json").write_text(text, encoding="utf-8")
    for path in folder.iterdir():
        _sync(path)
    _sync(folder)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def open_shard(root: Path, compartment: str, fact: dict[str, Any], *, verify: bool = True) -> Shard:
    """Open the shard of `compartment` that a manifest line names.

    Raises:
        ManifestMismatchError: a file is missing, damaged, or belongs to another compartment.
    """
    folder = root / str(fact["shard"])
    try:
        _verify(folder, compartment, fact, contents=verify)
        return _load(folder, compartment, int(fact["passages"]))
    except (OSError, ValueError, KeyError, RuntimeError) as exc:
        raise ManifestMismatchError(
            f"the index of compartment {compartment!r} cannot be opened ({exc}); run `toben index rebuild`"
        ) from exc


def _verify(folder: Path, compartment: str, fact: dict[str, Any], *, contents: bool) -> None:
    text = (folder / "meta.json").read_text(encoding="utf-8")
    if hashlib.blake2b(text.encode(), digest_size=16).hexdigest() != fact["digest"]:
        raise ValueError("meta.json differs from the manifest")
    meta = json.loads(text)
    if meta["format"] != FORMAT or meta["compartment"] != compartment or meta["passages"] != fact["passages"]:
        raise ValueError("the shard is not the one published")
    if not contents:
        return
    for name, digest in meta["files"].items():
        if _digest(folder / name) != digest:
            raise ValueError(f"{name} is damaged")


def _load(folder: Path, compartment: str, passages: int) -> Shard:
    names = json.loads((folder / "names.json").read_text(encoding="utf-8"))
    arrays = {
        name: np.load(folder / f"{name}.npy", allow_pickle=False)
        for name in ("ids", "roles", "days", "documents", "speakers", "links", "confidence")
    }
    vectors = faiss.read_index(str(folder / "vectors.faiss"))
    if len(arrays["ids"]) != passages or vectors.ntotal != passages:
        raise ValueError("row counts disagree")
    return Shard(
        compartment=compartment,
        ids=arrays["ids"],
        fields={name: Field.load(folder, name, passages) for name in _USUAL},
        vectors=vectors,
        roles=arrays["roles"],
        days=arrays["days"],
        documents=names["documents"],
        document_rows=arrays["documents"],
        speakers=names["speakers"],
        speaker_rows=arrays["speakers"],
        links=arrays["links"],
        confidence=arrays["confidence"],
    )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def _sync(path: Path) -> None:
    """Bring a file or folder to the disk before anything points to it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
