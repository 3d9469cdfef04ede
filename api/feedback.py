"""Feedback kept as JSON lines in a file that only the service may read."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import asdict
from pathlib import Path

from api.services import Feedback


class FeedbackFile:
    """Appends feedback to a file, one JSON object a line, synced before `add` returns.

    A line is written by one call in append mode, so several processes may share the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def add(self, feedback: Feedback) -> None:
        """Store one item durably before returning."""
        item = asdict(feedback) | {"given_at": feedback.given_at.isoformat(timespec="seconds")}
        line = (json.dumps(item, ensure_ascii=False) + "\n").encode()
        with self._lock:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(handle, line)
                os.fsync(handle)
            finally:
                os.close(handle)
