"""``toben leaktest``: does anything closed come out anywhere?"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich import box
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from api.console import AsJson, DataDir, err, failing_clearly, out, print_json, wired
from api.leaktest import Check, Result, Watch, leaktest
from eval.telling import Telling

_FAULTS = 20
"""Of each check; all of them in JSON."""


def run(
    seed: Annotated[
        int, typer.Option(help="置く語を決める数（同じ数なら同じ語。なければ毎回変わります）")
    ] = 0,
    pairs: Annotated[int, typer.Option(min=0, max=2000, help="時間を比べる検索の組の数")] = 40,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """保存先の写しに目印の語を置き、読めない人・ファイル・記録のどこからも出てこないことを確かめます。元の保存先は変えません。"""
    with failing_clearly(), wired(data_dir) as wiring:
        chosen = seed or secrets.randbelow(2**31)
        with _progress(show=not as_json) as watch:
            result = leaktest(wiring, seed=chosen, pairs=pairs, watch=watch)
        if as_json:
            print_json(_json(result, chosen))
        else:
            _print(result, chosen)
        raise typer.Exit(0 if result.passed else 1)


@contextmanager
def _progress(*, show: bool) -> Iterator[Watch]:
    """A line a step on stderr: how far it is, and how long it took."""
    columns = (TextColumn("{task.description}"), BarColumn(20), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, disable=not show) as progress:
        tasks: dict[str, TaskID] = {}

        def watch(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = progress.add_task(step, total=total)
            progress.update(tasks[step], completed=done, total=total)

        yield watch


def _json(result: Result, seed: int) -> dict[str, object]:
    checks = [
        {"name": check.name, "looked": check.looked, "faults": check.faults, "passed": check.passed}
        for check in result.checks
    ]
    timing = result.timing
    return {
        "passed": result.passed,
        "seed": seed,
        "checks": checks,
        "timing": {"pairs": timing.pairs, "area": timing.area, "gap_ms": timing.gap_ms, "p": timing.p},
    }


def _print(result: Result, seed: int) -> None:
    table = Table("調べたところ", box=box.SIMPLE_HEAD, pad_edge=False, title="漏えい試験")
    table.add_column("数", justify="right", no_wrap=True)
    table.add_column("結果", no_wrap=True)
    for check in result.checks:
        table.add_row(check.name, f"{check.looked:,}", _verdict(check), style="" if check.passed else "red")
    out.print(table)
    for check in result.checks:
        for fault in check.faults[:_FAULTS]:
            err.print(f"{check.name}：{fault}", style="red", markup=False, highlight=False, soft_wrap=True)
        if len(check.faults) > _FAULTS:
            err.print(
                f"{check.name}：ほか{len(check.faults) - _FAULTS:,}件（--json で全件を出せます）", style="red"
            )
    if result.timing.pairs:
        out.print(_told_apart(result.timing), soft_wrap=True, highlight=False)
    if result.passed:
        verdict = "合格です。非公開の内容は、どこからも出ませんでした。"
    elif any(check.faults for check in result.checks):
        verdict = "不合格です。原因が分かるまで使用を止め、上に挙げたところを調べてください。"
    else:
        verdict = "調べられなかったところがあるため、合格とはいえません。"
    out.print(
        f"{verdict}（同じ試験を繰り返すには --seed {seed}）", markup=False, highlight=False, soft_wrap=True
    )


def _verdict(check: Check) -> str:
    if check.passed:
        return "合格"
    return f"不合格 {len(check.faults):,}件" if check.faults else "調べられず"


def _told_apart(timing: Telling) -> str:
    """What the durations say, in a line."""
    figures = f"曲線下面積 {timing.area:.2f}、中央値の差 {timing.gap_ms:.1f} ミリ秒、{timing.pairs}組、p={timing.p:.3f}"
    if timing.apart:
        return f"時間：応答の時間から、非公開の文書があるかを推し量れるおそれがあります（{figures}）。--pairs 500 で確かめてください。"
    return f"時間：応答の時間では見分けられません（{figures}）。"
