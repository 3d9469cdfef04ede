"""Room on the disk: some is kept back, so that text can still be closed when the disk is full."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa

from corpus.errors import StoreFullError

RESERVE_BYTES = 64 * 1024 * 1024
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_MESSAGE = (
    "ディスクの空きが足りません。空きを作ってから、もう一度実行してください。今までの記録はそのまま使えます。"
)


class Reserve:
    """A file that takes up room until the room is needed."""

    def __init__(self, path: Path, size: int) -> None:
        """Keep `size` bytes back in the file `path`; 0 keeps nothing."""
        self._path = path
        self._size = size

    def hold(self) -> None:
        """Take the room, where it is not held already.

        Raises:
            StoreFullError: there is not so much.
        """
        if not self._size or (self._path.exists() and self._path.stat().st_size >= self._size):
            return
        with self._path.open("wb") as file:
            try:
                os.posix_fallocate(file.fileno(), 0, self._size)
            except OSError as exc:
                self._path.unlink(missing_ok=True)
                if exc.errno not in _FULL:
                    return  # a file system that cannot promise room
                raise StoreFullError(_MESSAGE) from exc

    def give(self) -> None:
        """Give the room away when the disk has less than that left."""
        with suppress(OSError):
            held = os.statvfs(self._path.parent)
            if held.f_bavail * held.f_frsize < self._size:
                self._path.unlink(missing_ok=True)


@contextmanager
def full_disk_told() -> Iterator[None]:
    """Turn what libraries raise on a full disk into one error with a remedy.

    Raises:
        StoreFullError: the disk is full.
    """
    try:
        yield
    except (OSError, RuntimeError, sa.exc.DBAPIError) as exc:
        if _is_full(exc):
            raise StoreFullError(_MESSAGE) from exc
        raise


def _is_full(exc: Exception) -> bool:
    """Whether an error of the system, of SQLite or of FAISS says that there is no room."""
    if isinstance(exc, OSError):
        return exc.errno in _FULL or "requested and" in str(exc)  # NumPy: "n requested and m written"
    return "disk is full" in str(exc) or "No space left" in str(exc)
