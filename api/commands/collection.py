"""``toben collection …``: the whole office (全庁), departments, trial groups."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer
from rich.table import Table

from api.console import AsJson, DataDir, failing_clearly, out, print_json, wired
from corpus.catalogue import CollectionRow
from ingest.collections import holdings, put_collection

app = typer.Typer(no_args_is_help=True, help="コレクション（全庁、各課、試行の班）の一覧と設定")

_DEFAULTS = {"": "未判定（所管課のみ）", "open": "公開", "staff": "庁内", "closed": "非公開（所管課のみ）"}


@app.command("set")
def set_(
    name: Annotated[str, typer.Argument(help="コレクションの名前")],
    department: Annotated[str, typer.Option(help="所管課（文書に書かれていないとき）")] = "",
    default: Annotated[
        str, typer.Option(help="公開・非公開の指定がない文書の扱い：open、staff、closed（なければ未判定）")
    ] = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """コレクションの所管課と既定の公開区分を決めます。狭める変更はすぐ、広げる変更は次に取り込む文書から効きます。"""
    with failing_clearly(), wired(data_dir) as wiring:
        row = CollectionRow(name, department, default)
        narrowed = put_collection(wiring.store, lambda: wiring.embedder, row, date.today)
        if as_json:
            print_json({"name": name, "department": department, "default": default, "narrowed": narrowed})
        else:
            out.print(f"{name}：所管 {department or 'なし'}、既定 {_DEFAULTS[default]}。", markup=False)
            if narrowed:
                out.print(f"{narrowed}件の文書の閲覧範囲を狭めました。")


@app.command("list")
def list_(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """コレクションの一覧を示します。"""
    with failing_clearly(), wired(data_dir) as wiring:
        found = holdings(wiring.store)
        if as_json:
            rows = [
                {
                    "name": each.collection.name,
                    "department": each.collection.department,
                    "default": each.collection.default,
                    "documents": each.documents,
                }
                for each in found
            ]
            print_json({"collections": rows})
            return
        table = Table("コレクション", "所管課", "既定の公開区分", "文書")
        for each in found:
            kept = each.collection
            table.add_row(kept.name, kept.department, _DEFAULTS[kept.default], f"{each.documents:,}")
        out.print(table)
