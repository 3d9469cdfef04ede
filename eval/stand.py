"""What a suite runs on: a store, its model and the engine that the doors use too. Handed in by the program."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from corpus.disclosure import Principal
from corpus.embedding import Embedder
from corpus.reading import Reader
from corpus.store import Store
from rag.answer import Answer, Retrieved, Style
from rag.clock import Clock
from rag.question import Filters, Understood


class Engine(Protocol):
    """What is measured: the same object that serves the page and the endpoint."""

    def reader(self, principal: Principal) -> Reader:
        """What the principal may read."""
        ...

    def ask(
        self,
        question: str,
        principal: Principal,
        *,
        filters: Filters,
        style: Style,
        top_k: int,
        history: Sequence[tuple[str, str]] = (),
        clock: Clock | None = None,
    ) -> tuple[Answer, Understood]:
        """An answer or a refusal; `history` holds earlier questions with their answers, oldest first."""
        ...

    def search(
        self, query: str, principal: Principal, *, filters: Filters, top_k: int
    ) -> tuple[list[Retrieved], Understood]:
        """Passages, best first."""
        ...


@dataclass(frozen=True, slots=True)
class Stand:
    """An opened store and what answers from it.

    Attributes:
        embedder: builds or opens the model when first called.
        settings: what was set, for the report; no secrets and no paths.
        people: reads a principals file.
    """

    store: Store
    embedder: Callable[[], Embedder]
    engine: Callable[[], Engine]
    settings: Mapping[str, Any]
    people: Callable[[Path], Mapping[str, Principal]]


Open = Callable[[Path], AbstractContextManager[Stand]]
"""Opens the stand over a data folder."""
