"""Where a figure comes from: date, commit, digests of corpus, index and questions, settings, machine."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from corpus.model import Passage
from eval.result import Provenance, Row
from eval.stand import Stand
from eval.suite import Suite


def trace(suite: Suite, stand: Stand, rows: Sequence[Row], *, now: datetime) -> Provenance:
    """Everything that is needed to get the same figures again."""
    catalogue = stand.store.catalogue
    generation = catalogue.generation()
    manifest: dict[str, dict[str, Any]] = generation.manifest if generation else {}
    passages = sorted(_line(passage) for passage, *_ in catalogue.every_passage())
    return Provenance(
        date=now,
        commit=commit(),
        command=f"toben eval run {suite.name}",
        principals=tuple(sorted({row.principal for row in rows})),
        settings=dict(stand.settings) | {"style": suite.style, "depth": suite.depth},
        documents=len(catalogue.documents()),
        passages=len(passages),
        corpus=_digest(passages),
        index=_digest(f"{name} {manifest[name]['digest']}" for name in sorted(manifest)),
        questions=_digest(json.dumps([row.id, row.question], ensure_ascii=False) for row in rows),
        fingerprint=generation.fingerprint if generation else "",
        machine=machine(),
    )


def commit() -> str:
    """The git commit of this program, with ``+`` where the tree differs from it; its version outside a checkout."""
    home = Path(__file__).parent
    head = _git(home, "rev-parse", "--short=12", "HEAD")
    if not head:
        return f"toben {metadata.version('toben')}"
    return head + ("+" if _git(home, "status", "--porcelain", "--untracked-files=no") else "")


def machine() -> str:
    """Processor architecture and the cores that this process may use."""
    return f"{platform.machine()}、{len(os.sched_getaffinity(0))}コア、Python {platform.python_version()}"


def _git(folder: Path, *words: str) -> str:
    """What git says, or nothing where there is no git or no checkout."""
    program = shutil.which("git")
    if program is None:
        return ""
    options: dict[str, Any] = {"cwd": folder, "capture_output": True, "text": True, "timeout": 10}
    try:
        done = subprocess.run([program, *words], check=True, **options)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return ""
    return str(done.stdout).strip()


def _line(passage: Passage) -> str:
    """What two stores of the same corpus have in common; ids are a store's own."""
    return f"{passage.compartment} {passage.header} {passage.start} {passage.text}"


def _digest(parts: Iterable[str]) -> str:
    """First 16 hex digits of the SHA-256 of the lines; the same lines, the same digest."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
