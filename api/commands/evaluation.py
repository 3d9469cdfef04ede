"""``toben eval …``: measure answers and compare runs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import SecretStr
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from api.console import AsJson, DataDir, err, failing_clearly, out, print_json
from api.stands import home, own_folder, stand
from corpus.disclosure import PUBLIC
from corpus.errors import ConfigurationError
from corpus.reading import Reader
from eval import compare as comparing
from eval import draft as drafting
from eval import glossary, previous, report, result, suite
from eval.judge import Judge
from eval.run import run as run_suite
from ingest.job import Stage

app = typer.Typer(no_args_is_help=True, help="答えの質を測り、前の結果と比べます。")

SuiteName = Annotated[str, typer.Argument(help="評価セットの名前（toben eval list）か、そのフォルダ")]
Measured = Annotated[
    Path | None,
    typer.Option(
        "--data-dir", help="測る記録の保存先（なければ var/eval/ の下に取り込みます）", show_default=False
    ),
]
ReportDir = Annotated[
    Path | None,
    typer.Option(
        "--report", help="報告書を書くフォルダ（なければ var/eval/reports/ の下）", show_default=False
    ),
]


@app.command("run")
def run(
    name: SuiteName,
    report_dir: ReportDir = None,
    data_dir: Measured = None,
    judge: Annotated[
        str | None,
        typer.Option(
            "--judge",
            help="採点に使う言語モデル：モデル名@アドレス（OpenAI互換。例 gemma@http://127.0.0.1:8080/v1）",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """評価セットを動かし、報告書（HTML・JSON・Markdown）を書きます。目標に届かなければ終了コード 1。"""
    with failing_clearly():
        loaded = suite.load(name)
        folder = report_dir or previous.folder_for(home() / "reports", loaded.suite.name, datetime.now())
        earlier = previous.before(folder, loaded.suite.name)
        opinion = _judge(judge)
        corpus = loaded.suite.corpus
        measured = data_dir or own_folder(corpus.store if corpus else "none")
        with stand(measured) as on, _bars(not as_json) as bars:
            refresh = data_dir is None
            watch, count = _watch(bars), _count(bars, "質問")
            found = run_suite(loaded, on, refresh=refresh, judge=opinion, watch=watch, progress=count)
        change = comparing.compare(earlier, found) if earlier and _comparable(earlier, found) else None
        paths = report.write(found, folder, change)
        if as_json:
            print_json(_brief(found, paths))
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
    with failing_clearly():
        change = comparing.compare(result.read(first), result.read(second))
        if report_dir is not None:
            result.write_private(report_dir / "compare.html", report.render_comparison(change))
        if as_json:
            print_json(_change_json(change))
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
        print_json({"suites": [{"name": name, "title": title} for name, title in names.items()]})
        return
    table = Table("名前", "何を測るか", "目標")
    for folder, each in found:
        goals = (
            [f"{n} {'≧' if glossary.measure(n).rising else '≦'} {v:g}" for n, v in each.thresholds.items()]
            if each
            else []
        )
        table.add_row(folder.name, each.title if each else "suite.yaml に誤りがあります", "\n".join(goals))
    out.print(table)


@app.command("validate")
def validate(name: SuiteName, as_json: AsJson = False) -> None:
    """評価セットの書き方を調べ、誤りを行と項目で示します。誤りがあれば終了コード 1。"""
    with failing_clearly():
        faults = suite.validate(name)
        if as_json:
            keys = ("file", "line", "field", "message")
            print_json(
                {"ok": not faults, "faults": [{k: getattr(fault, k) for k in keys} for fault in faults]}
            )
        else:
            for fault in faults:
                err.print(str(fault), markup=False, highlight=False)
            out.print("誤りはありません。" if not faults else f"{len(faults)}か所を直してください。")
        raise typer.Exit(1 if faults else 0)


@app.command("new")
def new(folder: Annotated[Path, typer.Argument(help="作るフォルダ")]) -> None:
    """評価セットのひな形を作ります。"""
    with failing_clearly():
        if folder.exists() and any(folder.iterdir()):
            raise ConfigurationError(f"{folder} は空ではありません。新しいフォルダを指定してください。")
        shutil.copytree(Path(suite.__file__).with_name("templates") / "suite", folder, dirs_exist_ok=True)
        out.print(
            f"{folder} にひな形を作りました。直したら toben eval validate {folder} で確かめてください。"
        )


@app.command("draft")
def draft(
    path: Annotated[Path, typer.Option("--out", "-o", help="書き出すファイル（JSONL）")] = Path(
        "questions.jsonl"
    ),
    document: Annotated[str, typer.Option(help="この言葉がファイル名か題名にある文書だけ")] = "",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="質問の数")] = 20,
    data_dir: DataDir = None,
) -> None:
    """取り込んだ記録（公開の部分）から質問の下書きを作ります。確かめて直し、draft を外すと測れます。"""
    with failing_clearly():
        if path.exists():
            raise ConfigurationError(f"{path} は既にあります。別の名前を指定してください。")
        with stand(data_dir) as on:
            entries = drafting.propose(on.store, Reader(on.store, PUBLIC), named=document, limit=limit)
        if not entries:
            raise ConfigurationError(
                "質問にできる公開の記録がありません。先に toben ingest で取り込んでください。"
            )
        drafting.write(entries, path)
        out.print(f"{path} に {len(entries)}問の下書きを書きました。")


# -- helpers -----------------------------------------------------------------------------------


def _judge(written: str | None) -> Judge | None:
    """The judge behind ``name@address``; the key of the endpoint is read from ``OPENAI_API_KEY``."""
    if written is None:
        return None
    name, _, address = written.partition("@")
    if not name or not address.startswith(("http://", "https://")):
        raise ConfigurationError("--judge は モデル名@アドレス の形で書いてください。")
    try:
        from langchain_openai import ChatOpenAI  # an extra
    except ImportError as exc:
        raise ConfigurationError("--judge には追加部品が必要です：pip install 'toben[llm]'") from exc
    key = SecretStr(os.environ.get("OPENAI_API_KEY", "none"))
    return Judge(
        ChatOpenAI(model=name, base_url=address, api_key=key, temperature=0, timeout=60, max_retries=1)
    )


def _comparable(earlier: result.Result, found: result.Result) -> bool:
    keys = {(row.id, row.principal) for row in earlier.rows}
    return any((row.id, row.principal) in keys for row in found.rows)


@contextmanager
def _bars(show: bool) -> Iterator[Progress]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, disable=not show) as progress:
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
    out.print(table)
    if change is not None:
        _print_change(change)
    for note in found.notes[:5]:
        err.print(f"注意：{note}", markup=False, highlight=False)
    out.print(f"報告書：{paths['html']}", markup=False, highlight=False, soft_wrap=True)


def _print_change(change: comparing.Comparison) -> None:
    table = Table("指標", "前", "後", "差", "p", title="前の結果との比較")
    for each in change.changes:
        d = each.difference
        title = glossary.measure(each.measure).title
        table.add_row(title, f"{d.first:.4f}", f"{d.second:.4f}", f"{d.delta:+.4f}", f"{d.p:.3f}")
    out.print(table)
    out.print(f"良くなった質問 {len(change.improved)}、悪くなった質問 {len(change.worsened)}。")


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
