"""Folders of model files: written aside and renamed, one writer at a time, and their digests."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from corpus.errors import ConfigurationError

LOCK_TIMEOUT_S = 600
_MEANINGFUL = {".json", ".safetensors", ".bin", ".txt", ".model", ".vocab"}


def publish_folder(
    target: Path, write: Callable[[Path], None], *, is_current: Callable[[Path], bool] = Path.exists
) -> Path:
    """`target`, complete: current already, or written beside it by `write` and renamed.

    Two processes may ask at once: one writes, the other waits. After a crash the next call starts over.

    Raises:
        ConfigurationError: The folder cannot be written, or another process holds it for ten minutes.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(target.parent / f".{target.name}.lock", timeout=LOCK_TIMEOUT_S):
            if not is_current(target):
                _write_aside(target, write)
    except Timeout as error:
        raise ConfigurationError(
            f"Another process has been writing {target} for {LOCK_TIMEOUT_S} s."
        ) from error
    except OSError as error:
        raise ConfigurationError(f"The model folder {target} cannot be written: {error}") from error
    return target


def stamp(folder: Path) -> dict[str, list[int]]:
    """Path -> size and modification time (ns) of the files that make up the model; cheap to compare."""
    return {
        path.relative_to(folder).as_posix(): [status.st_size, status.st_mtime_ns]
        for path in _model_files(folder)
        for status in [path.stat()]
    }


def digest(folder: Path) -> str:
    """SHA-256 over names and contents of the files that make up the model, in hex."""
    total = hashlib.sha256()
    for path in _model_files(folder):
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        total.update(f"{path.relative_to(folder).as_posix()} {content}\n".encode())
    return total.hexdigest()


def _model_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if path.suffix in _MEANINGFUL and path.is_file() and not {"onnx", "openvino"} & set(inside):
            yield path


def _write_aside(target: Path, write: Callable[[Path], None]) -> None:
    aside = target.parent / f".{target.name}.partial"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    write(aside)
    for path in filter(Path.is_file, aside.rglob("*")):
        with path.open("rb") as file:
            os.fsync(file.fileno())
    if target.exists():
        shutil.rmtree(target)
    aside.rename(target)
