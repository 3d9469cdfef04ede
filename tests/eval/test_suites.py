"""The suites of the made-up city with the real model, as an evaluator runs them: this is what CI holds the answers to."""

import pytest

from api.engine import StoreEngine
from corpus.embedding import load_embedder
from corpus.store import Store
from eval import suite
from eval.run import run
from eval.stand import Stand
from rag.pipeline import Pipeline
from rag.retrieval import Retriever
from tests.eval.conftest import NOON, people


@pytest.fixture(scope="module")
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Stand:
    embedder = load_embedder("default", models_dir=request.config.cache.mkdir("models"), threads=1)
    store = Store.open(tmp_path_factory.mktemp("town"))
    engine = StoreEngine(store, Pipeline(Retriever(embedder), today=lambda: NOON.date()), now=lambda: NOON)
    return Stand(store, lambda: embedder, lambda: engine, {"embedding": "default"}, people)


@pytest.mark.parametrize("name", ["samples", "disclosure", "dialogues", "refusals"])
def test_a_suite_of_the_samples_reaches_its_goals(town: Stand, name: str) -> None:
    found = run(suite.load(name), town)
    missed = [
        f"{gate.measure} {gate.value} (goal {gate.threshold})" for gate in found.gates if not gate.passed
    ]
    remarks = [f"{row.id} {row.question} {row.remarks}" for row in found.rows if row.remarks]
    assert missed == [], "\n".join(remarks[:20])
