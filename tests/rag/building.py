"""Passages of a made-up city, put together by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

from corpus.model import Passage, Role
from rag.answer import Retrieved

DAY = date(2025, 6, 12)


def passage(text: str, **fields: Any) -> Passage:
    """A passage of the assembly of みどり野市; an answer unless told otherwise."""
    given: dict[str, Any] = {
        "id": f"p-{text[:24]}",
        "document_id": f"d-{text[:24]}",
        "compartment": "public",
        "utterance": 0,
        "start": 0,
        "end": len(text),
        "title": "令和7年第2回みどり野市議会定例会",
        "meeting": "みどり野市議会",
        "date": DAY,
        "role": Role.ANSWER,
        "post": "環境部長",
        "speaker": "川瀬実",
    }
    return Passage(text=text, **(given | fields))


def found(*passages: Passage, asked: tuple[Passage, ...] = ()) -> list[Retrieved]:
    """The passages as retrieved, in this order; `asked` belongs to the first."""
    return [Retrieved(p, n, 1.0 / n, asked if n == 1 else ()) for n, p in enumerate(passages, 1)]
