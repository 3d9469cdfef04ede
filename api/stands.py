"""What the measuring bench runs on: a store, its model and the engine of the doors, opened over a data folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from api.auth import read_directory
from api.console import wired
from api.settings import Settings
from corpus.disclosure import Principal
from eval.stand import Stand
from rag.retrieval import Weights


def home() -> Path:
    """Where the bench keeps what it makes: ``var/eval`` by default."""
    return Settings().data_dir / "eval"


@contextmanager
def stand(folder: Path | None) -> Iterator[Stand]:
    """The stand over a data folder; None is that of the settings."""
    with wired(folder) as wiring:
        wiring.settle()
        settings = wiring.settings
        yield Stand(
            store=wiring.store,
            embedder=lambda: wiring.embedder,
            engine=lambda: wiring.engine,
            settings={
                "embedding": settings.embedding.model,
                "backend": settings.embedding.backend,
                "weights": {name: getattr(Weights(), name) for name in Weights.__slots__},
            },
            people=_people,
        )


def own_folder(store: str) -> Path:
    """The folder of one of the bench's own stores; it shares the unpacked models of the main data folder."""
    folder = home() / "stores" / store
    models = (Settings().data_dir / "models").resolve()
    models.mkdir(parents=True, exist_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "models").exists():
        (folder / "models").symlink_to(models)
    return folder


def _people(path: Path) -> Mapping[str, Principal]:
    return {name: caller.principal for name, caller in read_directory(path).callers.items()}
