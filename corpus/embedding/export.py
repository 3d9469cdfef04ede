"""A sentence-transformers folder to what the `onnx` backend opens. Runs once a model."""

from __future__ import annotations

import shutil
from pathlib import Path

from corpus.embedding import bert
from corpus.embedding.calibration import CALIBRATION, FAITHFUL
from corpus.embedding.folder import digest, stamp
from corpus.embedding.manifest import Manifest
from corpus.embedding.protocol import Prompts, Vectors, normalised
from corpus.embedding.recognition import recognise
from corpus.embedding.runtime import MODEL_FILE, TOKENIZER_FILE, OnnxEmbedder
from corpus.errors import ConfigurationError


def export(folder: Path, target: Path) -> None:
    """Write model, tokenizer and manifest of the model in `folder` into `target`.

    Raises:
        ConfigurationError: The model cannot be expressed in ONNX, or its int8 vectors are not faithful.
    """
    plain = recognise(folder)
    if plain:
        shutil.copyfile(plain.tokenizer, target / TOKENIZER_FILE)
        expected = bert.write_graph(plain, target / MODEL_FILE)
        prompts, max_tokens = plain.prompts, plain.max_tokens
    else:
        expected, prompts, max_tokens = _trace(folder, target)
    Manifest(
        source_digest=digest(folder),
        source_stamp=stamp(folder),
        prompts=prompts,
        dimension=expected.shape[1],
        max_tokens=max_tokens,
    ).write(target)
    _check(folder, target, normalised(expected, expected.shape[1]))


def _trace(folder: Path, target: Path) -> tuple[Vectors, Prompts, int]:
    from corpus.embedding import traced  # seconds of torch, for models of other architectures

    return traced.write_graph(folder, target / MODEL_FILE, target / TOKENIZER_FILE)


def _check(folder: Path, target: Path, expected: Vectors) -> None:
    vectors = OnnxEmbedder(target, name=folder.name).embed_passages(CALIBRATION)
    worst = float((vectors * expected).sum(axis=1).min())
    if not worst >= FAITHFUL:
        raise ConfigurationError(
            f"The embedding model in {folder} loses too much in int8 (cosine {worst:.3f} to fp32). "
            "Set embedding.backend to sentence-transformers, or choose another model."
        )
