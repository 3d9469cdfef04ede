"""Watch folders: which files changed, told once they have been left alone for a moment."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import watchfiles


def changes(
    paths: Sequence[Path], *, stop: threading.Event, quiet_s: float = 1.5, poll: bool = False
) -> Iterator[frozenset[Path]]:
    """Sets of files that were written or deleted, until `stop` is set.

    A set comes when nothing has happened for `quiet_s`: a file that is still being copied is not read.

    Args:
        paths: files and folders.
        stop: ends the watch.
        quiet_s: how long everything must have been left alone, in seconds.
        poll: look again and again instead of being told by the system; for shares of other machines.
    """
    gathered: set[Path] = set()
    for batch in watchfiles.watch(
        *paths,
        watch_filter=None,
        stop_event=stop,
        rust_timeout=int(quiet_s * 1000),
        yield_on_timeout=True,
        raise_interrupt=False,
        force_polling=poll or None,
        poll_delay_ms=int(quiet_s * 500),
        ignore_permission_denied=True,
    ):
        gathered |= {Path(name) for _, name in batch}
        if gathered and not batch:
            yield frozenset(file for path in gathered for file in _files(path))
            gathered.clear()


def _files(path: Path) -> Iterator[Path]:
    """A file itself, also one that is gone; of a folder (moved here as a whole) all files."""
    if path.is_dir():
        yield from (inside.resolve() for inside in path.rglob("*") if inside.is_file())
    else:
        yield path.resolve()
