"""Kept copies of source files, under random names in one folder; what they were called is in the catalogue."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import time
from collections.abc import Iterable
from pathlib import Path
from typing import IO

_TAKING, _INCOMING = "taking-", "incoming-"
_NAME = re.compile(r"[0-9a-f]{32}(?:\.[a-z0-9]{1,5})?")
_STALE_S = 24 * 3600
"""After so long a file aside is of a process that is gone."""
_QUIET_S = 600
"""After so long without a byte nobody is sending that file any more."""


class Originals:
    """The folder ``originals`` of a store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def new_name(self, name: str) -> str:
        """A random name with the suffix of a file called `name`, where that is a plain one."""
        suffix = Path(name).suffix.lower()
        return secrets.token_hex(16) + (suffix if re.fullmatch(r"\.[a-z0-9]{1,5}", suffix) else "")

    def taking(self, name: str) -> Path:
        """Where the one ingest run writes a copy before anything refers to it."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        return self.folder / f"{_TAKING}{name}"

    def incoming(self, name: str) -> Path:
        """Where a file that a person hands in is written while it comes."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        return self.folder / f"{_INCOMING}{name}"

    def path(self, name: str) -> Path:
        """Where the kept file is; it may be missing.

        Raises:
            ValueError: this is no name of a kept file.
        """
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a kept file")
        return self.folder / name

    def copy(self, source: Path, name: str) -> Path:
        """A copy of `source` aside, synced; `settle` brings it to its place."""
        target = self.taking(name)
        with source.open("rb") as given, _private(target) as taken:
            shutil.copyfileobj(given, taken)
            taken.flush()
            os.fsync(taken.fileno())
        return target

    def settle(self, names: Iterable[str]) -> None:
        """Bring files from aside to their place, where they are not there yet."""
        moved = False
        for name in names:
            for aside in (self.taking(name), self.incoming(name)) if name else ():
                if aside.exists():
                    aside.replace(self.path(name))
                    moved = True
        if moved:
            descriptor = os.open(self.folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def sweep(self, kept: Iterable[str]) -> None:
        """Remove every file that is not among `kept`, but those aside only when they are old."""
        wanted = set(kept)
        for path in self._files():
            aside = path.name.startswith((_TAKING, _INCOMING))
            if path.name not in wanted and (not aside or time.time() - path.stat().st_mtime > _STALE_S):
                path.unlink(missing_ok=True)

    def sweep_taking(self) -> None:
        """Remove what an ingest run left aside when it died; only for whoever holds the lock of the one run."""
        for path in self._files():
            if path.name.startswith(_TAKING):
                path.unlink(missing_ok=True)

    def sweep_incoming(self) -> None:
        """Remove what was coming when a server died; another one may be receiving files meanwhile."""
        for path in self._files():
            if path.name.startswith(_INCOMING) and time.time() - path.stat().st_mtime > _QUIET_S:
                path.unlink(missing_ok=True)

    def _files(self) -> list[Path]:
        return list(self.folder.iterdir()) if self.folder.is_dir() else []


def _private(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
