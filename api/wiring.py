"""The one place of the program that opens real stores and builds real models."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import cached_property
from importlib.resources import as_file, files
from pathlib import Path

from api.auth import Directory, DirectoryFile
from api.clock import OfficeClock
from api.daybook import Daybook
from api.engine import StoreEngine
from api.feedback import FeedbackFile
from api.history import History
from api.holdings import Holdings
from api.keys import KeyFile
from api.labelling import LabelDesk
from api.noting import Noting
from api.overview import Overview
from api.services import Services
from api.settings import Settings
from api.telemetry import Tracing, tracing_of
from corpus.audit import Audit
from corpus.disclosure import ambiguous
from corpus.embedding import DEFAULT_MODEL, Embedder, load_embedder
from corpus.embedding.runtime import OnnxEmbedder
from corpus.embedding.tagger import Tagger, load_tagger
from corpus.errors import ConfigurationError, StoreDamagedError
from corpus.space import RESERVE_BYTES
from corpus.store import Store
from ingest.job import Job
from ingest.relabel import Relabelling
from ingest.report import Watch
from ingest.sandbox import open_in_child
from rag.compose.generative import GenerativeComposer
from rag.compose.remote import composer_of
from rag.compose.salience import ADAPTER
from rag.pipeline import Pipeline
from rag.retrieval import Retriever

log = logging.getLogger("toben.wiring")


class Wiring:
    """The parts of a running program, built when first asked for."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def store(self) -> Store:
        """The store in the data folder."""
        opened = Store.open(
            self.settings.data_dir,
            url=self.settings.database_url or None,
            label_log=self.settings.disclosure.label_log,
            reserve_bytes=RESERVE_BYTES,
        )
        if opened.read_only:
            log.warning("保存先に書き込めないため、読み取り専用で動きます。")
        return opened

    @cached_property
    def audit(self) -> Audit:
        """The audit log of the store."""
        return Audit(self.store.root / "audit.db", questions=self.settings.audit.questions)

    @cached_property
    def now(self) -> OfficeClock:
        """The time of the office."""
        return OfficeClock(self.settings.timezone, known=self.audit.latest())

    @cached_property
    def tracing(self) -> Tracing:
        """What makes spans of requests."""
        return tracing_of(self.settings.telemetry)

    @cached_property
    def daybook(self) -> Daybook:
        """The daybook of the store."""
        identify = self.store.catalogue.identify
        return Daybook(
            self.store.root / "daybook.db", identify=lambda person: identify("person", person), now=self.now
        )

    @cached_property
    def noting(self) -> Noting:
        """What keeps the daybook."""
        days = self.settings.unanswered_days
        return Noting(self.daybook, unanswered_days=days, alerts=self.settings.alerts, now=self.now)

    @cached_property
    def overview(self) -> Overview:
        """What operators look at."""
        return Overview(
            self.store,
            self.labels,
            self.audit,
            self.daybook,
            approvers=self.settings.disclosure.approvers,
            auditors=self.settings.alerts.auditors,
            admit=self.engine.admit,
            now=self.now,
        )

    @cached_property
    def relabelling(self) -> Relabelling:
        """What changes labels."""
        approvers = self.settings.disclosure.approvers
        return Relabelling(self.store, lambda: self.embedder, approvers=approvers, now=self.now)

    @cached_property
    def labels(self) -> LabelDesk:
        """Where people change labels."""
        return LabelDesk(self.store, self.relabelling, self.audit, admit=self.engine.admit, now=self.now)

    def job(self, *, watch: Watch = lambda stage: None, stopped: Callable[[], bool] = lambda: False) -> Job:
        """What takes files in; it reads them in a child process with limits."""
        return Job(
            self.store,
            lambda: self.embedder,
            open_=open_in_child,
            today=lambda: self.now().date(),
            watch=watch,
            stopped=stopped,
        )

    @cached_property
    def embedder(self) -> Embedder:
        """The embedding model; unpacked on first use."""
        return load_embedder(
            self.settings.embedding.model,
            models_dir=self.store.models,
            backend=self.settings.embedding.backend,
            threads=self.settings.embedding.threads,
        )

    @cached_property
    def tagger(self) -> Tagger | None:
        """What brief lines are chosen by besides, beside the default embedding model alone; None without.

        Exported on first use, which takes some ten seconds once.
        """
        if self.settings.embedding.model != DEFAULT_MODEL or not isinstance(self.embedder, OnnxEmbedder):
            return None
        try:
            with as_file(files("rag.compose") / ADAPTER) as adapter:
                return load_tagger(adapter, models_dir=self.store.models, tokenizer=self.embedder.tokenizer)
        except ConfigurationError as error:
            log.warning("短い答え（brief）の文の選び方が少し粗くなります：%s", error)
            return None

    def prepare(self) -> None:
        """Export the tagger where texts have just been embedded: nobody's first brief question shall wait for it."""
        if "embedder" in self.__dict__:
            _ = self.tagger

    @cached_property
    def composer(self) -> GenerativeComposer | None:
        """The language model that puts answers into words, where one is set."""
        composer = composer_of(self.settings.llm)
        if composer is not None:
            log.info(
                "生成AI（%s）を使います。渡す記録の範囲：%s",
                self.settings.llm.model,
                self.settings.llm.ceiling,
            )
        return composer

    @cached_property
    def engine(self) -> StoreEngine:
        """The engine over the store."""
        now = self.now
        return StoreEngine(
            self.store,
            Pipeline(
                Retriever(self.embedder),
                today=lambda: now().date(),
                composer=self.composer,
                tagger=lambda: self.tagger,
            ),
            now=now,
            audit=self.audit,
            require_training=self.settings.disclosure.require_training,
            note=self.noting.served,
            tracing=self.tracing,
        )

    @property
    def principals_path(self) -> Path:
        """The principals file: as set, else ``principals.yaml`` in the data folder."""
        return self.settings.principals_file or self.settings.data_dir / "principals.yaml"

    @cached_property
    def directory(self) -> DirectoryFile | None:
        """Who may ask; None when there is no principals file."""
        path = self.principals_path
        return (
            DirectoryFile(path, lambda: self.now().date())
            if self.settings.principals_file or path.exists()
            else None
        )

    @cached_property
    def keys(self) -> KeyFile:
        """The API keys."""
        return KeyFile(self.settings.data_dir / "keys.json")

    def settle(self) -> None:
        """Do what a crash, a restored backup or an earlier version has left: until then it is closed, and not found."""
        if self.store.catalogue.unfinished() and not self.store.read_only:
            log.warning("前の処理の続きとして、索引を作り直しています（toben index rebuild と同じ処理）。")
            self.relabelling.finish()

    def _warn_of_unclear_departments(self) -> None:
        """Tell the operator of departments in the principals file that several departments of the records may mean."""
        callers = self.directory().callers.values() if self.directory else ()
        written = {name for caller in callers for name in caller.principal.departments}
        for short, full in ambiguous(written, self.store.catalogue.compartments()).items():
            log.warning(
                "利用者の一覧の「%s」は、%sのどれとも読めるため、どの記録も開けません。正式な名前で書いてください。",
                short,
                "、".join(full),
            )

    def services(self) -> Services:
        """What the HTTP application stands on. Work that a crash left undone is done first.

        A damaged part of the index is made anew in the background, while the others serve.

        Raises:
            StoreDamagedError: SQLite finds faults in the catalogue.
        """
        store = self.store
        self.noting.tidy()
        if faults := store.catalogue.verify():
            raise StoreDamagedError(
                f"目録 catalogue.db が壊れています（{faults[0]}）。toben restore で最後のバックアップから戻してください。"
            )
        self.settle()
        self._warn_of_unclear_departments()
        if store.index().damaged and not store.read_only:
            log.warning(
                "索引の一部（%s）が壊れています。作り直します。", "、".join(sorted(store.index().damaged))
            )
            threading.Thread(target=self.job().repair, name="repair", daemon=True).start()
        return Services(
            engine=self.engine,
            settings=self.settings,
            directory=self.directory or Directory,
            feedback=FeedbackFile(store.root / "feedback.jsonl"),
            keys=self.keys,
            holdings=Holdings(
                store,
                self.relabelling,
                self.job,
                approvers=self.settings.disclosure.approvers,
                admit=self.engine.admit,
                now=self.now,
            ),
            labels=self.labels,
            overview=self.overview,
            noting=self.noting,
            tracing=self.tracing,
            limits_file=None if store.read_only else store.root / "limits.db",
            history=History(
                store.conversations(),
                self.engine.again,
                store.catalogue.identify,
                days=self.settings.history.days,
                now=self.now,
            ),
            ready=lambda: not store.index().damaged,
            now=self.now,
        )
