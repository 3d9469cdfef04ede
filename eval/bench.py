"""How the time of a question splits, how much memory serving takes, and how fast passages are made ready.

Times are for one question after another in one process that has answered before. Other programs that do the same
(`eval.peers`) are measured in the same run on the same texts, so that the figures can be read as ratios on any machine.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial

from pydantic import BaseModel, ConfigDict

from corpus.disclosure import PUBLIC, Principal
from corpus.embedding import Embedder
from corpus.index.protocol import Candidates, Probe, Restriction
from corpus.index.terms import analyse
from corpus.model import Passage
from corpus.reading import Reader
from corpus.store import Store
from eval import peers
from eval.enlarge import EnlargedStore
from eval.peers import Peer
from eval.provenance import commit, machine
from eval.timing import Spread, resident, speed, timed
from rag.answer import Style
from rag.clock import Clock
from rag.pipeline import Pipeline
from rag.retrieval import POOL, Retriever

WARM_UP = 5
"""Questions asked before the clock counts."""
EMBEDDED = 256
"""Passages embedded to measure the speed of an ingest."""


TITLES = {
    "filter": "条件の適用",
    "embed": "質問のベクトル化",
    "search": "索引の検索",
    "lexical": "　うち単語だけ",
    "dense": "　うちベクトルだけ",
    "fuse": "順位づけ",
    "fetch": "本文の取り出し",
    "ranking": "索引の検索と順位づけ",
    "retrieval": "検索の合計（ベクトル化を除く）",
    "compose": "答えの作成",
    "whole": "全体",
    "start": "起動時",
    "index": "索引を開いた後",
    "model": "モデルを開いた後",
    "serving": "質問に答えた後",
}
"""What stages and moments are called in a table."""


class Bench(BaseModel):
    """What was measured. Stages in milliseconds, memory in MiB, speed in passages a second.

    `load` is the load average of the machine when it was over: above its cores, other programs had a share of the
    time and the figures are too high.
    """

    model_config = ConfigDict(frozen=True)

    commit: str
    machine: str
    load: float
    passages: int
    questions: int
    open_index_s: float
    open_model_s: float
    first_answer_s: float
    stages: dict[str, Spread]
    memory_mib: dict[str, float]
    index_mib: float
    embedded_per_s: float
    terms_per_s: float
    peers: tuple[Peer, ...] = ()
    skipped: tuple[str, ...] = ()

    @property
    def retrieval(self) -> Spread:
        """Retrieval without the model."""
        return self.stages["retrieval"]


class _Recorder(Reader):
    """A reader that keeps what the index was asked for; passes everything on to another reader."""

    def __init__(self, store: Store, inner: Reader) -> None:
        super().__init__(store, inner.principal)
        self._inner = inner
        self.probes: list[Probe] = []

    def candidates(self, probe: Probe, *, pool: int, restriction: Restriction | None = None) -> Candidates:
        self.probes.append(probe)
        return self._inner.candidates(probe, pool=pool, restriction=restriction)

    def passages(self, ids: Sequence[str]) -> dict[str, Passage]:
        return self._inner.passages(ids)


Report = Callable[[str], None]


def measure(
    store: Store,
    open_model: Callable[[], Embedder],
    questions: Sequence[str],
    *,
    principal: Principal = PUBLIC,
    report: Report = lambda step: None,
) -> Bench:
    """Open everything, ask every question, and weigh the process.

    Args:
        store: a store whose index has not been opened yet, else opening it takes no time.
        open_model: opens the embedding model.
        questions: what is asked, one after another.
        principal: who asks.
        report: told (in Japanese) what is being done.

    Raises:
        ValueError: there is no question.
    """
    if not questions:
        raise ValueError("no questions to measure with")
    memory = {"start": resident()}
    report("索引を開いています")
    index, open_index_s = timed(store.index)
    memory["index"] = resident()
    report("モデルを開いています")
    embedder, open_model_s = timed(open_model)
    memory["model"] = resident()
    pipeline = Pipeline(Retriever(embedder))
    reader = _Recorder(store, _reader(store, principal))
    report("質問しています")
    _, first_answer_s = timed(lambda: pipeline.ask(questions[0], reader))
    for question in questions[:WARM_UP]:
        pipeline.ask(question, reader)
    reader.probes.clear()
    times = [_ask(pipeline, question, reader) for question in questions]
    memory["serving"] = resident()
    stages = _stages(times) | _channels(store, reader)
    report("取り込みの速さを測っています")
    texts = sample_texts(store)
    return Bench(
        commit=commit(),
        machine=machine(),
        load=round(os.getloadavg()[0], 1),
        passages=len(index),
        questions=len(questions),
        open_index_s=round(open_index_s, 2),
        open_model_s=round(open_model_s, 2),
        first_answer_s=round(first_answer_s, 2),
        stages=stages,
        memory_mib={name: round(value, 1) for name, value in memory.items()},
        index_mib=round(_size(store) / 2**20, 1),
        embedded_per_s=round(speed(embedder.embed_passages, texts), 1),
        terms_per_s=round(speed(analyse, texts), 1),
    )


def _reader(store: Store, principal: Principal) -> Reader:
    return store.reader(principal) if isinstance(store, EnlargedStore) else Reader(store, principal)


def _ask(pipeline: Pipeline, question: str, reader: Reader) -> dict[str, float]:
    """Seconds of each stage of one question, of the whole, and of retrieval without the model."""
    clock = Clock()
    _, whole = timed(lambda: pipeline.ask(question, reader, style=Style.FULL, clock=clock))
    outside = clock.stages.get("embed", 0.0) + clock.stages.get("compose", 0.0)
    ranking = clock.stages.get("search", 0.0) + clock.stages.get("fuse", 0.0)
    return {**clock.stages, "ranking": ranking, "retrieval": whole - outside, "whole": whole}


def _stages(times: Sequence[dict[str, float]]) -> dict[str, Spread]:
    """The spread of every stage, in the order in which they were met; a stage left out took no time."""
    names = dict.fromkeys(name for row in times for name in row)
    return {name: Spread.of([row.get(name, 0.0) for row in times]) for name in names}


def _channels(store: Store, reader: _Recorder) -> dict[str, Spread]:
    """The index once more with words alone and with the vector alone."""
    index, compartments = store.index(), reader.compartments
    lexical, dense = [], []
    for probe in reader.probes:
        words = Probe(tokens=probe.tokens, bigrams=probe.bigrams, header=probe.header)
        lexical.append(timed(partial(index.candidates, words, compartments, pool=POOL))[1])
        alone = Probe(vector=probe.vector)
        dense.append(timed(partial(index.candidates, alone, compartments, pool=POOL))[1])
    return {"lexical": Spread.of(lexical), "dense": Spread.of(dense)} if lexical else {}


def sample_texts(store: Store, count: int = EMBEDDED) -> list[str]:
    """Passages spread evenly over the store."""
    texts = [passage.text for passage, *_ in store.catalogue.every_passage()]
    return texts[:: max(1, len(texts) // count)][:count]


def _size(store: Store) -> int:
    """Bytes of the index files."""
    shards = [path.parent for path in store.shards.glob("*/meta.json")]
    return sum(path.stat().st_size for shard in shards for path in shard.iterdir())


def compare(
    bench: Bench, store: EnlargedStore, embedder: Embedder, questions: Sequence[str]
) -> tuple[list[Peer], list[str]]:
    """Peers on the same passages and questions, and what could not be compared (Japanese)."""
    times, skipped = peers.searching(store.folder, embedder, questions)
    jobs = {
        "words": (
            "tantivy（同じSudachiトークンだけ）",
            "単語の検索（こちらは二文字組と見出しも）",
            "lexical",
        ),
        "vectors": ("FAISS Flat fp32", "ベクトルの検索", "dense"),
        "both": (
            "tantivy＋FAISS Flat（順位の融合）",
            "検索と順位づけ（こちらは質問と答弁の対応も）",
            "ranking",
        ),
    }
    found = [
        _peer(name, job, Spread.of(times[key]), bench.stages[stage])
        for key, (name, job, stage) in jobs.items()
        if key in times and stage in bench.stages
    ]
    theirs = peers.embedding(store.models, sample_texts(store))
    if theirs is None:
        return found, [*skipped, "標準のモデルではないので、sentence-transformers とは比べていません"]
    faster = Peer(
        name="sentence-transformers fp32",
        job="箇所のベクトル化",
        unit="箇所/秒",
        theirs=round(theirs, 1),
        ours=bench.embedded_per_s,
        ratio=round(bench.embedded_per_s / theirs, 2),
    )
    return [*found, faster], skipped


def _peer(name: str, job: str, theirs: Spread, ours: Spread) -> Peer:
    ratio = theirs.p95 / ours.p95 if ours.p95 else 0.0
    return Peer(name=name, job=job, unit="ms（95%）", theirs=theirs.p95, ours=ours.p95, ratio=round(ratio, 2))
