"""``toben eval …`` and ``toben bench``: measure answers, compare runs, time the parts."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from api.auth import read_directory
from api.settings import Settings, refuse_unknown
from api.wiring import Wiring
from corpus.disclosure import PUBLIC, Principal
from corpus.errors import ConfigurationError, TobenError
from corpus.reading import Reader
from eval import bench as benching
from eval import compare as comparing
from eval import draft as drafting
from eval import enlarge, glossary, previous, report, result, suite
from eval.run import run as run_suite
from eval.stand import Stand
from ingest.job import Stage
from rag.retrieval import Weights

app = typer.Typer(no_args_is_help=True, help="答えの質と速さを測ります。")

_out = Console()
_err = Console(stderr=True)

SuiteName = Annotated[str, typer.Argument(help="評価セットの名前（toben eval list）か、そのフォルダ")]
DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir", help="測る記録の保存先（なければ var/eval/ の下に取り込みます）", show_default=False
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="結果を1つのJSONとして標準出力に出す")]
ReportDir = Annotated[
    Path | None,
    typer.Option(
        "--report", help="報告書を書くフォルダ（なければ var/eval/reports/ の下）", show_default=False
    ),
]


@app.command("run")
def run(
    name: SuiteName, report_dir: ReportDir = None, data_dir: DataDir = None, as_json: AsJson = False
) -> None:
    """評価セットを動かし、報告書（HTML・JSON・Markdown）を書きます。目標に届かなければ終了コード 1。"""
    with _failing_clearly():
        loaded = suite.load(name)
        folder = report_dir or previous.folder_for(_home() / "reports", loaded.suite.name, datetime.now())
        earlier = previous.before(folder, loaded.suite.name)
        with (
            _stand(data_dir or _store_folder(loaded), shared=data_dir is None) as stand,
            _bars(not as_json) as bars,
        ):
            found = run_suite(
                loaded, stand, refresh=data_dir is None, watch=_watch(bars), progress=_count(bars, "質問")
            )
        change = comparing.compare(earlier, found) if earlier and _comparable(earlier, found) else None
        paths = report.write(found, folder, change)
        if as_json:
            _print_json(_brief(found, paths))
        else:
            _print_result(found, change, paths)
        raise typer.Exit(0 if found.passed else 1)


@app.command("compare")
def compare(
    first: Annotated[Path, typer.Argument(help="前の結果（report.json か、そのフォルダ）")],
    second: Annotated[Path, typer.Argument(help="後の結果")],
    report_dir: Annotated[
        Path | None, typer.Option("--report", help="比較の報告書（HTML）を書くフォルダ", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """二つの結果を質問ごとに比べ、差が偶然かどうかを確かめます（対応のある並べ替え検定）。"""
    with _failing_clearly():
        change = comparing.compare(result.read(first), result.read(second))
        if report_dir is not None:
            report_dir.mkdir(parents=True, exist_ok=True)
            path = report_dir / "compare.html"
            path.write_text(report.render_comparison(change), encoding="utf-8")
        if as_json:
            _print_json(_change_json(change))
        else:
            _print_change(change)


@app.command("list")
def list_suites(
    more: Annotated[
        list[Path] | None,
        typer.Option("--suites", help="自分の評価セットを置いたフォルダ", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """評価セットの一覧を示します。"""
    found = [(folder, suite.check_suite(folder)[0]) for folder in suite.folders(*(more or []))]
    if as_json:
        names = {folder.name: each.title if each else None for folder, each in found}
        _print_json({"suites": [{"name": name, "title": title} for name, title in names.items()]})
        return
    table = Table("名前", "何を測るか", "目標")
    for folder, each in found:
        goals = (
            [f"{n} {'≧' if glossary.measure(n).rising else '≦'} {v:g}" for n, v in each.thresholds.items()]
            if each
            else []
        )
        table.add_row(folder.name, each.title if each else "suite.yaml に誤りがあります", "\n".join(goals))
    _out.print(table)


@app.command("validate")
def validate(name: SuiteName, as_json: AsJson = False) -> None:
    """評価セットの書き方を調べ、誤りを行と項目で示します。誤りがあれば終了コード 1。"""
    with _failing_clearly():
        faults = suite.validate(name)
        if as_json:
            keys = ("file", "line", "field", "message")
            _print_json(
                {"ok": not faults, "faults": [{k: getattr(fault, k) for k in keys} for fault in faults]}
            )
        else:
            for fault in faults:
                _err.print(str(fault), markup=False, highlight=False)
            _out.print("誤りはありません。" if not faults else f"{len(faults)}か所を直してください。")
        raise typer.Exit(1 if faults else 0)


@app.command("new")
def new(folder: Annotated[Path, typer.Argument(help="作るフォルダ")]) -> None:
    """評価セットのひな形を作ります。"""
    with _failing_clearly():
        if folder.exists() and any(folder.iterdir()):
            raise ConfigurationError(f"{folder} は空ではありません。新しいフォルダを指定してください。")
        shutil.copytree(Path(suite.__file__).with_name("templates") / "suite", folder, dirs_exist_ok=True)
        _out.print(
            f"{folder} にひな形を作りました。直したら toben eval validate {folder} で確かめてください。"
        )


@app.command("draft")
def draft(
    out: Annotated[Path, typer.Option("--out", "-o", help="書き出すファイル（JSONL）")] = Path(
        "questions.jsonl"
    ),
    document: Annotated[str, typer.Option(help="この言葉がファイル名か題名にある文書だけ")] = "",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="質問の数")] = 20,
    data_dir: Annotated[
        Path | None, typer.Option("--data-dir", help="記録の保存先（既定は TOBEN_DATA_DIR、なければ var/）")
    ] = None,
) -> None:
    """取り込んだ記録（公開の部分）から質問の下書きを作ります。確かめて直し、draft を外すと測れます。"""
    with _failing_clearly():
        if out.exists():
            raise ConfigurationError(f"{out} は既にあります。別の名前を指定してください。")
        with _stand(data_dir or Settings().data_dir) as stand:
            entries = drafting.propose(stand.store, Reader(stand.store, PUBLIC), named=document, limit=limit)
        drafting.write(entries, out)
        _out.print(f"{out} に {len(entries)}問の下書きを書きました。")


def bench(
    questions: Annotated[int, typer.Option("--questions", "-n", min=1, help="質問の数")] = 100,
    passages: Annotated[
        int | None,
        typer.Option(min=1, help="この数の箇所まで、本物を組み替えて増やして測る", show_default=False),
    ] = None,
    peers: Annotated[bool, typer.Option(help="ほかのプログラムと並べて測る")] = True,
    data_dir: Annotated[
        Path | None, typer.Option("--data-dir", help="記録の保存先（既定は TOBEN_DATA_DIR、なければ var/）")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """一問の時間の内訳、メモリ、取り込みの速さを測ります。"""
    with _failing_clearly(), _stand(data_dir or Settings().data_dir) as stand:
        asked = [
            entry["question"]
            for entry in drafting.propose(stand.store, Reader(stand.store, PUBLIC), limit=questions)
        ]
        if not asked:
            raise ConfigurationError(
                "質問にできる公開の記録がありません。先に toben ingest で取り込んでください。"
            )
        store: Any = stand.store
        if passages or peers:
            folder = _home() / f"bench-{passages or 'real'}"
            size = passages or len(stand.store.catalogue.passage_ids().get("public", ()))
            store = enlarge.EnlargedStore(
                stand.store, enlarge.enlarge(stand.store, folder, size, with_peers=peers)
            )
        say = (lambda step: None) if as_json else (lambda step: _err.print(f"{step}…"))
        found = benching.measure(store if passages else stand.store, stand.embedder, asked, report=say)
        if peers:
            others, skipped = benching.compare(found, store, stand.embedder(), asked)
            found = found.model_copy(update={"peers": tuple(others), "skipped": tuple(skipped)})
        if as_json:
            _print_json(found.model_dump(mode="json"))
        else:
            _print_bench(found)


# -- helpers -----------------------------------------------------------------------------------


@contextmanager
def _failing_clearly() -> Iterator[None]:
    """Turn our own errors into lines on stderr and exit code 2."""
    try:
        yield
    except TobenError as exc:
        _err.print(str(exc), style="red", markup=False, highlight=False)
        raise typer.Exit(2) from exc


def _home() -> Path:
    """Where the bench keeps what it makes: ``var/eval`` by default."""
    return Settings().data_dir / "eval"


def _store_folder(loaded: suite.Loaded) -> Path:
    """The folder of a suite's own store; suites that name the same one share it."""
    corpus = loaded.suite.corpus
    return _home() / "stores" / (corpus.store if corpus else "none")


@contextmanager
def _stand(folder: Path, *, shared: bool = False) -> Iterator[Stand]:
    """A store with what answers from it.

    Args:
        folder: the data folder.
        shared: whether it is one of the bench's own, which use the models of the main data folder.
    """
    refuse_unknown(os.environ)
    if shared:
        _share_models(folder)
    settings = Settings(data_dir=folder)
    wiring = Wiring(settings)
    try:
        yield Stand(
            store=wiring.store,
            embedder=lambda: wiring.embedder,
            engine=lambda: wiring.engine,
            settings={
                "embedding": settings.embedding.model,
                "backend": settings.embedding.backend,
                "weights": {name: getattr(Weights(), name) for name in Weights.__slots__},
            },
            people=_people,
        )
    finally:
        if "store" in wiring.__dict__:
            wiring.store.close()


def _share_models(folder: Path) -> None:
    """Let a store of the bench use the unpacked models of the main data folder."""
    models = (Settings().data_dir / "models").resolve()
    models.mkdir(parents=True, exist_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "models").exists():
        (folder / "models").symlink_to(models)


def _people(path: Path) -> Mapping[str, Principal]:
    return {name: caller.principal for name, caller in read_directory(path).callers.items()}


def _comparable(earlier: result.Result, found: result.Result) -> bool:
    keys = {(row.id, row.principal) for row in earlier.rows}
    return any((row.id, row.principal) in keys for row in found.rows)


@contextmanager
def _bars(show: bool) -> Iterator[Progress]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=_err, disable=not show) as progress:
        yield progress


def _count(bars: Progress, title: str) -> Callable[[int, int], None]:
    tasks: dict[str, Any] = {}

    def count(done: int, total: int) -> None:
        if title not in tasks:
            tasks[title] = bars.add_task(title, total=total)
        bars.update(tasks[title], completed=done, total=total)

    return count


def _watch(bars: Progress) -> Callable[[Stage], None]:
    names = {"read": "読み込み", "embed": "ベクトル化", "publish": "索引の公開"}
    counts = {step: _count(bars, title) for step, title in names.items()}
    return lambda stage: counts[stage.step](stage.done, stage.total) if stage.step in counts else None


def _brief(found: result.Result, paths: Mapping[str, Path]) -> dict[str, Any]:
    body = found.model_dump(mode="json", exclude={"rows"})
    return {**body, "passed": found.passed, "reports": {kind: str(path) for kind, path in paths.items()}}


def _print_result(
    found: result.Result, change: comparing.Comparison | None, paths: Mapping[str, Path]
) -> None:
    table = Table("指標", "値", "95%の範囲", "目標", "公表値", title=found.title)
    for line in report.lines(found):
        goal = f"{line.gate.threshold} {'達成' if line.gate.passed else '未達'}" if line.gate else ""
        anchors = "、".join(f"{name} {value:.3f}" for name, value, _ in line.anchors)
        interval = f"{line.summary.low:.3f}〜{line.summary.high:.3f}"
        table.add_row(line.about.title, f"{line.summary.value:.4f}", interval, goal, anchors)
    _out.print(table)
    if change is not None:
        _print_change(change)
    for note in found.notes[:5]:
        _err.print(f"注意：{note}", markup=False, highlight=False)
    _out.print(f"報告書：{paths['html']}", markup=False, highlight=False, soft_wrap=True)


def _print_change(change: comparing.Comparison) -> None:
    table = Table("指標", "前", "後", "差", "p", title="前の結果との比較")
    for each in change.changes:
        d = each.difference
        title = glossary.measure(each.measure).title
        table.add_row(title, f"{d.first:.4f}", f"{d.second:.4f}", f"{d.delta:+.4f}", f"{d.p:.3f}")
    _out.print(table)
    _out.print(f"良くなった質問 {len(change.improved)}、悪くなった質問 {len(change.worsened)}。")


def _change_json(change: comparing.Comparison) -> dict[str, Any]:
    return {
        "measures": {
            each.measure: {
                "first": each.difference.first,
                "second": each.difference.second,
                "delta": each.difference.delta,
                "p": each.difference.p,
                "questions": each.difference.questions,
            }
            for each in change.changes
        },
        "improved": [one.second.id for one in change.improved],
        "worsened": [one.second.id for one in change.worsened],
        "setting": list(change.setting),
    }


def _print_bench(found: benching.Bench) -> None:
    table = Table(
        "段階", "中央値 ms", "95% ms", title=f"一問の時間（{found.passages:,}箇所、{found.questions}問）"
    )
    for name, spread in found.stages.items():
        table.add_row(benching.TITLES.get(name, name), f"{spread.median:.1f}", f"{spread.p95:.1f}")
    _out.print(table)
    memory = "、".join(
        f"{benching.TITLES.get(name, name)} {mib:,.0f}" for name, mib in found.memory_mib.items()
    )
    _out.print(f"メモリ（MiB）：{memory}。保存先の大きさ {found.index_mib:,.0f} MiB。")
    _out.print(
        f"起動：索引 {found.open_index_s:.1f}秒、モデル {found.open_model_s:.1f}秒、最初の答え {found.first_answer_s:.1f}秒。"
    )
    _out.print(
        f"取り込み：ベクトル化 {found.embedded_per_s:.1f}箇所/秒、単語の分割 {found.terms_per_s:.0f}箇所/秒。"
    )
    if found.peers:
        peers = Table("ほかのプログラム", "仕事", "相手", "こちら", "何倍良いか")
        for peer in found.peers:
            values = (f"{peer.theirs:.1f} {peer.unit}", f"{peer.ours:.1f} {peer.unit}", f"{peer.ratio:.2f}")
            peers.add_row(peer.name, peer.job, *values)
        _out.print(peers)
    for word in found.skipped:
        _err.print(word)
    if found.load > len(os.sched_getaffinity(0)):
        _err.print(
            f"注意：ほかの仕事が動いていました（負荷 {found.load}）。時間は実際より長く出ています。",
            style="yellow",
        )


def _print_json(body: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(body, ensure_ascii=False, indent=2) + "\n")
