"""Bring a suite's corpus into a store, where it is not there yet."""

from __future__ import annotations

from corpus.disclosure import Label, Status
from eval import jsquad
from eval.errors import Fault, SuiteError
from eval.stand import Stand
from eval.suite import CorpusPart, Loaded
from ingest import features
from ingest.job import Job, Order, Outcome, Watch
from ingest.ledger import Ledger

_LABELS = {
    "open": Label(Status.OPEN),
    "staff": Label(Status.CLOSED, audience=frozenset({frozenset({"staff"})})),
    "closed": Label(Status.CLOSED),
}


def load(loaded: Loaded, stand: Stand, *, refresh: bool, watch: Watch) -> list[str]:
    """Take in what the suite names.

    Args:
        loaded: the suite; one without a corpus needs nothing.
        stand: the store to fill.
        refresh: whether a store that already holds something is brought up to date as well. A folder that an
            evaluator names is measured as it is.
        watch: progress.

    Returns:
        Files that could not be taken, with the reason, in Japanese.

    Raises:
        SuiteError: a source is missing, nothing could be taken, or the index of a named folder is out of date.
    """
    corpus = loaded.suite.corpus
    if corpus is None:
        return []
    present = stand.store.catalogue.generation() is not None
    refused = _take(loaded, corpus, stand, watch) if refresh or not present else []
    _keep_index_current(loaded, stand, refresh=refresh, watch=watch)
    return refused


def _take(loaded: Loaded, corpus: CorpusPart, stand: Stand, watch: Watch) -> list[str]:
    paths = [loaded.path(source) for source in corpus.sources]
    if corpus.loader == "jsquad":
        if stand.store.catalogue.generation() is None:
            jsquad.build(stand.store, stand.embedder, paths[0], watch=watch)
        return []
    report = Job(stand.store, stand.embedder, watch=watch).run(paths, _order(corpus, loaded))
    refused = [
        f"{result.name}：{result.reason}" for result in report.results if result.outcome is Outcome.REFUSED
    ]
    if len(refused) == len(report.results):
        raise SuiteError(
            [Fault(loaded.suite.name, 0, "corpus", "取り込めた文書がありません"), *map(_refused, refused)]
        )
    return refused


def _keep_index_current(loaded: Loaded, stand: Stand, *, refresh: bool, watch: Watch) -> None:
    """Make an index anew that another model or an earlier program made; refuse to measure one that is not ours."""
    generation = stand.store.catalogue.generation()
    if generation is None or generation.fingerprint == features.fingerprint(stand.embedder()):
        return
    if not refresh:
        message = (
            "索引が、今の設定とは違うモデルか版で作られています。toben index rebuild で作り直してください"
        )
        raise SuiteError([Fault(loaded.suite.name, 0, "corpus", message)])
    Job(stand.store, stand.embedder, watch=watch).rebuild()


def _order(corpus: CorpusPart, loaded: Loaded) -> Order:
    return Order(
        collection=corpus.collection,
        label=_LABELS[corpus.label] if corpus.label else None,
        ledger=Ledger.load(loaded.path(corpus.ledger)) if corpus.ledger else None,
    )


def _refused(text: str) -> Fault:
    return Fault(text, 0, "", "取り込めません")
