"""A bigger index than there are documents for: real passages recombined, so that size can be tried out.

A made-up passage has half the words of one passage and half of those of another, drawn at random, the letters of the
first half of one and of the second half of the other, and the mean of their vectors with noise. Word frequencies, lengths and the spread of vectors stay
those of real text; what it says makes no sense, and its text is that of the first of the two.
"""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from corpus import tables as t
from corpus.catalogue import Catalogue, Generation
from corpus.disclosure import Principal
from corpus.errors import PassageIndexError
from corpus.index.embedded import EmbeddedIndex
from corpus.index.shard import Entry, Link, open_shard, write_shard
from corpus.index.terms import Terms
from corpus.model import Passage, Role
from corpus.reading import Reader
from corpus.store import Store
from eval import peers

NOISE = 0.15
"""Length of the noise added to a vector of length 1."""
_MANIFEST = "manifest.json"
_PREFIX = 28  # of the 32 hex digits of an id; the last four tell the copies apart


@dataclass(frozen=True, slots=True)
class _Order:
    url: str
    index: str
    folder: str
    passages: int
    seed: int
    peers: bool


def enlarge(store: Store, folder: Path, passages: int, *, with_peers: bool = False, seed: int = 0) -> Path:
    """Write an index of `passages` passages made of those in the public compartment, in a process of its own.

    An index that is already there for the same passages is used again.

    Args:
        store: where the real passages are.
        folder: for the index.
        passages: how many; fewer than there are takes the first ones.
        with_peers: whether to write the same passages for `eval.peers` too.
        seed: of what is recombined with what.

    Returns:
        The folder to hand to `EnlargedStore`.

    Raises:
        PassageIndexError: the store has no public passage, or the work failed.
    """
    generation = store.catalogue.generation()
    if generation is None or "public" not in generation.manifest:
        raise PassageIndexError("no public passage to enlarge from; ingest something with --label open")
    mark = f"{generation.manifest['public']['digest']} {passages} {seed} {with_peers}"
    manifest = folder / _MANIFEST
    if not manifest.exists() or json.loads(manifest.read_text(encoding="utf-8"))["mark"] != mark:
        url = f"sqlite:///{store.root / 'catalogue.db'}"
        order = _Order(url, str(store.shards), str(folder), passages, seed, with_peers)
        worker = multiprocessing.get_context("spawn").Process(target=_build, args=(order, mark))
        worker.start()
        worker.join()
        if worker.exitcode:
            raise PassageIndexError(f"building an index of {passages} passages failed")
    return folder


def _build(order: _Order, mark: str) -> None:
    catalogue = Catalogue.open(order.url)
    folder = Path(order.folder)
    folder.mkdir(parents=True, exist_ok=True)
    real = _entries(catalogue)
    if not real:
        raise PassageIndexError("no public passage to enlarge from")
    made = sorted(recombined(real, order.passages, order.seed), key=lambda entry: entry.passage_id)
    fact = write_shard(folder, "public", made, list(_links(catalogue, Path(order.index), made)))
    if order.peers:
        peers.build(folder, made)
    text = json.dumps({"mark": mark, "manifest": {"public": fact}})
    (folder / _MANIFEST).write_text(text, encoding="utf-8")


def _entries(catalogue: Catalogue) -> list[Entry]:
    """The public passages as the index holds them."""
    generation = catalogue.generation()
    assert generation is not None
    p, d = t.passages.c, t.documents.c
    text, header = t.features.alias("text"), t.features.alias("header")
    columns = (
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
    mark = generation.fingerprint
    query = (
        sa.select(*columns)
        .join_from(t.passages, t.documents, d.id == p.document_id)
        .join(text, sa.and_(text.c.digest == p.digest, text.c.fingerprint == mark))
        .join(header, sa.and_(header.c.digest == p.header_digest, header.c.fingerprint == mark))
        .where(p.compartment == "public")
        .order_by(p.id)
    )
    with catalogue.read() as connection:
        return [
            Entry(
                passage_id=key,
                document_id=document,
                speaker=f"{post} {speaker}".strip(),
                role=Role(role),
                day=day.toordinal() if day else 0,
                terms=Terms.from_bytes(terms),
                header=Terms.from_bytes(head),
                vector=np.frombuffer(vector, "<f2"),
            )
            for key, document, post, speaker, role, day, terms, vector, head in connection.execute(query)
        ]


def _links(catalogue: Catalogue, index: Path, made: Sequence[Entry]) -> Iterator[Link]:
    """The threads of the real passages, and the same between the copies made of the same two."""
    generation = catalogue.generation()
    assert generation is not None
    shard = open_shard(index, "public", generation.manifest["public"], verify=False)
    names = [name.decode() for name in shard.ids]
    present = {entry.passage_id for entry in made}
    copies = {""} | {key[_PREFIX:] for key in present if key[_PREFIX] == "-"}
    for (question, answer), sure in zip(shard.links.tolist(), shard.confidence.tolist(), strict=True):
        for copy in sorted(copies):
            pair = [name[:_PREFIX] + copy if copy else name for name in (names[question], names[answer])]
            if present.issuperset(pair):
                yield Link(pair[0], pair[1], sure)


def recombined(real: Sequence[Entry], passages: int, seed: int) -> Iterator[Entry]:
    """The real passages, then as many made-up ones as are missing."""
    random = np.random.default_rng(seed)
    yield from real[:passages]
    for copy in range(1, -(-passages // len(real))):
        partners = random.permutation(len(real))
        for number, (first, partner) in enumerate(zip(real, partners, strict=True)):
            if copy * len(real) + number >= passages:
                return
            yield _mixed(first, real[partner], copy, random)


def _mixed(first: Entry, second: Entry, copy: int, random: np.random.Generator) -> Entry:
    noise = random.standard_normal(len(first.vector)).astype(np.float32)
    vector = first.vector.astype(np.float32) + second.vector.astype(np.float32)
    vector = vector / np.linalg.norm(vector) + NOISE * noise / np.linalg.norm(noise)
    return replace(
        first,
        passage_id=f"{first.passage_id[:_PREFIX]}-{copy:03x}",  # no real id holds a dash
        terms=_mixed_terms(first.terms, second.terms, random),
        vector=(vector / np.linalg.norm(vector)).astype(np.float16),
    )


def _mixed_terms(first: Terms, second: Terms, random: np.random.Generator) -> Terms:
    kept = [_half(part, random) for part in (first, second)]
    keys = np.concatenate([keys for keys, _ in kept])
    counts = np.concatenate([counts for _, counts in kept])
    distinct, places = np.unique(keys, return_index=True)
    folded = first.folded[: len(first.folded) // 2] + second.folded[len(second.folded) // 2 :]
    return Terms(distinct, counts[places], folded)


def _half(terms: Terms, random: np.random.Generator) -> tuple[NDArray[np.uint64], NDArray[np.uint8]]:
    chosen = random.permutation(len(terms.keys))[: (len(terms.keys) + 1) // 2]
    return terms.keys[chosen], terms.counts[chosen]


class EnlargedStore(Store):
    """A store that serves a bigger index; the text of a made-up passage is that of the one it was made from."""

    def __init__(self, store: Store, folder: Path) -> None:
        super().__init__(store.root, store.catalogue)
        self.folder = folder
        self._big: EmbeddedIndex | None = None
        self.base = {key[:_PREFIX]: key for key in store.catalogue.passage_ids().get("public", ())}

    @property
    def shards(self) -> Path:
        """The folder of the bigger index."""
        return self.folder

    def index(self) -> EmbeddedIndex:
        """The bigger index, opened and verified when first asked for."""
        if self._big is None:
            manifest = json.loads((self.folder / _MANIFEST).read_text(encoding="utf-8"))["manifest"]
            self._big = EmbeddedIndex.open(self.folder, Generation(1, 0, manifest, ""))
        return self._big

    def reader(self, principal: Principal) -> Reader:
        """A reader that finds the text behind made-up ids."""
        return _EnlargedReader(self, principal)


class _EnlargedReader(Reader):
    def __init__(self, store: EnlargedStore, principal: Principal) -> None:
        super().__init__(store, principal)
        self._base = store.base

    def passages(self, ids: Sequence[str]) -> dict[str, Passage]:
        real = {key: self._base[key[:_PREFIX]] for key in ids if key[:_PREFIX] in self._base}
        found = super().passages(list(dict.fromkeys(real.values())))
        return {key: replace(found[base], id=key) for key, base in real.items() if base in found}
