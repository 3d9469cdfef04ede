"""``toben delete``: remove a document, or a file with all that was taken from it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from api.console import AsJson, DataDir, failing_clearly, out, principal_of, print_json, wired
from api.wiring import Wiring
from corpus.errors import ConfigurationError
from ingest.removal import remove


def delete(
    what: Annotated[
        str, typer.Argument(help="文書のID、または取り込んだファイルの名前（フォルダ/ファイル）")
    ],
    collection: Annotated[str, typer.Option(help="ファイルのコレクション")] = "全庁",
    as_user: Annotated[
        str | None, typer.Option("--as", help="利用者ID（所管課か公開担当。なければこの機械の管理者として）")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="確かめずに削除する")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """文書を削除します。検索にも閲覧にもすぐ出なくなり、索引と元の写しからも消えます。"""
    with failing_clearly(), wired(data_dir) as wiring:
        documents, sources = _named(wiring, what, collection)
        if not yes:
            typer.confirm(f"{what}（文書 {len(documents)}件）を削除しますか。元に戻せません", abort=True)
        if as_user is not None:
            person = principal_of(wiring, as_user)
            for document_id in sorted(documents):
                wiring.relabelling.remove(document_id, person)
        else:
            today: date = wiring.now().date()
            remove(wiring.store, lambda: wiring.embedder, documents=documents, sources=sources, today=today)
        if as_json:
            print_json({"documents": sorted(documents)})
        else:
            out.print(f"{len(documents)}件の文書を削除しました。")


def _named(wiring: Wiring, what: str, collection: str) -> tuple[set[str], set[str]]:
    """The ids of the documents and source files that an operator names.

    Raises:
        ConfigurationError: there is none.
    """
    catalogue = wiring.store.catalogue
    rows = catalogue.documents()
    if what in rows:
        return {what}, set()
    sources = {
        source.id
        for source in catalogue.sources().values()
        if source.name == what and source.collection == collection
    }
    if not sources:
        raise ConfigurationError(f"{what} という文書やファイルはありません（コレクション {collection}）。")
    return {key for key, row in rows.items() if row.source_id in sources}, sources
