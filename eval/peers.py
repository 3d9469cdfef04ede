"""Other programs at the same job, measured in the same run: tantivy, FAISS as it comes, sentence-transformers.

Tantivy indexes the same Sudachi tokens as ours, joined beforehand; it is a development extra and left out with a word
where it is not installed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from corpus.embedding import Embedder, e5
from corpus.index.shard import Entry
from corpus.index.terms import token_weights
from eval.timing import speed, timed

DEPTH = 200
"""Passages each search brings, as ours does."""
_RRF = 60  # Cormack, Clarke & Büttcher 2009
_WORDS = "tantivy"
_VECTORS = "vectors.npy"


class Peer(BaseModel):
    """Another program on the same input: its figure, ours, and how many times ours is better."""

    model_config = ConfigDict(frozen=True)

    name: str
    job: str
    unit: str
    theirs: float
    ours: float
    ratio: float


def build(folder: Path, entries: Sequence[Entry]) -> None:
    """Write the same passages for the peers: tokens for tantivy, vectors in fp32."""
    vectors = np.stack([entry.vector for entry in entries]).astype(np.float32)
    np.save(folder / _VECTORS, vectors, allow_pickle=False)
    if find_spec("tantivy") is None:
        return
    (folder / _WORDS).mkdir(exist_ok=True)
    writer = _tantivy(folder / _WORDS).writer(heap_size=256_000_000, num_threads=1)
    writer.delete_all_documents()
    import tantivy  # a development extra

    for entry in entries:
        counted = zip(entry.terms.keys.tolist(), entry.terms.counts.tolist(), strict=True)
        document = tantivy.Document()
        document.add_text("body", " ".join(" ".join([f"{key:x}"] * count) for key, count in counted))
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()


def _tantivy(folder: Path) -> Any:
    import tantivy  # a development extra

    schema = tantivy.SchemaBuilder().add_text_field("body", stored=False, tokenizer_name="whitespace").build()
    return tantivy.Index(schema, path=str(folder))


def searching(
    folder: Path, embedder: Embedder, questions: Sequence[str]
) -> tuple[dict[str, list[float]], list[str]]:
    """Seconds of every question: words, vectors, and both fused by rank; and what was left out (Japanese)."""
    vectors: NDArray[np.float32] = np.load(folder / _VECTORS, allow_pickle=False)
    flat = faiss.IndexFlatIP(vectors.shape[1])
    flat.add(vectors)
    del vectors
    asked = [
        (" ".join(f"{key:x}" for key in token_weights(q)), embedder.embed_query(q)[None]) for q in questions
    ]
    dense = [partial(flat.search, vector, min(DEPTH, flat.ntotal)) for _, vector in asked]
    times = {"vectors": _seconds(dense)}
    if find_spec("tantivy") is None:
        return times, ["tantivy は入っていないので比べていません（開発用の追加部品）"]
    index = _tantivy(folder / _WORDS)
    index.reload()
    searcher = index.searcher()
    words = [partial(_words, index, searcher, text) for text, _ in asked]
    times["words"] = _seconds(words)
    times["both"] = _seconds([partial(_fused, *pair) for pair in zip(words, dense, strict=True)])
    return times, []


def _words(index: Any, searcher: Any, text: str) -> list[tuple[float, Any]]:
    hits: list[tuple[float, Any]] = searcher.search(index.parse_query(text, ["body"]), DEPTH).hits
    return hits


def _fused(words: Callable[[], list[tuple[float, Any]]], dense: Callable[[], Any]) -> list[tuple[Any, float]]:
    """Reciprocal rank fusion of the two lists, as most hybrid searches do it."""
    scores: dict[Any, float] = {}
    for rank, (_, address) in enumerate(words()):
        scores[address.doc] = scores.get(address.doc, 0.0) + 1 / (_RRF + rank)
    for rank, row in enumerate(dense()[1][0].tolist()):
        scores[row] = scores.get(row, 0.0) + 1 / (_RRF + rank)
    return sorted(scores.items(), key=lambda item: -item[1])


def _seconds(jobs: Sequence[Callable[[], Any]]) -> list[float]:
    for job in jobs[:5]:
        job()
    return [timed(job)[1] for job in jobs]


def embedding(models: Path, texts: Sequence[str]) -> float | None:
    """Texts a second of sentence-transformers in fp32 with its own batches; None where the model is not unpacked."""
    folder = models / e5.FOLDER
    if not (folder / "modules.json").is_file():
        return None
    from sentence_transformers import SentenceTransformer  # seconds of torch, only here

    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    return speed(
        lambda given: model.encode([f"passage: {text}" for text in given], show_progress_bar=False),
        list(texts),
    )
