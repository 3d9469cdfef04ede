"""The time-keeping itself: what is measured is there and adds up. No figure is held to a limit here."""

import json

import numpy as np
import pytest

from corpus.disclosure import PUBLIC
from corpus.embedding import HashEmbedder
from corpus.index.shard import Entry, open_shard
from corpus.index.terms import Terms
from corpus.model import Role
from corpus.reading import Reader
from corpus.store import Store
from eval import bench
from eval.draft import propose
from eval.enlarge import EnlargedStore, enlarge, recombined
from eval.timing import Spread
from rag.pipeline import Pipeline
from rag.retrieval import Retriever


@pytest.fixture(scope="module")
def bigger(city: Store, tmp_path_factory: pytest.TempPathFactory) -> EnlargedStore:
    folder = tmp_path_factory.mktemp("bigger")
    return EnlargedStore(city, enlarge(city, folder, 1000, with_peers=True))


def asked(store: Store) -> list[str]:
    return [entry["question"] for entry in propose(store, Reader(store, PUBLIC), limit=12)]


def test_the_parts_of_a_question_add_up(city: Store) -> None:
    found = bench.measure(city, HashEmbedder, asked(city))
    assert set(found.stages) >= {"embed", "compose", "retrieval", "whole", "lexical", "dense"}
    parts = found.stages["embed"].mean + found.stages["compose"].mean + found.stages["retrieval"].mean
    assert parts == pytest.approx(found.stages["whole"].mean, rel=0.02, abs=0.1)
    assert found.passages == len(city.index())
    assert found.memory_mib["serving"] > 0 and found.embedded_per_s > 0


def test_an_enlarged_index_holds_as_many_as_asked_for_and_real_ones_among_them(
    city: Store, bigger: EnlargedStore
) -> None:
    index = bigger.index()
    assert len(index) == 1000
    assert city.catalogue.passage_ids()["public"] <= index.passage_ids("public")
    assert index.damaged == {}


def test_an_enlarged_index_has_threads_between_the_copies_too(city: Store, bigger: EnlargedStore) -> None:
    generation = city.catalogue.generation()
    assert generation is not None
    real = open_shard(city.shards, "public", generation.manifest["public"])
    fact = json.loads((bigger.folder / "manifest.json").read_text(encoding="utf-8"))["manifest"]["public"]
    made = open_shard(bigger.folder, "public", fact)
    assert len(made.links) > 1.5 * len(real.links) > 0


def test_made_up_passages_never_take_the_id_of_a_real_one() -> None:
    terms = Terms(np.array([1, 2], np.uint64), np.array([1, 1], np.uint8), "桟橋")
    vector = np.ones(4, np.float16)
    real = [
        Entry(f"{n:028x}{n:04x}", "d", "", Role.OTHER, 0, terms, terms, vector) for n in range(5)
    ]  # the fourth ends as a copy might
    ids = [entry.passage_id for entry in recombined(real, 23, seed=0)]
    assert len(set(ids)) == 23 and set(ids) >= {entry.passage_id for entry in real}


def test_made_up_passages_have_vectors_of_length_one(bigger: EnlargedStore) -> None:
    vectors = np.load(bigger.folder / "vectors.npy")
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-2)


def test_what_a_made_up_passage_says_can_be_read(bigger: EnlargedStore) -> None:
    reader = bigger.reader(PUBLIC)
    found, _ = Pipeline(Retriever(HashEmbedder())).search(asked(bigger)[0], reader, top_k=50)
    made_up = [item for item in found if item.passage.id not in set(bigger.base.values())]
    assert made_up and all(item.passage.text for item in made_up)


def test_the_peers_search_the_same_passages(bigger: EnlargedStore) -> None:
    pytest.importorskip("tantivy")
    questions = asked(bigger)
    measured = bench.measure(bigger, HashEmbedder, questions)
    peers, skipped = bench.compare(measured, bigger, HashEmbedder(), questions)
    assert [peer.name.split("（")[0] for peer in peers] == [
        "tantivy",
        "FAISS Flat fp32",
        "tantivy＋FAISS Flat",
    ]
    assert len(skipped) == 1 and "sentence-transformers" in skipped[0]
    assert all(peer.theirs > 0 and peer.ours > 0 for peer in peers)


def test_an_enlarged_index_is_made_once(city: Store, bigger: EnlargedStore) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in bigger.folder.iterdir()}
    enlarge(city, bigger.folder, 1000, with_peers=True)
    assert {path.name: path.stat().st_mtime_ns for path in bigger.folder.iterdir()} == before


def test_a_spread_is_in_milliseconds() -> None:
    assert Spread.of([0.001, 0.002, 0.003]) == Spread(median=2.0, p95=2.9, mean=2.0)


def test_nothing_can_be_measured_without_questions(city: Store) -> None:
    with pytest.raises(ValueError, match="no questions"):
        bench.measure(city, HashEmbedder, [])
