"""What files of a folder hold now that they did not hold before, read a few MiB at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

BLOCK_BYTES = 4096
"""A page of SQLite."""
WINDOW_BYTES = 1024 * BLOCK_BYTES


class Before:
    """The blocks of all files of a folder at one moment. What is planted later stands in none of them."""

    def __init__(self, root: Path) -> None:
        """Remember the files under `root`, links aside."""
        paths = [path for path in root.rglob("*") if path.is_file() and not path.is_symlink()]
        self._known = {_digest(block) for path in paths for block in _blocks(path)}

    def news(self, path: Path) -> Iterator[bytes]:
        """The blocks of a file that are new, with one block on either side; windows overlap by one block."""
        window, before, open_ = bytearray(), b"", False
        for block in _blocks(path):
            new = _digest(block) not in self._known
            if new and not window:
                window += before
            if new or open_:
                window += block
            elif window:
                yield bytes(window)
                window.clear()
            open_, before = new, block
            if len(window) >= WINDOW_BYTES:
                yield bytes(window)
                window = window[-BLOCK_BYTES:] if new else bytearray()
        if window:
            yield bytes(window)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            yield block


def _digest(block: bytes) -> bytes:
    return hashlib.blake2b(block, digest_size=16).digest()
