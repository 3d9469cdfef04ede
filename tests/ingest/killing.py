"""Runs ingests in processes that are killed, or that find the disk full, at a named step.

Started once as a process of its own (``python -m tests.ingest.killing``): it loads the libraries and forks for
every request, one JSON object a line: ``{"data", "folder", "step", "nth", "fault", "work"}``.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

from corpus import steps
from corpus.embedding import HashEmbedder
from corpus.errors import TobenError
from corpus.store import Store
from ingest.job import Order
from ingest.removal import remove
from ingest.wishes import Change
from tests.stores import IT, OPEN, SALT, STAFF, TODAY, job, labels


def main() -> None:
    """Serve requests until the end of input; each is answered with how the process ended."""
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if not child:
            _work(request)
        _, status = os.waitpid(child, 0)
        print(json.dumps({"status": status}), flush=True)


def alone() -> None:
    """One ingest in this very process, without a fault of its own; the folders are the arguments."""
    data, folder = sys.argv[1:3]
    _work({"data": data, "folder": folder, "step": "", "nth": 1, "fault": "", "work": "ingest"})


def _work(request: dict[str, Any]) -> None:
    """Work until the fault comes; the process ends here."""
    reached = 0

    def at(step: str) -> None:
        nonlocal reached
        if step != request["step"]:
            return
        reached += 1
        if reached == request["nth"] and request["fault"] == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if reached >= request["nth"] and request["fault"] == "full":
            raise OSError(errno.ENOSPC, "No space left on device")

    steps.reached = at
    try:
        WORK[request["work"]](Store.open(Path(request["data"]), salt=SALT), Path(request["folder"]))
    except TobenError as exc:
        Path(request["data"]).with_suffix(".message").write_text(
            f"{type(exc).__name__}: {exc}", encoding="utf-8"
        )
        os._exit(2)
    except BaseException:
        traceback.print_exc()
        os._exit(3)
    os._exit(0)


def _ingest(store: Store, folder: Path) -> None:
    job(store).run([folder], Order(label=OPEN, keep=True), prune=True)


def _delete(store: Store, folder: Path) -> None:
    sources = [
        source.id for source in store.catalogue.sources().values() if source.name.endswith("changed.json")
    ]
    remove(store, HashEmbedder, sources=sources, today=TODAY)


def _close(store: Store, folder: Path) -> None:
    key = next(k for k, row in store.catalogue.documents().items() if row.title == "変わる記録")
    labels(store).change(key, Change(STAFF), IT)


def _sleep(store: Store, folder: Path) -> None:
    with store.writing():
        signal.pause()


WORK = {"ingest": _ingest, "delete": _delete, "close": _close, "sleep": _sleep}

if __name__ == "__main__":
    main()
