"""The ingest job: files in, one published generation out.

read -> parse -> label -> cut -> thread -> chunk -> embed -> one commit. Until the commit nothing that a
reader sees has changed; what was computed before an interruption is kept and not computed again.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from corpus import steps
from corpus.catalogue import Pending, Prepared, SourceRow
from corpus.disclosure import Label
from corpus.embedding import Embedder
from corpus.labels import FILE, deleted
from corpus.model import Document, Kind, LabelClaim
from corpus.register import events_of, last_event
from corpus.store import Store
from ingest import features
from ingest.errors import SourceError, UnreadableSourceError
from ingest.folders import find, prefixes
from ingest.ledger import Ledger, Row
from ingest.opening import Opened, open_source
from ingest.places import place_of
from ingest.prepare import Custody, prepare
from ingest.publish import Draft, clear, publish
from ingest.removal import remove
from ingest.report import Outcome, Report, Result, Stage, Watch
from ingest.runs import Origin, record
from ingest.settle import settle
from ingest.timing import Phase

__all__ = ["Handed", "Job", "Order", "Outcome", "Report", "Result", "Stage", "Watch", "find"]

VERSION = "ingest-4"
"""Changes whenever the same file would give other passages: every file is then taken again."""

_DELETED = "削除された文書のため取り込みません（取り込むには --revive を付けてください）。"

_NAMED = 5
"""Rows of a ledger named in a note."""
COMMIT_PASSAGES = 20_000
"""Passages gathered before they are published: a long run shows its results on the way."""


@dataclass(frozen=True, slots=True)
class Order:
    """What the operator asks for.

    `label` is the operator's word on every file of this run (``--label``); `ledger` that of the 台帳.
    `trusted` is whether files and ledger may take back what they closed before, as those an operator hands in
    may; what one person uploads may not. `revive` is whether documents that somebody deleted are taken again.
    `keep` is whether a copy of each file is kept, for download by those
    who may read all of it. `origin` and `by` are what began the run and who handed the file in.
    """

    collection: str = "全庁"
    department: str = ""
    label: Label | None = None
    ledger: Ledger | None = None
    kind: Kind | None = None
    trusted: bool = True
    revive: bool = False
    keep: bool = False
    origin: Origin = Origin.COMMAND
    by: str = ""


@dataclass(frozen=True, slots=True)
class Handed:
    """A file to take: where it lies, the name it is known by, and that of its kept copy where it lies there."""

    path: Path
    name: str
    original: str = ""


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
        open_: Callable[[Path, str, Kind | None], Opened] = open_source,
        today: Callable[[], date] = date.today,
        watch: Watch = lambda stage: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        """Take files into `store`.

        Args:
            store: where to.
            embedder: the model of the index, loaded when there is something to publish.
            open_: path, name and kind of a file -> what it holds.
            today: the day by which labels are read.
            watch: told of every step.
            stopped: asked before every file; when true, what was read is published and the run ends.
        """
        self._store = store
        self._embedder = embedder
        self._open = open_
        self._today = today
        self._watch = watch
        self._stopped = stopped
        self._parts: dict[str, list[str]] = {}  # file -> titles and keys of what was read from it

    def run(
        self,
        paths: Sequence[Path],
        order: Order,
        *,
        prune: bool = False,
        only: Collection[Path] | None = None,
    ) -> Report:
        """Take every file under `paths`; unchanged ones are skipped, bad ones refused with a reason.

        Args:
            paths: files and folders.
            order: what the operator asks for.
            prune: whether documents of files that are gone from the folders are removed.
            only: of the files found, those to look at; None for all.

        Raises:
            StoreBusyError: another ingest is running.
        """
        found = find(paths)
        chosen = found if only is None else [(path, name) for path, name in found if path in only]
        self._parts.clear()
        report = self.take([Handed(path, name) for path, name in chosen], order)
        if order.ledger is not None and only is None and not self._stopped():
            files = {name: self._parts.get(name) for _, name in found}
            report.notes += _unheard(order.ledger.unused(files))
        if prune and not self._stopped():
            self._prune(paths, {name for _, name in found}, order, report)
        return report

    def take(self, files: Sequence[Handed], order: Order) -> Report:
        """Take these files.

        Raises:
            StoreBusyError: another ingest is running.
        """
        report = Report()
        begun, begun_at = time.monotonic(), datetime.now(UTC)
        with self._store.writing():
            steps.reached("locked")
            self._store.originals.sweep_taking()
            known = self._store.catalogue.sources()
            waiting: list[_Taken] = []
            for number, file in enumerate(files):
                if self._stopped():
                    report.notes.append(
                        f"途中で止めました。残り {len(files) - number}件は取り込んでいません。"
                    )
                    break
                self._watch(Stage("read", number, len(files), file.name))
                taken = self._take(file, order, known, report)
                if taken is not None:
                    waiting.append(taken)
                if _passages(waiting) >= COMMIT_PASSAGES:
                    self._commit(waiting, report)
                    waiting = []
            else:
                self._watch(Stage("read", len(files), len(files)))
            self._commit(waiting, report)
            record(
                self._store.catalogue,
                report,
                origin=order.origin,
                by=order.by,
                collection=order.collection,
                begun_at=begun_at,
            )
        report.seconds = time.monotonic() - begun
        return report

    def _prune(self, paths: Sequence[Path], found: Collection[str], order: Order, report: Report) -> None:
        """Remove what was taken from files that are gone from the folders."""
        gone: dict[str, str] = {}
        for prefix in prefixes(paths):
            known = {
                source.id: source.name
                for source in self._store.catalogue.sources().values()
                if source.collection == order.collection and source.name.startswith(prefix)
            }
            if known and not any(name.startswith(prefix) for name in found):
                report.notes.append(f"フォルダ {prefix} に何もないため、消えたファイルの文書は残しました。")
                continue
            gone |= {key: name for key, name in known.items() if name not in found}
        if gone:
            report.generation = remove(
                self._store, self._embedder, sources=gone, source=FILE, today=self._today()
            )
            report.results += [Result(name, Outcome.REMOVED) for name in sorted(gone.values())]

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

    def repair(self) -> list[str]:
        """Write anew the shards that cannot be opened; returns their compartments. The others serve meanwhile."""
        damaged = sorted(self._store.index().damaged)
        if damaged:
            with self._store.committing(), self._store.catalogue.write() as connection:
                self._store.catalogue.leave(connection, Pending(compartments=frozenset(damaged)))
            publish(self._store, self._embedder(), today=self._today())
        return damaged

    def _take(self, file: Handed, order: Order, known: dict[str, SourceRow], report: Report) -> _Taken | None:
        """One file read and prepared; None when it is unchanged or refused."""
        source_id = self._store.catalogue.identify("source", order.collection, file.name)
        before = known.get(source_id)
        source = SourceRow(source_id, order.collection, file.name, "", "live")
        try:
            digest = self._digest(file.path, file.name, order)
        except OSError as exc:
            self._refuse(source, before, f"ファイルを開けません（{exc.strerror}）。", report)
            return None
        if before is not None and _same(before, digest, order, file):
            report.results.append(Result(file.name, Outcome.UNCHANGED, source_id=source_id))
            return None  # a refused file is tried again: OCR may be there now, or a newer program
        steps.reached("hashed")
        original = file.original or (self._store.originals.new_name(file.name) if order.keep else "")
        source = replace(source, digest=digest, original=original)
        try:
            taken, warnings = self._prepare(file, source, order, report)
        except Exception as exc:  # whatever one file does, the others go on
            unknown = f"読み取り中に誤りが起きました（{type(exc).__name__}）。"
            reason = exc.reason if isinstance(exc, SourceError) else unknown
            self._store.originals.taking(original).unlink(missing_ok=True)
            self._refuse(source, before, reason, report)
            return None
        if taken.drafts:
            report.results.append(_result(source, taken.prepared, warnings))
        else:
            unchanged = Result(file.name, Outcome.UNCHANGED, reason=_DELETED, source_id=source_id)
            report.results.append(unchanged)
        return taken

    def _prepare(
        self, file: Handed, source: SourceRow, order: Order, report: Report
    ) -> tuple[_Taken, list[str]]:
        path = file.path
        if source.original and not file.original:
            path = self._store.originals.copy(path, source.original)
            steps.reached("kept")
        with report.timing.phase(Phase.READING):
            opened = self._open(path, file.name, order.kind)
        if not opened.documents:
            raise UnreadableSourceError("文書が見つかりません。")
        steps.reached("opened")
        self._parts[file.name] = [part for each in opened.documents for part in (each.title, each.key)]
        drafts: list[Draft] = []
        warnings = [*opened.warnings, *opened.suspicious]
        for document in opened.documents:
            with report.timing.phase(Phase.LABELS):
                draft, notes = self._draft(document, file.name, source.id, order)
            drafts += [draft] if draft is not None else []
            warnings += notes
        steps.reached("prepared")
        source = replace(source, guarded=bool(opened.warnings or opened.suspicious))
        if len(drafts) < len(opened.documents):  # the file holds what was deleted
            self._store.originals.taking(source.original).unlink(missing_ok=True)
            source = replace(source, original="")
        return _Taken(source, drafts), list(dict.fromkeys(warnings))

    def _draft(
        self, document: Document, name: str, source_id: str, order: Order
    ) -> tuple[Draft | None, tuple[str, ...]]:
        """A document under all that is said and was said about it, and warnings for the operator.

        None for one that somebody deleted.
        """
        catalogue = self._store.catalogue
        document_id = catalogue.identify("document", source_id, document.key)
        with catalogue.read() as connection:
            seen, events = last_event(connection), events_of(connection, document_id)
        if deleted(events) and not order.revive:
            return None, (_DELETED,)
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

    def _refuse(self, source: SourceRow, before: SourceRow | None, reason: str, report: Report) -> None:
        """Record a refusal. What was taken from an earlier state of the file stays: a fault loses nothing."""
        report.results.append(Result(source.name, Outcome.REFUSED, reason=reason, source_id=source.id))
        if before is not None and before.state == "live":
            return
        with self._store.catalogue.write() as connection:
            refused = replace(source, state="refused", reason=reason, original="")
            self._store.catalogue.put_source(connection, refused)

    def _commit(self, waiting: Sequence[_Taken], report: Report) -> None:
        """Embed what is new, write the index aside, and make it all visible at one instant."""
        if not waiting and not self._store.catalogue.unfinished():
            clear(self._store)
            return
        with report.timing.phase(Phase.EMBEDDING):
            embedder = self._embedder()
        with report.timing.phase(Phase.PUBLISHING):
            done = publish(
                self._store,
                embedder,
                [draft for taken in waiting for draft in taken.drafts],
                [taken.source for taken in waiting],
                today=self._today(),
                progress=lambda count, total: self._watch(Stage("embed", count, total)),
                announce=lambda: self._watch(Stage("publish", 0, 1)),
                timing=report.timing,
            )
        self._watch(Stage("publish", 1, 1))
        report.embedded += done.embedded
        report.generation = done.generation


def _same(before: SourceRow, digest: str, order: Order, file: Handed) -> bool:
    """Whether a file needs no taking: nothing about it has changed since it was taken."""
    kept = bool(before.original) or not (order.keep or file.original)
    return before.state == "live" and before.digest == digest and kept and not order.revive


def _unheard(rows: Sequence[Row]) -> list[str]:
    """A note about rows of the ledger that speak of no document; none where there are none."""
    if not rows:
        return []
    named = [f"{r.number}行目 {r.document}{'#' + r.part if r.part else ''}" for r in rows[:_NAMED]]
    more = f"ほか{len(rows) - _NAMED:,}行" if len(rows) > _NAMED else ""
    return [
        f"台帳の{len(rows):,}行は、どの文書にも当たりませんでした（{'、'.join([*named, *([more] if more else [])])}）。"
        "書かれた公開区分は、どの文書にも付いていません。ファイル名を確かめてください。"
    ]


def _passages(waiting: Sequence[_Taken]) -> int:
    return sum(len(prepared.passages) for taken in waiting for prepared in taken.prepared)


def _result(source: SourceRow, prepared: Sequence[Prepared], warnings: Sequence[str]) -> Result:
    return Result(
        source.name,
        Outcome.TAKEN,
        documents=len(prepared),
        utterances=sum(len(each.master.utterances) for each in prepared),
        passages=sum(len(each.passages) for each in prepared),
        threads=sum(len(each.threads) for each in prepared),
        warnings=tuple(warnings),
        source_id=source.id,
    )
