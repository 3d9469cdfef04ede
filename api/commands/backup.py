"""``toben backup`` and ``toben restore``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.console import AsJson, DataDir, failing_clearly, out, print_json, wired
from corpus import backup as backups
from corpus.errors import ConfigurationError


def backup(
    file: Annotated[Path, typer.Argument(help="書き出すファイル（例 toben-2026-04-01.tar）")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """記録・索引・公開区分の決定を1つのファイルに書き出します。動かしたままで実行できます。"""
    with failing_clearly(), wired(data_dir) as wiring:
        size = backups.backup(wiring.store, file)
        if as_json:
            print_json({"file": str(file), "bytes": size})
        else:
            out.print(f"{file} に書き出しました（{size / 2**20:,.1f} MiB）。", markup=False, highlight=False)
            out.print("非公開の記録を含みます。閲覧できる人を限った場所に保管してください。")


def restore(
    file: Annotated[Path, typer.Argument(help="toben backup で書き出したファイル")],
    yes: Annotated[bool, typer.Option("--yes", help="確かめずに戻す")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """バックアップから戻します。そのあとに決まった非公開は、開く前に適用します。今あるものは別のフォルダに移します。"""
    with failing_clearly(), wired(data_dir) as wiring:
        if not file.is_file():
            raise ConfigurationError(f"見つかりません：{file}")
        if wiring.settings.database_url:
            raise ConfigurationError("目録がSQLiteではありません。データベースの道具で戻してください。")
        if not yes:
            typer.confirm(f"{wiring.settings.data_dir} を {file.name} の状態に戻しますか", abort=True)
        moved = backups.restore(file, wiring.settings.data_dir, wiring.settings.disclosure.label_log)
        closed = len(wiring.store.catalogue.pending().documents)
        if wiring.store.catalogue.unfinished():
            wiring.relabelling.finish()
        if as_json:
            print_json({"moved": moved, "relabelled": closed})
            return
        out.print("戻しました。")
        if closed:
            out.print(f"バックアップのあとに決まった公開区分を {closed}件の文書に適用しました。")
        if moved:
            out.print(
                f"前のものは {Path(moved[0]).parent} にあります。不要になったら消してください。", markup=False
            )
