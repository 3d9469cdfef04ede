"""Who listens while an answer grows, and may leave before it is whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rag.answer import Answer


def _deaf(answer: Answer) -> None:
    """Hears nothing."""


def _stays() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Listener:
    """Somebody who waits for an answer.

    Attributes:
        hear: is told the answer each time it has grown; every sentence in it is checked and stays as it is.
        gone: whether nobody waits any longer; asked several times a second from another thread.
    """

    hear: Callable[[Answer], None] = _deaf
    gone: Callable[[], bool] = _stays


PATIENT = Listener()
"""Waits for the whole answer."""
