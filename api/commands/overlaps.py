"""``toben overlaps``: is what is closed in one document open in another?"""

from __future__ import annotations

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from api.console import AsJson, DataDir, failing_clearly, out, print_json, wired
from corpus.model import Passage
from ingest.overlaps import Overlap, overlaps


def run(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """非公開の箇所とほぼ同じ文が、より広く読める別の文書に残っていないかを調べます。文は示さず、場所だけを示します。"""
    with failing_clearly(), wired(data_dir) as wiring:
        wiring.settle()
        found = overlaps(wiring.store.catalogue)
        if as_json:
            print_json({"overlaps": [_json(each) for each in found]})
        elif found:
            _print(found)
        else:
            out.print("同じ文が残っている文書はありません。")
        raise typer.Exit(1 if found else 0)


def _json(found: Overlap) -> dict[str, object]:
    places = {
        name: {"document_id": p.document_id, "passage_id": p.id, "audience": p.compartment, "page": p.page}
        for name, p in (("closed", found.closed), ("open", found.open))
    }
    return {**places, "share": round(found.share, 2)}


def _print(found: list[Overlap]) -> None:
    table = Table("閲覧範囲の狭い箇所", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("同じ文が読める文書")
    table.add_column("一致", justify="right", no_wrap=True)
    for each in found:
        table.add_row(_place(each.closed), _place(each.open), f"{each.share:.0%}")
    out.print(table)
    out.print(
        f"{len(found):,}か所。広いほうを閉じるか、狭いほうを公開するかを決めてください（toben label）。",
        soft_wrap=True,
    )


def _place(passage: Passage) -> Text:
    page = (
        f"（{passage.page}ページ）"
        if passage.page.isdigit()
        else f"（{passage.page}）"
        if passage.page
        else ""
    )
    return Text(f"{passage.title}{page}\n{passage.document_id}\n{passage.compartment}", overflow="fold")
