"""A store of the made-up city and what answers from it, with vectors that need no model."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path

import pytest

from api.auth import read_directory
from api.engine import StoreEngine
from corpus.disclosure import Principal
from corpus.embedding import HashEmbedder
from corpus.store import Store
from eval import suite
from eval.stand import Stand
from ingest.job import Job, Order
from ingest.ledger import Ledger
from rag.pipeline import Pipeline
from rag.retrieval import Retriever

NOON = datetime(2026, 6, 1, 12)
SAMPLES = Path(__file__).parents[2] / "corpus" / "samples"


def people(path: Path) -> Mapping[str, Principal]:
    return {name: caller.principal for name, caller in read_directory(path).callers.items()}


def stand_over(store: Store) -> Stand:
    engine = StoreEngine(store, Pipeline(Retriever(HashEmbedder())), now=lambda: NOON)
    return Stand(store, HashEmbedder, lambda: engine, {"embedding": "hash"}, people)


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The made-up city, taken in once; not to be changed."""
    store = Store.open(tmp_path_factory.mktemp("city"), salt="00" * 16)
    order = Order(ledger=Ledger.load(SAMPLES / "ledger.csv"))
    Job(store, HashEmbedder, today=lambda: date(2026, 6, 1)).run([SAMPLES / "documents"], order)
    yield store
    store.close()


@pytest.fixture(scope="session")
def stand(city: Store) -> Stand:
    return stand_over(city)


@pytest.fixture
def samples() -> suite.Loaded:
    return suite.load("samples")
