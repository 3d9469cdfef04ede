"""``toben search``: find passages, by question or by a line with operators; no answer is composed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer
from rich.text import Text

from api.console import AsJson, DataDir, failing_clearly, out, principal_of, print_json, wired
from api.presentation import Presenter
from corpus.model import Passage
from rag.finding import Found, Hit, Order, Page
from rag.question import Filters

AsUser = Annotated[str | None, typer.Option("--as", help="利用者ID（指定がなければ公開の記録だけ）")]
TopK = Annotated[int, typer.Option("--top-k", min=1, max=100, help="探す箇所の数")]
First = Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="この日から")]
Last = Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="この日まで")]
Speaker = Annotated[list[str] | None, typer.Option("--speaker", help="発言者の名前や役職（複数可）")]
Meeting = Annotated[list[str] | None, typer.Option("--meeting", help="会議の名前（複数可）")]
InCollection = Annotated[list[str] | None, typer.Option("--collection", help="コレクションの名前（複数可）")]


def search(
    query: Annotated[str, typer.Argument(help="探す言葉や質問。「…」、AND、OR、NOT、発言者: なども使えます")],
    as_user: AsUser = None,
    top_k: TopK = 8,
    sort: Annotated[
        Order, typer.Option(help="relevance（関連の深い順）、date_desc（新しい順）、date_asc（古い順）")
    ] = Order.RELEVANCE,
    page: Annotated[int, typer.Option(min=1, help="何ページ目か（1ページは --top-k 件）")] = 1,
    from_: First = None,
    to: Last = None,
    speaker: Speaker = None,
    meeting: Meeting = None,
    collection: InCollection = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """答えを作らず、見つかった箇所だけを示します。

    例：toben search "「学校給食」 無償化|減額 -中学校 発言者:市長 期間:令和6年度" --sort date_desc
    """
    with failing_clearly(), wired(data_dir) as wiring:
        wanted = Page(sort, (page - 1) * top_k, top_k)
        wiring.settle()
        found = wiring.engine.find(
            query,
            principal_of(wiring, as_user),
            filters=filters_of(from_, to, speaker, meeting, collection),
            page=wanted,
        )
        if as_json:
            body = Presenter(wiring.settings.public_url).search(found, wanted, "")
            print_json(body.model_dump(mode="json", exclude={"request_id"}))
        else:
            _print(found, wanted)


def filters_of(
    from_: datetime | None,
    to: datetime | None,
    speaker: list[str] | None,
    meeting: list[str] | None,
    collection: list[str] | None,
) -> Filters:
    """The conditions of the options."""
    return Filters(
        from_=_day(from_),
        to=_day(to),
        speakers=tuple(speaker or ()),
        meetings=tuple(meeting or ()),
        collections=tuple(collection or ()),
    )


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _print(found: Found, page: Page) -> None:
    for line in (found.reading, found.hint):
        if line:
            out.print(line, style="dim", markup=False, highlight=False)
    if not found.hits:
        out.print("閲覧できる記録の中には見つかりませんでした。")
        return
    if found.total is not None:
        last = found.hits[-1].found.rank
        out.print(f"{found.total:,}件のうち {page.offset + 1:,}～{last:,}件目", highlight=False)
    for hit in found.hits:
        _print_hit(hit)
    if found.more:
        following = page.offset // page.limit + 2
        out.print(f"続きは --page {following}", style="dim", highlight=False)


def _print_hit(hit: Hit) -> None:
    item, passage = hit.found, hit.found.passage
    out.print(f"{item.rank}. {_where(passage)}", style="bold", markup=False, highlight=False)
    text = Text(passage.text)
    for start, end in hit.marks:
        text.stylize("reverse", start, end)
    out.print(Text("   ") + text, highlight=False)
    for name, others in (("質問", item.asked), ("答弁", item.answers)):
        for other in others[:1]:
            begin = " ".join(other.text.split())[:40]
            out.print(f"   → {name}：{_who(other)}「{begin}…」", style="dim", markup=False, highlight=False)


def _where(passage: Passage) -> str:
    day = passage.date.isoformat() if passage.date else ""
    return " ".join(filter(None, [passage.title, day, passage.agenda, _who(passage)]))


def _who(passage: Passage) -> str:
    return f"{passage.post} {passage.speaker}".strip()
