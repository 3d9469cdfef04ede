from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest

from corpus.database import log_ahead


class _Watched(sqlite3.Connection):
    """Tells when a statement was turned away."""

    refused = threading.Event()

    def execute(self, *args: Any) -> sqlite3.Cursor:
        try:
            return super().execute(*args)
        except sqlite3.OperationalError:
            self.refused.set()
            raise


def _open(path: Path) -> _Watched:
    """A connection that is turned away at once where another is at work, as SQLite does with two in each other's way."""
    return sqlite3.connect(path, isolation_level=None, timeout=0, check_same_thread=False, factory=_Watched)


def test_a_new_file_that_another_is_making_is_tried_again_until_it_is_free(tmp_path: Path) -> None:
    first, second = _open(tmp_path / "new.db"), _open(tmp_path / "new.db")
    second.refused = threading.Event()
    first.execute("BEGIN EXCLUSIVE")
    waiting = threading.Thread(target=log_ahead, args=(second,))
    waiting.start()
    assert second.refused.wait(60)
    first.execute("COMMIT")
    waiting.join(60)
    assert second.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_file_that_stays_locked_is_an_error_after_the_wait(tmp_path: Path) -> None:
    first, second = _open(tmp_path / "new.db"), _open(tmp_path / "new.db")
    first.execute("BEGIN EXCLUSIVE")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        log_ahead(second, wait_s=0.1)


def test_what_is_not_a_lock_is_not_tried_again(tmp_path: Path) -> None:
    path = tmp_path / "text.db"
    path.write_bytes(b"no database at all\n" * 100)
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        log_ahead(_open(path))
