"""Structured logs: one JSON object a line, ids only. No question, no passage, no exception message gets in."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from traceback import extract_tb
from typing import TextIO

import structlog

_OWN_WORDS = "uvicorn.error"
"""The one library whose messages are kept: it tells of start and stop, and knows no content."""


def configure(stream: TextIO = sys.stderr) -> None:
    """Write the log as JSON lines; control characters are escaped, so a line stays a line.

    What libraries log is reduced to who, how grave and where: their messages may quote what they work on.
    """
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    for handler in list(root.handlers):
        if isinstance(handler, LibraryLog):
            root.removeHandler(handler)
    root.addHandler(LibraryLog())
    logging.getLogger(_OWN_WORDS).setLevel(logging.INFO)


class LibraryLog(logging.Handler):
    """Passes the records of libraries on without their words."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line for `record`."""
        exc = record.exc_info[1] if record.exc_info else None
        own = record.name == _OWN_WORDS and exc is None
        structlog.get_logger("toben.library").log(
            record.levelno,
            "library",
            logger=record.name,
            message=record.getMessage() if own else "",
            error=type(exc).__name__ if exc else "",
            place=place_of(exc) if exc else f"{record.filename}:{record.lineno}",
        )


def place_of(exc: BaseException) -> str:
    """Where an exception came from, innermost last: file:line, without its message.

    >>> place_of(ValueError("not shown"))
    ''
    """
    steps = extract_tb(exc.__traceback__)[-6:]
    return " > ".join(f"{Path(step.filename).name}:{step.lineno}" for step in steps)
