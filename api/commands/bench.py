"""``toben bench``: how the time of a question splits, memory, and speed beside other programs."""

from __future__ import annotations

import os
from typing import Annotated, Any

import typer
from rich.table import Table

from api.console import AsJson, DataDir, err, failing_clearly, out, print_json
from api.stands import home, stand
from corpus.disclosure import PUBLIC
from corpus.errors import ConfigurationError
from corpus.reading import Reader
from eval import bench as benching
from eval import draft, enlarge


def bench(
    questions: Annotated[int, typer.Option("--questions", "-n", min=1, help="質問の数")] = 100,
    passages: Annotated[
        int | None,
        typer.Option(min=1, help="この数の箇所まで、本物を組み替えて増やして測る", show_default=False),
    ] = None,
    peers: Annotated[bool, typer.Option(help="ほかのプログラムと並べて測る")] = True,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """一問の時間の内訳、メモリ、取り込みの速さを測ります。"""
    with failing_clearly(), stand(data_dir) as on:
        asked = [
            entry["question"] for entry in draft.propose(on.store, Reader(on.store, PUBLIC), limit=questions)
        ]
        if not asked:
            raise ConfigurationError(
                "質問にできる公開の記録がありません。先に toben ingest で取り込んでください。"
            )
        store: Any = on.store
        if passages or peers:
            folder = home() / f"bench-{passages or 'real'}"
            size = passages or len(on.store.catalogue.passage_ids().get("public", ()))
            store = enlarge.EnlargedStore(on.store, enlarge.enlarge(on.store, folder, size, with_peers=peers))
        say = (lambda step: None) if as_json else (lambda step: err.print(f"{step}…"))
        found = benching.measure(store if passages else on.store, on.embedder, asked, report=say)
        if peers:
            others, skipped = benching.compare(found, store, on.embedder(), asked)
            found = found.model_copy(update={"peers": tuple(others), "skipped": tuple(skipped)})
        if as_json:
            print_json(found.model_dump(mode="json"))
        else:
            _print(found)


def _print(found: benching.Bench) -> None:
    table = Table(
        "段階", "中央値 ms", "95% ms", title=f"一問の時間（{found.passages:,}箇所、{found.questions}問）"
    )
    for name, spread in found.stages.items():
        table.add_row(benching.TITLES.get(name, name), f"{spread.median:.1f}", f"{spread.p95:.1f}")
    out.print(table)
    memory = "、".join(
        f"{benching.TITLES.get(name, name)} {mib:,.0f}" for name, mib in found.memory_mib.items()
    )
    out.print(f"メモリ（MiB）：{memory}。索引の大きさ {found.index_mib:,.0f} MiB。")
    opening = f"索引 {found.open_index_s:.1f}秒、モデル {found.open_model_s:.1f}秒、最初の答え {found.first_answer_s:.1f}秒"
    out.print(f"起動：{opening}。")
    out.print(
        f"取り込み：ベクトル化 {found.embedded_per_s:.1f}箇所/秒、単語の分割 {found.terms_per_s:.0f}箇所/秒。"
    )
    if found.peers:
        _print_peers(found)
    for word in found.skipped:
        err.print(word)
    if found.load > len(os.sched_getaffinity(0)):
        err.print(
            f"注意：ほかの仕事が動いていました（負荷 {found.load}）。時間は実際より長く出ています。",
            style="yellow",
        )


def _print_peers(found: benching.Bench) -> None:
    table = Table("ほかのプログラム", "仕事", "相手", "こちら", "何倍良いか")
    for peer in found.peers:
        values = (f"{peer.theirs:.1f} {peer.unit}", f"{peer.ours:.1f} {peer.unit}", f"{peer.ratio:.2f}")
        table.add_row(peer.name, peer.job, *values)
    out.print(table)
