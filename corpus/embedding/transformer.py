"""The `sentence-transformers` backend: any model of that library on torch, fp32, on the CPU."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from transformers.utils import logging as transformers_logging

from corpus.embedding.folder import digest
from corpus.embedding.protocol import Progress, Prompts, Vectors, normalised, readable
from corpus.errors import ConfigurationError


class TransformerEmbedder:
    """Embeds one text an inference, so that no text's vector depends on its neighbours' padding."""

    def __init__(self, folder: Path, *, name: str, threads: int | None = None) -> None:
        """Open the model in `folder`.

        Args:
            folder: A sentence-transformers folder.
            name: The model as it was asked for.
            threads: Of torch, for the whole process; unset: as torch chooses.

        Raises:
            ConfigurationError: The library cannot open the folder.
        """
        if threads:
            torch.set_num_threads(threads)
        self._model = open_model(folder)
        self._prompts = Prompts.chosen(self._model.prompts)
        self.name = f"{name} (sentence-transformers)"
        self.dimension = len(self._model.encode("", show_progress_bar=False))
        facts = ["sentence-transformers-fp32", digest(folder), self._prompts.query, self._prompts.passage]
        self.fingerprint = hashlib.sha256(json.dumps(facts).encode()).hexdigest()

    def embed_query(self, text: str) -> Vectors:
        """float32 ``(dimension,)``, L2-normalised."""
        vector: Vectors = normalised(self._encode(text, self._prompts.query)[None], self.dimension)[0]
        return vector

    def embed_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """float32 ``(n_texts, dimension)``, rows L2-normalised, in input order."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for place, text in enumerate(texts):
            vectors[place] = self._encode(text, self._prompts.passage)
            if progress:
                progress(1)
        return normalised(vectors, self.dimension)

    def _encode(self, text: str, prompt: str) -> Vectors:
        vector: Vectors = self._model.encode(readable(text), prompt=prompt, show_progress_bar=False)
        return vector


def open_model(folder: Path, **model_options: Any) -> SentenceTransformer:
    """The model in `folder`, in fp32 on the CPU, ready to encode. Runs no code out of the folder.

    Raises:
        ConfigurationError: It cannot be opened.
    """
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        model = SentenceTransformer(
            str(folder),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs=model_options,
        )
    except Exception as error:  # the library raises whatever its parts raise
        raise ConfigurationError(
            f"The embedding model in {folder} cannot be opened as a sentence-transformers model: {error}"
        ) from error
    return model.float().eval()
