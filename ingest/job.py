"""The ingest job: files in, one published generation out.

read -> parse -> label -> cut -> thread -> chunk -> embed -> one commit. Until the commit nothing that a
reader sees has changed; what was computed before an interruption is kept and not computed again.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import partial
from pathlib import Path

from corpus.catalogue import Prepared, SourceRow
from corpus.disclosure import Label
from corpus.embedding import Embedder
from corpus.model import Document, Kind, LabelClaim
from corpus.register import events_of, last_event
from corpus.store import Store
from ingest import features, parsers, readers
from ingest.errors import SourceError, UnreadableSourceError
from ingest.extract import Extract
from ingest.ledger import Ledger
from ingest.places import place_of
from ingest.prepare import Custody, prepare
from ingest.publish import Draft, publish
from ingest.settle import settle

VERSION = "ingest-2"
"""Changes whenever the same file would give other passages: every file is then taken again."""

COMMIT_PASSAGES = 20_000
"""Passages gathered before they are published: a long run shows its results on the way."""

_IGNORED = {".git", "__pycache__", "Thumbs.db", "desktop.ini"}


class Outcome(StrEnum):
    """What became of a source file."""

    TAKEN = "taken"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one file; `reason` (Japanese) when it was refused."""

    name: str
    outcome: Outcome
    documents: int = 0
    utterances: int = 0
    passages: int = 0
    threads: int = 0
    reason: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(slots=True)
class Report:
    """What a run did."""

    results: list[Result] = field(default_factory=list)
    embedded: int = 0
    generation: int = 0
    seconds: float = 0.0

    def count(self, outcome: Outcome) -> int:
        """How many files ended so."""
        return sum(result.outcome is outcome for result in self.results)


@dataclass(frozen=True, slots=True)
class Order:
    """What the operator asks for.

    `label` is the operator's word on every file of this run (``--label``); `ledger` that of the 台帳.
    `trusted` is whether files and ledger may take back what they closed before, as those an operator hands in
    may; what one person uploads may not.
    """

    collection: str = "全庁"
    department: str = ""
    label: Label | None = None
    ledger: Ledger | None = None
    kind: Kind | None = None
    trusted: bool = True


@dataclass(frozen=True, slots=True)
class Stage:
    """Progress for people: which step, how far, of how many, and the file at hand."""

    step: str
    done: int
    total: int
    name: str = ""


Watch = Callable[[Stage], None]


@dataclass(slots=True)
class _Taken:
    source: SourceRow
    drafts: list[Draft]

    @property
    def prepared(self) -> list[Prepared]:
        return [draft.prepared for draft in self.drafts]


class Job:
    """Takes files into a store. The caller holds no lock; `run` takes the writer lock itself."""

    def __init__(
        self,
        store: Store,
        embedder: Callable[[], Embedder],
        *,
        read: Callable[[Path], Extract] = readers.read,
        parse: Callable[..., Sequence[Document]] = parsers.parse,
        today: Callable[[], date] = date.today,
        watch: Watch = lambda stage: None,
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._read = read
        self._parse = parse
        self._today = today
        self._watch = watch

    def run(self, paths: Sequence[Path], order: Order) -> Report:
        """Take every file under `paths`; unchanged ones are skipped, bad ones refused with a reason.

        Raises:
            StoreBusyError: another ingest is running.
        """
        report = Report()
        begun = time.monotonic()
        with self._store.writing():
            known = self._store.catalogue.sources()
            waiting: list[_Taken] = []
            files = list(find(paths))
            for number, (path, name) in enumerate(files):
                self._watch(Stage("read", number, len(files), name))
                taken = self._take(path, name, order, known, report)
                if taken is not None:
                    waiting.append(taken)
                if _passages(waiting) >= COMMIT_PASSAGES:
                    self._commit(waiting, report)
                    waiting = []
            self._commit(waiting, report)
        report.seconds = time.monotonic() - begun
        return report

    def rebuild(self) -> int:
        """Compute what is missing for the documents already taken and publish all compartments anew.

        Returns:
            The new generation. For a changed embedding model or way of making terms, and for a damaged index.
        """
        catalogue = self._store.catalogue
        with self._store.writing():
            embedder = self._embedder()
            features.complete(
                catalogue, embedder, progress=lambda done, total: self._watch(Stage("embed", done, total))
            )
            self._watch(Stage("publish", 0, 1))
            return self._store.rebuild(features.fingerprint(embedder)).id

    def _take(
        self, path: Path, name: str, order: Order, known: dict[str, SourceRow], report: Report
    ) -> _Taken | None:
        """One file read and prepared; None when it is unchanged or refused."""
        source_id = self._store.catalogue.identify("source", order.collection, name)
        try:
            digest = self._digest(path, name, order)
        except OSError as exc:
            report.results.append(
                Result(name, Outcome.REFUSED, reason=f"ファイルを開けません（{exc.strerror}）。")
            )
            return None
        before = known.get(source_id)
        if before is not None and before.digest == digest and before.state == "live":
            report.results.append(Result(name, Outcome.UNCHANGED))
            return None  # a refused file is tried again: OCR may be there now, or a newer program
        try:
            drafts, warnings = self._prepare(path, name, source_id, order)
        except Exception as exc:  # whatever one file does, the others go on
            unknown = f"読み取り中に誤りが起きました（{type(exc).__name__}）。"
            reason = exc.reason if isinstance(exc, SourceError) else unknown
            self._refuse(SourceRow(source_id, order.collection, name, digest, "refused", reason), before)
            report.results.append(Result(name, Outcome.REFUSED, reason=reason))
            return None
        taken = _Taken(SourceRow(source_id, order.collection, name, digest, "live"), drafts)
        report.results.append(_result(name, taken.prepared, warnings))
        return taken

    def _prepare(self, path: Path, name: str, source_id: str, order: Order) -> tuple[list[Draft], list[str]]:
        extract = self._read(path)
        documents = self._parse(extract, kind=order.kind)
        if not documents:
            raise UnreadableSourceError("文書が見つかりません。")
        drafts: list[Draft] = []
        warnings = [*extract.warnings, *extract.suspicious]
        for document in documents:
            draft, notes = self._draft(document, name, source_id, order)
            drafts.append(draft)
            warnings += notes
        return drafts, list(dict.fromkeys(warnings))

    def _draft(
        self, document: Document, name: str, source_id: str, order: Order
    ) -> tuple[Draft, tuple[str, ...]]:
        """A document under all that is said and was said about it, and warnings for the operator."""
        catalogue = self._store.catalogue
        document_id = catalogue.identify("document", source_id, document.key)
        with catalogue.read() as connection:
            seen, events = last_event(connection), events_of(connection, document_id)
        ledger = list(order.ledger.claims(name, document)) if order.ledger else []
        operator = [LabelClaim(order.label, "operator")] if order.label is not None else []
        custody = Custody.of(catalogue, order.collection, order.department)
        settled = settle(
            document,
            [*document.claims, *ledger, *operator, custody.claim],
            events,
            catalogue.anchors,
            by_ledger=bool(ledger),
            trusted=order.trusted,
        )
        prepared, notes = prepare(
            document,
            source_id=source_id,
            custody=custody,
            claims=settled.claims,
            identify=catalogue.identify,
            today=self._today(),
            place=place_of(document, name, order.collection, catalogue.identify),
        )
        again = partial(self._draft, document, name, source_id, order)
        return Draft(prepared, seen, lambda: again()[0], settled.events), (*notes, *settled.warnings)

    def _digest(self, path: Path, name: str, order: Order) -> str:
        """Digest of the file and of everything else that its passages depend on."""
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        said = order.ledger.digest(name) if order.ledger else ""
        custody = Custody.of(self._store.catalogue, order.collection, order.department)
        told = repr((custody, order.label, order.kind))
        return self._store.catalogue.identify("file", VERSION, content, said, told)

    def _refuse(self, source: SourceRow, before: SourceRow | None) -> None:
        """Record a refusal. What was taken from an earlier state of the file stays: a fault loses nothing."""
        if before is not None and before.state == "live":
            return
        with self._store.catalogue.write() as connection:
            self._store.catalogue.put_source(connection, source)

    def _commit(self, waiting: Sequence[_Taken], report: Report) -> None:
        """Embed what is new, write the index aside, and make it all visible at one instant."""
        if not waiting and not self._store.catalogue.pending():
            return
        done = publish(
            self._store,
            self._embedder(),
            [draft for taken in waiting for draft in taken.drafts],
            [taken.source for taken in waiting],
            today=self._today(),
            progress=lambda count, total: self._watch(Stage("embed", count, total)),
            announce=lambda: self._watch(Stage("publish", 0, 1)),
        )
        report.embedded += done.embedded
        report.generation = done.generation


def find(paths: Iterable[Path]) -> Iterable[tuple[Path, str]]:
    """The files under `paths` and the names they are known by, in order of name.

    A name is the path from the folder that was named, with that folder: the same file has the same name
    whether it is named itself or found in its folder.
    """
    found: dict[str, Path] = {}
    for given in paths:
        path = given.resolve()
        if path.is_dir():
            inside = (p for p in path.rglob("*") if p.is_file() and not _IGNORED & set(p.parts))
            for file in inside:
                if not file.name.startswith((".", "~$")):
                    found[str(Path(path.name) / file.relative_to(path))] = file
        else:
            found[str(Path(path.parent.name) / path.name)] = path
    return [(found[name], name) for name in sorted(found)]


def _passages(waiting: Sequence[_Taken]) -> int:
    return sum(len(prepared.passages) for taken in waiting for prepared in taken.prepared)


def _result(name: str, prepared: Sequence[Prepared], warnings: Sequence[str]) -> Result:
    return Result(
        name,
        Outcome.TAKEN,
        documents=len(prepared),
        utterances=sum(len(each.master.utterances) for each in prepared),
        passages=sum(len(each.passages) for each in prepared),
        threads=sum(len(each.threads) for each in prepared),
        warnings=tuple(warnings),
    )
