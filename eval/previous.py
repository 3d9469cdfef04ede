"""Where reports are kept, and which one came before."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from eval.errors import SuiteError
from eval.result import FILE, Result, read


def folder_for(home: Path, suite: str, now: datetime) -> Path:
    """A new folder for a report: by suite and time."""
    return home / suite / now.strftime("%Y%m%d-%H%M%S")


def before(folder: Path, suite: str) -> Result | None:
    """The run before the one to be written into `folder`: the report already there, else the newest sibling.

    A report that cannot be read any more counts as none.
    """
    for path in (folder / FILE, *sorted(folder.parent.glob(f"*/{FILE}"), reverse=True)):
        try:
            found = read(path)
        except SuiteError:
            continue
        if found.suite == suite:
            return found
    return None
