"""Structured logs: one JSON object a line, ids only. No question, no passage, no exception message gets in."""

from __future__ import annotations

import sys
from pathlib import Path
from traceback import extract_tb
from typing import TextIO

import structlog


def configure(stream: TextIO = sys.stderr) -> None:
    """Write the log as JSON lines; control characters are escaped, so a line stays a line."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )


def place_of(exc: BaseException) -> str:
    """Where an exception came from, innermost last: file:line, without its message.

    >>> place_of(ValueError("not shown"))
    ''
    """
    steps = extract_tb(exc.__traceback__)[-6:]
    return " > ".join(f"{Path(step.filename).name}:{step.lineno}" for step in steps)
