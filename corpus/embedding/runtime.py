"""The `onnx` backend: an exported model on ONNX Runtime, without torch."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import numpy as np
import onnxruntime as ort
from tokenizers import Tokenizer

from corpus.embedding.manifest import RECIPE, Manifest
from corpus.embedding.protocol import Progress, Vectors, normalised, readable
from corpus.errors import ConfigurationError

MODEL_FILE, TOKENIZER_FILE = "model.onnx", "tokenizer.json"
INPUT = "ids"
_TOKENIZED_AT_ONCE = 1024  # texts; bounds memory and the wait for the first progress


class OnnxEmbedder:
    """Embeds one text an inference.

    The int8 range of the activations is that of the whole inference: texts run together would change each
    other's vectors. Passages run beside each other instead, one core each, over one copy of the weights.
    """

    def __init__(self, folder: Path, *, name: str, threads: int | None = None) -> None:
        """Open an exported model.

        Args:
            folder: What `export.export` wrote.
            name: The model as it was asked for.
            threads: Passages embedded at the same time; unset: one a core this process may use.

        Raises:
            ConfigurationError: A file is missing or damaged.
        """
        try:
            manifest = Manifest.read(folder)
            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
            self._session = open_session(folder / MODEL_FILE)
        except Exception as error:  # both libraries raise bare exceptions of their own
            raise ConfigurationError(
                f"The exported model in {folder} cannot be opened ({error}); delete the folder to make it anew."
            ) from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(manifest.max_tokens)
        self._prompts = manifest.prompts
        self._threads = threads or _cores()
        self.name = f"{name} (onnx int8)"
        self.dimension = manifest.dimension
        self.fingerprint = _fingerprint(manifest)

    @property
    def tokenizer(self) -> Tokenizer:
        """The tokenizer, for others of the same vocabulary; it cuts at what the model reads."""
        return self._tokenizer

    def embed_query(self, text: str) -> Vectors:
        """float32 ``(dimension,)``, L2-normalised."""
        (ids,) = self._ids([self._prompts.query + readable(text)])
        vector: Vectors = self._finished([self._run(ids)])[0]
        return vector

    def embed_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """float32 ``(n_texts, dimension)``, rows L2-normalised, in input order. Equal texts are run once."""
        places: dict[str, list[int]] = {}
        for place, text in enumerate(texts):
            places.setdefault(text, []).append(place)
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        # longest first: memory grows once, and no core is left alone with a long text at the end
        waiting = iter(sorted(places, key=len, reverse=True))
        with ThreadPoolExecutor(self._threads, thread_name_prefix="embed") as pool:
            while part := list(islice(waiting, _TOKENIZED_AT_ONCE)):
                ids = self._ids([self._prompts.passage + readable(text) for text in part])
                for text, vector in zip(part, pool.map(self._run, ids), strict=True):
                    vectors[places[text]] = vector
                    if progress:
                        progress(len(places[text]))
        return self._finished(vectors)

    def _ids(self, texts: list[str]) -> list[list[int]]:
        return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(texts)]

    def _run(self, ids: list[int]) -> Vectors:
        vector: Vectors = self._session.run(None, {INPUT: np.array(ids, dtype=np.int64)})[0]
        return vector

    def _finished(self, vectors: Sequence[Vectors] | Vectors) -> Vectors:
        return normalised(np.asarray(vectors), self.dimension)


def _cores() -> int:
    """Cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on Linux
        return os.cpu_count() or 1


def open_session(path: Path) -> ort.InferenceSession:
    """An exported model, to be run on one text at a time."""
    options = ort.SessionOptions()
    # One thread an inference: two are no faster than two inferences side by side, and while other work
    # shares the cores they wait for each other, spinning, and take three times as long.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # it would keep a plan for every length of text
    # The fused operator computes row by row without vector instructions: a quarter of the whole time.
    return ort.InferenceSession(
        str(path), options, providers=["CPUExecutionProvider"], disabled_optimizers=["SkipLayerNormFusion"]
    )


def _fingerprint(manifest: Manifest) -> str:
    facts = ["onnx-int8", RECIPE, manifest.source_digest, manifest.prompts.query, manifest.prompts.passage]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()
