"""The ids of conversations that their people deleted, in a file beside the catalogue: a restored backup has them again.

An id is a random number and tells nothing. The file is synced before a deletion is acknowledged.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

NAME = "deleted.log"
"""What the file is called in the data folder."""
_ID = re.compile(r"[0-9a-f]{32}")


class Tombstones:
    """The file of deleted conversations: one id a line."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def ids(self) -> set[str]:
        """Every id in the file; a line that a crash left unfinished does not count."""
        if not self._path.exists():
            return set()
        lines = self._path.read_text(encoding="ascii", errors="replace").split("\n")
        return {line for line in lines if _ID.fullmatch(line)}

    def add(self, ids: Iterable[str]) -> None:
        """Add ids durably.

        Raises:
            OSError: the file cannot be written.
        """
        text = "".join(f"\n{key}" for key in ids)
        if not text:
            return
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "ab") as file:
            file.write(f"{text}\n".encode())
            file.flush()
            os.fsync(handle)
