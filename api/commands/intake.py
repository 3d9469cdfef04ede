"""``toben ingest``: take files in, once or as they come, and say what became of each."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.table import Table

from api.console import (
    AsJson,
    DataDir,
    err,
    failing_clearly,
    out,
    print_json,
    progress_bar,
    wired,
)
from api.wiring import Wiring
from corpus.disclosure import Label
from corpus.errors import ConfigurationError, StoreBusyError
from corpus.model import Kind
from corpus.store import Store
from ingest.job import Order
from ingest.labels import WORDS
from ingest.ledger import Ledger
from ingest.overlaps import GLANCED, glance
from ingest.report import Outcome, Report, Result
from ingest.runs import Origin
from ingest.timing import Phase
from ingest.watching import changes

_WORDS = {
    Outcome.REFUSED: "取り込めず",
    Outcome.TAKEN: "取り込み",
    Outcome.REMOVED: "削除",
    Outcome.UNCHANGED: "変更なし",
}
_PHASES = {
    Phase.READING: "読み取り",
    Phase.LABELS: "区分・分割",
    Phase.EMBEDDING: "ベクトル",
    Phase.WORDS: "索引語",
    Phase.PUBLISHING: "索引の公開",
}
_LISTED = 200
"""Files listed one by one; of longer runs every refusal, and the first of the rest."""
_NOTES = 3
_BUSY_WAIT_S = 5.0


def ingest(
    paths: Annotated[list[Path], typer.Argument(help="取り込むファイルやフォルダ")],
    collection: Annotated[str, typer.Option(help="コレクションの名前")] = "全庁",
    department: Annotated[str, typer.Option(help="文書に書かれていないときの所管課")] = "",
    ledger: Annotated[Path | None, typer.Option(help="公開・非公開の台帳（CSVかYAML）")] = None,
    label: Annotated[str | None, typer.Option(help="この取り込みの公開区分：open, staff, closed")] = None,
    kind: Annotated[Kind | None, typer.Option(help="文書の種類を指定する（通常は自動）")] = None,
    keep_originals: Annotated[
        bool,
        typer.Option("--keep-originals", help="元のファイルの写しも保存する（全部を読める人だけが開けます）"),
    ] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="フォルダから消えたファイルの文書を削除する")
    ] = False,
    revive: Annotated[bool, typer.Option("--revive", help="前に削除した文書も取り込む")] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="取り込んだあとも見張り、変わるたびに取り込む")
    ] = False,
    poll: Annotated[
        bool, typer.Option("--poll", help="見張りを定期的な確認で行う（共有フォルダ向け）")
    ] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """会議録や資料を取り込みます。変わっていないファイルは飛ばし、読めないファイルは理由を示して先へ進みます。"""
    with failing_clearly(), wired(data_dir) as wiring:
        missing = [str(path) for path in paths if not path.exists()]
        if missing:
            raise ConfigurationError(f"見つかりません：{'、'.join(missing)}")
        order = Order(
            collection=collection,
            department=department,
            label=_label(label),
            ledger=Ledger.load(ledger) if ledger else None,
            kind=kind,
            revive=revive,
            keep=keep_originals,
        )
        run = _Run(wiring, paths, order, prune=prune, as_json=as_json)
        report = run.once()
        if watch:
            run.watch(poll=poll)
        raise typer.Exit(1 if report.count(Outcome.REFUSED) and not watch else 0)


class _Run:
    """Takes the files of one command, as often as needed."""

    def __init__(
        self, wiring: Wiring, paths: list[Path], order: Order, *, prune: bool, as_json: bool
    ) -> None:
        self._wiring, self._paths, self._order = wiring, paths, order
        self._prune, self._as_json = prune, as_json
        self._stop = threading.Event()

    def once(self, only: Iterable[Path] | None = None) -> Report:
        """One run, with its report."""
        with progress_bar(show=not self._as_json and only is None) as progress:
            job = self._wiring.job(watch=progress, stopped=self._stop.is_set)
            chosen = None if only is None else frozenset(only)
            order = self._order if only is None else replace(self._order, origin=Origin.WATCH)
            report = job.run(self._paths, order, prune=self._prune, only=chosen)
        self._wiring.prepare()
        report.notes += _overlapping(self._wiring.store, report, self._order.collection)
        if self._as_json:
            print_json(report_json(report))
        elif report.results or only is None:
            print_report(report)
        return report

    def watch(self, *, poll: bool) -> None:
        """Run again whenever files change, until the process is told to end."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self._stop.set())
        err.print("見張っています。終えるには Ctrl+C を押してください。")
        for changed in changes(self._paths, stop=self._stop, poll=poll):
            self._patiently(lambda changed=changed: self.once(changed))  # type: ignore[misc]

    def _patiently(self, work: Callable[[], object]) -> None:
        """Wait for others that write; an error of one run does not end the watch."""
        while not self._stop.is_set():
            try:
                with failing_clearly():
                    work()
                return
            except typer.Exit as exc:
                if not isinstance(exc.__cause__, StoreBusyError):
                    return
                time.sleep(_BUSY_WAIT_S)


def _overlapping(store: Store, report: Report, collection: str) -> list[str]:
    """A note where what was taken says the same as a document of other readers: places, not words."""
    taken = {result.name for result in report.results if result.outcome is Outcome.TAKEN}
    known = store.catalogue.sources().values() if taken else ()
    sources = {source.id for source in known if source.collection == collection and source.name in taken}
    rows = store.catalogue.documents() if sources else {}
    seen = glance(store, sorted(key for key, row in rows.items() if row.source_id in sources))
    notes = []
    if seen.found:
        ids = list(dict.fromkeys(each.closed.document_id for each in seen.found))
        named = "、".join(ids[:_NOTES]) + ("ほか" if len(ids) > _NOTES else "")
        notes.append(
            f"閲覧範囲の狭い{len(seen.found):,}か所（文書 {named}）とほぼ同じ文が、より広く読める別の文書にあります。"
            "toben overlaps で場所を確かめてください。"
        )
    if seen.passed_over:
        notes.append(
            f"同じ文が別の文書にないかは、{GLANCED:,}か所だけ調べました。残りは toben overlaps で確かめてください。"
        )
    return notes


def _label(name: str | None) -> Label | None:
    if name is None:
        return None
    if name not in WORDS:
        raise ConfigurationError(f"--label {name} は使えません。open、staff、closed のどれかにしてください。")
    return WORDS[name]


def report_json(report: Report) -> dict[str, Any]:
    """A report as JSON values."""
    return {
        "taken": report.count(Outcome.TAKEN),
        "unchanged": report.count(Outcome.UNCHANGED),
        "refused": report.count(Outcome.REFUSED),
        "removed": report.count(Outcome.REMOVED),
        "documents": sum(result.documents for result in report.results),
        "utterances": sum(result.utterances for result in report.results),
        "passages": sum(result.passages for result in report.results),
        "threads": sum(result.threads for result in report.results),
        "embedded": report.embedded,
        "seconds": round(report.seconds, 1),
        "stages": {name: round(spent, 2) for name, spent in report.timing.seconds.items()},
        "generation": report.generation,
        "notes": report.notes,
        "files": [
            {
                "name": result.name,
                "outcome": result.outcome.value,
                "documents": result.documents,
                "utterances": result.utterances,
                "passages": result.passages,
                "reason": result.reason,
                "warnings": list(result.warnings),
            }
            for result in report.results
        ],
    }


def print_report(report: Report) -> None:
    """What became of every file, refusals first, in a table that fits 80 columns."""
    table = Table("結果", box=box.SIMPLE_HEAD, pad_edge=False, expand=True)
    table.columns[0].no_wrap = True
    table.add_column("ファイル", overflow="fold", ratio=1)
    for name in ("文書", "発言", "箇所"):
        table.add_column(name, justify="right", no_wrap=True)
    order = list(_WORDS)
    results = sorted(report.results, key=lambda result: (order.index(result.outcome), result.name))
    refused = report.count(Outcome.REFUSED)
    listed = results[: max(_LISTED, refused)]
    for result in listed:
        _add(table, result)
    out.print(table)
    if len(results) > len(listed):
        out.print(f"ほか {len(results) - len(listed):,}件（--json で全件を出せます）")
    for note in report.notes:
        out.print(f"注意：{note}", markup=False, highlight=False)
    out.print(
        "、".join(f"{_WORDS[each]} {report.count(each):,}件" for each in order if report.count(each))
        or "ファイルがありません"
    )
    passages = sum(result.passages for result in report.results)
    out.print(f"箇所 {passages:,}（新しくベクトル化 {report.embedded:,}）、{report.seconds:.1f}秒")
    if report.count(Outcome.TAKEN):
        spent = report.timing.seconds
        parts = "、".join(f"{word} {spent[phase]:.1f}" for phase, word in _PHASES.items())
        out.print(f"内訳（秒）：{parts}")


def _add(table: Table, result: Result) -> None:
    notes = [*filter(None, [result.reason]), *result.warnings[:_NOTES]]
    if len(result.warnings) > _NOTES:
        notes.append(f"ほか{len(result.warnings) - _NOTES}件の注意")
    counts = [f"{n:,}" if n else "" for n in (result.documents, result.utterances, result.passages)]
    style = "red" if result.outcome is Outcome.REFUSED else ""
    table.add_row(
        _WORDS[result.outcome],
        _plain("\n".join([result.name, *(f"→{note}" for note in notes)])),
        *counts,
        style=style,
    )


def _plain(text: str) -> str:
    """Without what a file name or a text could do to a terminal or to the markup."""
    return "".join(c if c == "\n" or c.isprintable() else "�" for c in text).replace("[", r"\[")
