"""How the time of a question splits, how much memory serving takes, and how fast passages are made ready.

Times are for one question after another in one process that has answered before. Other programs that do the same
(`eval.peers`) are measured in the same run on the same texts, so that the figures can be read as ratios on any machine.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from corpus.disclosure import PUBLIC, Principal
from corpus.embedding import Embedder
from corpus.embedding.protocol import Progress
from corpus.index.protocol import Candidates, Probe, Restriction
from corpus.index.terms import analyse
from corpus.model import Passage
from corpus.reading import Reader
from corpus.store import Store
from eval.enlarge import EnlargedStore
from eval.provenance import commit, machine
from rag.answer import Style
from rag.pipeline import Clock, Pipeline
from rag.retrieval import POOL, Retriever

WARM_UP = 5
"""Questions asked before the clock counts."""
EMBEDDED = 256
"""Passages embedded to measure the speed of an ingest."""


class Spread(BaseModel):
    """Milliseconds over all questions."""

    model_config = ConfigDict(frozen=True)

    median: float
    p95: float
    mean: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Spread:
        """The spread of times given in seconds."""
        ms = np.array(seconds) * 1000
        return cls(
            median=round(float(np.median(ms)), 2),
            p95=round(float(np.percentile(ms, 95)), 2),
            mean=round(float(ms.mean()), 2),
        )


class Peer(BaseModel):
    """Another program on the same input. `ratio` is how many times slower it is than ours at the same job."""

    model_config = ConfigDict(frozen=True)

    name: str
    job: str
    value: float
    unit: str
    ours: float
    ratio: float


class Bench(BaseModel):
    """What was measured. Stages in milliseconds, memory in MiB, speed in passages a second."""

    model_config = ConfigDict(frozen=True)

    commit: str
    machine: str
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


@dataclass(slots=True)
class _Stopwatch:
    """Seconds of each stage of each question."""

    now: dict[str, float] = field(default_factory=dict)
    all: list[dict[str, float]] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str) -> Any:
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.now[name] = self.now.get(name, 0.0) + time.perf_counter() - begun

    def done(self) -> None:
        self.all.append(self.now)
        self.now = {}


class _TimedEmbedder:
    """The model with a stopwatch on the question."""

    def __init__(self, embedder: Embedder, watch: _Stopwatch) -> None:
        self._embedder = embedder
        self._watch = watch

    name = property(lambda self: self._embedder.name)
    dimension = property(lambda self: self._embedder.dimension)
    fingerprint = property(lambda self: self._embedder.fingerprint)

    def embed_query(self, text: str) -> NDArray[np.float32]:
        with self._watch.stage("embed"):
            return self._embedder.embed_query(text)

    def embed_passages(
        self, texts: Sequence[str], *, progress: Progress | None = None
    ) -> NDArray[np.float32]:
        return self._embedder.embed_passages(texts, progress=progress)


class _TimedReader(Reader):
    """A reader with a stopwatch on the index and on the catalogue; passes both on to another reader."""

    def __init__(self, store: Store, inner: Reader, watch: _Stopwatch) -> None:
        super().__init__(store, inner.principal)
        self._inner = inner
        self._watch = watch
        self.probes: list[Probe] = []

    def candidates(self, probe: Probe, *, pool: int, restriction: Restriction | None = None) -> Candidates:
        self.probes.append(probe)
        with self._watch.stage("index"):
            return self._inner.candidates(probe, pool=pool, restriction=restriction)

    def passages(self, ids: Sequence[str]) -> dict[str, Passage]:
        with self._watch.stage("fetch"):
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
    index, open_index_s = _timed(store.index)
    memory["index"] = resident()
    report("モデルを開いています")
    embedder, open_model_s = _timed(open_model)
    memory["model"] = resident()
    watch = _Stopwatch()
    pipeline = Pipeline(Retriever(_TimedEmbedder(embedder, watch)))
    reader = _TimedReader(store, _reader(store, principal), watch)
    report("質問しています")
    _, first_answer_s = _timed(lambda: pipeline.ask(questions[0], reader, style=Style.FULL))
    for question in questions[:WARM_UP]:
        pipeline.ask(question, reader, style=Style.FULL)
    watch.now, reader.probes = {}, []
    for question in questions:
        clock = Clock()
        with watch.stage("whole"):
            pipeline.ask(question, reader, style=Style.FULL, clock=clock)
        watch.now["compose"] = clock.stages.get("compose", 0.0)
        watch.done()
    memory["serving"] = resident()
    stages = _stages(watch.all) | _channels(store, reader)
    report("取り込みの速さを測っています")
    texts = sample_texts(store)
    return Bench(
        commit=commit(),
        machine=machine(),
        passages=len(index),
        questions=len(questions),
        open_index_s=round(open_index_s, 2),
        open_model_s=round(open_model_s, 2),
        first_answer_s=round(first_answer_s, 2),
        stages=stages,
        memory_mib={name: round(value, 1) for name, value in memory.items()},
        index_mib=round(_size(store) / 2**20, 1),
        embedded_per_s=round(_speed(embedder.embed_passages, texts), 1),
        terms_per_s=round(_speed(analyse, texts), 1),
    )


def _reader(store: Store, principal: Principal) -> Reader:
    return store.reader(principal) if isinstance(store, EnlargedStore) else Reader(store, principal)


def _stages(times: Iterable[dict[str, float]]) -> dict[str, Spread]:
    """Spreads of the stages; what is left of the whole after the others is understanding, terms and fusing."""
    rows = list(times)
    for row in rows:
        row.setdefault("embed", 0.0)
        row.setdefault("index", 0.0)
        row.setdefault("fetch", 0.0)
        row["fuse"] = row["whole"] - row["embed"] - row["index"] - row["fetch"] - row["compose"]
        row["retrieval"] = row["whole"] - row["embed"] - row["compose"]
    names = ("embed", "index", "fetch", "fuse", "retrieval", "compose", "whole")
    return {name: Spread.of([row[name] for row in rows]) for name in names}


def _channels(store: Store, reader: _TimedReader) -> dict[str, Spread]:
    """The index once more with words alone and with the vector alone."""
    index, compartments = store.index(), reader.compartments
    lexical, dense = [], []
    for probe in reader.probes:
        words = Probe(tokens=probe.tokens, bigrams=probe.bigrams, header=probe.header)
        lexical.append(_timed(lambda words=words: index.candidates(words, compartments, pool=POOL))[1])
        alone = Probe(vector=probe.vector)
        dense.append(_timed(lambda alone=alone: index.candidates(alone, compartments, pool=POOL))[1])
    return {"lexical": Spread.of(lexical), "dense": Spread.of(dense)} if lexical else {}


def sample_texts(store: Store, count: int = EMBEDDED) -> list[str]:
    """Passages spread evenly over the store."""
    texts = [passage.text for passage, *_ in store.catalogue.every_passage()]
    return texts[:: max(1, len(texts) // count)][:count]


def _speed(job: Callable[[list[str]], Any], texts: list[str]) -> float:
    """Texts a second; the first few are done before the clock counts."""
    job(texts[:8])
    return len(texts) / _timed(lambda: job(texts))[1]


def _timed(job: Callable[[], Any]) -> tuple[Any, float]:
    begun = time.perf_counter()
    done = job()
    return done, time.perf_counter() - begun


def resident() -> float:
    """Resident memory of this process in MiB, mapped files included; 0 where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")), 0.0)


def _size(store: Store) -> int:
    return sum(
        path.stat().st_size for path in store.root.rglob("*") if path.is_file() and "models" not in path.parts
    )
