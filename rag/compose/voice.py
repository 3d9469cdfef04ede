"""Who speaks in a passage, and what was said last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from corpus.model import Passage

_Said = TypeVar("_Said")


def who(passage: Passage) -> str:
    """The post and the name of whoever speaks; empty where neither is known."""
    return f"{passage.post} {passage.speaker}".strip()


def newest(said: Sequence[_Said], passage: Callable[[_Said], Passage]) -> list[_Said]:
    """Those of the newest day on which anything was said, in the order spoken; those without a day where none has one."""
    last = max((day for one in said if (day := passage(one).date) is not None), default=None)
    same = [one for one in said if passage(one).date == last]
    return sorted(same, key=lambda one: _place(passage(one)))


def _place(passage: Passage) -> tuple[str, int, int]:
    return passage.document_id, passage.utterance, passage.start
