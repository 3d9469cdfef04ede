"""The index files of one compartment: written once, never changed, verified when opened."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from corpus import steps
from corpus.errors import ManifestMismatchError
from corpus.index.content import USUAL, Content, Entry, Link
from corpus.index.lexical import Field
from corpus.model import Role
from corpus.speakers import SpeakerClass, speaker_class

__all__ = ["Entry", "Link", "Shard", "open_shard", "write_content", "write_shard"]

FORMAT = 1
RULE = 1
"""Grows whenever what an earlier program wrote, shards or renditions, may show words that are closed. Shards of
another rule are not opened, and partly closed documents are closed until they have been cut again."""
_ARRAYS = {
    "ids": "ids",
    "roles": "roles",
    "days": "days",
    "documents": "document_rows",
    "speakers": "speaker_rows",
    "links": "links",
    "confidence": "confidence",
}
"""File -> attribute of `Content`."""


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

    def content(self) -> Content:
        """What the shard holds, to be merged with what changed."""
        codes = faiss.vector_to_array(faiss.downcast_index(self.vectors).codes).view("<f2")  # type: ignore[attr-defined]
        return Content(
            ids=self.ids,
            roles=self.roles,
            days=self.days,
            documents=self.documents,
            document_rows=self.document_rows,
            speakers=self.speakers,
            speaker_rows=self.speaker_rows,
            links=self.links,
            confidence=self.confidence,
            fields=self.fields,
            vectors=codes.reshape(len(self), -1),
        )

    @cached_property
    def classes(self) -> NDArray[np.int8]:
        """The speaker class of each passage: int8, (n,): position in `list(SpeakerClass)`, -1 where it has none."""
        known: dict[SpeakerClass | None, int] = {one: place for place, one in enumerate(SpeakerClass)}
        table = [[known.get(speaker_class(name, role), -1) for role in Role] for name in self.speakers]
        return np.array(table, np.int8).reshape(-1, len(Role))[self.speaker_rows, self.roles]

    @cached_property
    def without_bigrams(self) -> NDArray[np.bool_]:
        """The passages of a single letter or none, which no bigram finds: bool, (passages,)."""
        mask = np.ones(len(self), np.bool_)
        mask[self.fields["bigrams"].matrix.indices] = False
        return mask

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
    """The same as `write_content`, from passages in ascending order of their ids and their threads."""
    return write_content(root, compartment, Content.of(entries, links))


def write_content(root: Path, compartment: str, content: Content) -> dict[str, Any]:
    """Write the files of a compartment aside, sync them, and move them to their final name.

    Args:
        root: the folder of all shards.
        compartment: whose passages these are; part of the shard, so that a swapped folder is noticed.
        content: the passages.

    Returns:
        The shard's line of the manifest: ``{"shard", "passages", "digest", "rule"}``. The name of the folder is
        the digest of its content: the same passages give the same shard.
    """
    staging = root / f"staging-{uuid.uuid4().hex}"
    staging.mkdir(parents=True)
    try:
        _write_files(staging, content)
        steps.reached("filed")
        digest = _seal(staging, compartment, len(content))
        steps.reached("sealed")
        fact = {"shard": digest, "passages": len(content), "digest": digest, "rule": RULE}
        _shelve(staging, root, compartment, fact)
        steps.reached("shelved")
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return fact


def _shelve(staging: Path, root: Path, compartment: str, fact: dict[str, Any]) -> None:
    """Move a shard to its final place. The same content may lie there already; a damaged one gives way."""
    final = root / str(fact["shard"])
    if final.exists():
        try:
            _verify(final, compartment, fact, contents=True)
            return
        except (OSError, ValueError, KeyError):
            final.rename(staging.with_name(f"{staging.name}-damaged"))
    staging.rename(final)
    _sync(root)


def _write_files(folder: Path, content: Content) -> None:
    for name, attribute in _ARRAYS.items():
        np.save(folder / f"{name}.npy", getattr(content, attribute), allow_pickle=False)
    (folder / "names.json").write_text(
        json.dumps({"documents": content.documents, "speakers": content.speakers}, ensure_ascii=False),
        encoding="utf-8",
    )
    for name, one in content.fields.items():
        one.save(folder, name)
    faiss.write_index(_vectors(content.vectors), str(folder / "vectors.faiss"))


def _vectors(codes: NDArray[np.float16]) -> faiss.Index:
    """Exact inner product over float16 codes."""
    dimension = codes.shape[1]
    index = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    for start in range(0, len(codes), 10_000):
        index.add(codes[start : start + 10_000].astype(np.float32))
    return index


def _seal(folder: Path, compartment: str, passages: int) -> str:
    """Write ``meta.json`` with the digest of every file; returns the digest of that list."""
    files = _digests(sorted(folder.iterdir()))
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
        ManifestMismatchError: a file is missing, damaged, of an earlier rule, or belongs to another compartment.
    """
    folder = root / str(fact["shard"])
    try:
        if not current(fact):
            raise ValueError("it was made by an earlier version")
        _verify(folder, compartment, fact, contents=verify)
        return _load(folder, compartment, int(fact["passages"]))
    except (OSError, ValueError, KeyError, RuntimeError) as exc:
        raise ManifestMismatchError(
            f"the index of compartment {compartment!r} cannot be opened ({exc}); run `toben index rebuild`"
        ) from exc


def current(fact: Mapping[str, Any]) -> bool:
    """Whether the shard of a manifest line was made by the rule in force."""
    return fact.get("rule") == RULE


def _verify(folder: Path, compartment: str, fact: dict[str, Any], *, contents: bool) -> None:
    text = (folder / "meta.json").read_text(encoding="utf-8")
    if hashlib.blake2b(text.encode(), digest_size=16).hexdigest() != fact["digest"]:
        raise ValueError("meta.json differs from the manifest")
    meta = json.loads(text)
    if meta["format"] != FORMAT or meta["compartment"] != compartment or meta["passages"] != fact["passages"]:
        raise ValueError("the shard is not the one published")
    if not contents:
        return
    found = _digests([folder / name for name in meta["files"]])
    for name, digest in meta["files"].items():
        if found[name] != digest:
            raise ValueError(f"{name} is damaged")


def _load(folder: Path, compartment: str, passages: int) -> Shard:
    names = json.loads((folder / "names.json").read_text(encoding="utf-8"))
    arrays = {name: np.load(folder / f"{name}.npy", allow_pickle=False) for name in _ARRAYS}
    vectors = faiss.read_index(str(folder / "vectors.faiss"))
    if len(arrays["ids"]) != passages or vectors.ntotal != passages:
        raise ValueError("row counts disagree")
    return Shard(
        compartment=compartment,
        ids=arrays["ids"],
        fields={name: Field.load(folder, name, passages) for name in USUAL},
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


def _digests(paths: Sequence[Path]) -> dict[str, str]:
    """File name -> digest. Hashing lets other threads run, so every core takes part."""
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        return dict(zip((path.name for path in paths), threads.map(_digest, paths), strict=True))


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
