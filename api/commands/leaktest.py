"""``toben leaktest``: does anything closed come out anywhere?"""

from __future__ import annotations

import secrets
from typing import Annotated

import typer
from rich.table import Table

from api.console import AsJson, DataDir, err, failing_clearly, out, print_json, wired
from api.leaktest import Result, leaktest


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
        result = leaktest(
            wiring, seed=chosen, pairs=pairs, watch=lambda step: None if as_json else err.print(f"{step}…")
        )
        if as_json:
            print_json(_json(result, chosen))
        else:
            _print(result, chosen)
        raise typer.Exit(0 if result.passed else 1)


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
        "timing": {"pairs": timing.pairs, "area": timing.area, "gap_ms": timing.gap_ms},
    }


def _print(result: Result, seed: int) -> None:
    table = Table("調べたところ", "件数", "結果", title="漏えい試験")
    for check in result.checks:
        verdict = "なし" if check.passed else f"{len(check.faults)}件" if check.faults else "調べていません"
        table.add_row(check.name, f"{check.looked:,}", verdict)
    out.print(table)
    for check in result.checks:
        for fault in check.faults[:20]:
            err.print(f"{check.name}：{fault}", style="red", markup=False, highlight=False)
    timing = result.timing
    if timing.pairs:
        out.print(
            f"時間による区別：曲線下面積 {timing.area:.2f}（0.5 は区別できない）、中央値の差 {timing.gap_ms:.1f} ミリ秒"
            f"（{timing.pairs}組）"
        )
    verdict = (
        "見つかりませんでした。"
        if result.passed
        else "非公開の内容が出るところがあります。使用を止めてください。"
    )
    out.print(f"{verdict}（--seed {seed} で同じ試験を繰り返せます）", markup=False)
