"""What an embedder promises, and the checks that hold every backend to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Backend = Literal["onnx", "sentence-transformers"]
Vectors = NDArray[np.float32]
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Prompts:
    """What a model wants to read before a question and before a passage."""

    query: str = ""
    passage: str = ""

    @classmethod
    def chosen(cls, known: Mapping[str, str | None]) -> Prompts:
        """Those of a model's configuration, where passages go by one of three names.

        >>> Prompts.chosen({"query": "search: ", "document": None})
        Prompts(query='search: ', passage='')
        """
        passages = (known.get(name) for name in ("passage", "document", "corpus"))
        return cls(query=known.get("query") or "", passage=next(filter(None, passages), ""))


class Embedder(Protocol):
    """Turns texts into vectors whose inner product is their cosine.

    The same text gives the same bytes whatever it is embedded together with.
    """

    @property
    def name(self) -> str:
        """The model as it was asked for, and the backend, for people to read."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    @property
    def fingerprint(self) -> str:
        """Hex digest of model files, prompts and backend: equal fingerprints, comparable vectors."""

    def embed_query(self, text: str) -> Vectors:
        """The vector of a question: float32, ``(dimension,)``, L2-normalised."""

    def embed_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """The vectors of passages: float32, ``(n_texts, dimension)``, rows L2-normalised, in input order.

        Args:
            texts: Passages without the model's prompt. Longer ones than the model reads are cut at the end.
            progress: Called in this thread with how many more texts are done; the calls add up to `len(texts)`.
        """


def normalised(vectors: NDArray[np.floating], dimension: int) -> Vectors:
    """The rows divided by their length, as float32 ``(n, dimension)``.

    Raises:
        ValueError: Another shape, a number that is not finite, or a row of zeros: the model is broken,
            and such a vector would be found by no question or by every one.
    """
    if vectors.ndim != 2 or vectors.shape[1] != dimension:
        raise ValueError(f"the model gave vectors of shape {vectors.shape}, expected (n, {dimension})")
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not np.isfinite(lengths).all() or (lengths == 0).any():
        raise ValueError("the model gave a vector that is not finite or has no direction")
    return np.ascontiguousarray(vectors / lengths, dtype=np.float32)


def readable(text: str) -> str:
    """`text` with lone surrogates replaced, which no tokenizer takes."""
    return text.encode("utf-8", "replace").decode("utf-8")
