"""``toben label DOCUMENT …``: close text at once, propose to open it; ``list``, ``show``, ``approve``, ``reject``."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

import typer
from rich.table import Table
from typer.core import TyperGroup

from api.console import AsJson, DataDir, failing_clearly, out, principal_of, print_json, wired
from api.labelling import Receipt, audience_of_words
from api.wiring import Wiring
from corpus.audit import Recorded
from corpus.disclosure import Ground, Label, Principal, Status
from corpus.errors import ConfigurationError
from corpus.labels import LabelEvent
from ingest.relabel import LabelState
from ingest.wishes import Change

_STATES = {
    LabelState.IN_FORCE: "変更しました。",
    LabelState.PROPOSED: "公開範囲を広げる変更なので、提案として記録しました。別の人の承認で効きます。",
    LabelState.REJECTED: "提案を取り下げました。",
}
_STATUS = {
    Status.OPEN: "公開",
    Status.PARTIAL: "一部非公開",
    Status.CLOSED: "非公開",
    Status.UNDETERMINED: "未判定",
}
_KINDS = {
    "ask": "回答",
    "search": "検索",
    "list": "一覧",
    "document": "文書",
    "passage": "箇所",
    "thread": "質問と答弁",
    "export": "書き出し",
}


class _ChangeByDefault(TyperGroup):
    """``toben label DOCUMENT`` is short for ``toben label change DOCUMENT``."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        known = self.get_command(ctx, args[0]) is not None if args else True
        return super().resolve_command(ctx, args if known else ["change", *args])


app = typer.Typer(cls=_ChangeByDefault, no_args_is_help=True, help="公開・非公開の変更、提案、承認")

By = Annotated[str, typer.Option("--as", help="変更する人の利用者ID（記録に残ります）")]
Document = Annotated[str, typer.Argument(help="文書のID、ファイル名、または題名")]


@app.command("change")
def change(
    document: Document,
    status: Annotated[Status, typer.Option(help="公開区分（partial は --quote などと合わせて一部非公開）")],
    by: By,
    audience: Annotated[
        list[str] | None,
        typer.Option(help="公開でない間に読める人：庁内、部:課名、班:班名（複数可、なければ所管課）"),
    ] = None,
    reason: Annotated[str, typer.Option(help="理由")] = "",
    ground: Annotated[list[Ground] | None, typer.Option(help="理由区分（複数可）")] = None,
    hidden: Annotated[bool, typer.Option("--hidden", help="存在も知らせない（存否応答拒否）")] = False,
    review_on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="見直す日")] = None,
    section: Annotated[list[str] | None, typer.Option(help="議題の番号か題（複数可）")] = None,
    utterance: Annotated[list[int] | None, typer.Option(help="発言の番号（複数可）")] = None,
    quote: Annotated[list[str] | None, typer.Option(help="本文の文言（複数可）")] = None,
    replaces: Annotated[list[int] | None, typer.Option(help="効力をなくす記録の番号（複数可）")] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """文書か、その議題・発言・文言の公開区分を変えます。狭める変更はすぐに効き、広げる変更は別の人の承認を待ちます。"""
    with failing_clearly(), wired(data_dir) as wiring:
        person = principal_of(wiring, by)
        label = Label(
            status,
            audience=audience_of_words(audience or ()),
            grounds=frozenset(ground or ()),
            reason=reason,
            hidden=hidden,
            review_on=review_on.date() if review_on else None,
        )
        wanted = Change(
            label, tuple(section or ()), tuple(utterance or ()), tuple(quote or ()), tuple(replaces or ())
        )
        _tell(wiring, wiring.labels.change(document_of(wiring, document), wanted, person), as_json)


@app.command("list")
def list_(by: By, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """承認を待っている提案と、見直す日が来た文書を示します。"""
    with failing_clearly(), wired(data_dir) as wiring:
        person = principal_of(wiring, by)
        waiting = wiring.labels.proposals(person)
        due = _due(wiring, person, wiring.now().date())
        if as_json:
            proposals = [
                {"decision": p.event.decision, "title": p.title, **_event_json(p.event)} for p in waiting
            ]
            print_json({"proposals": proposals, "review": due})
            return
        table = Table("番号", "文書", "題名", "変更", "提案した人", "日時", title="承認を待つ提案")
        for each in waiting:
            event = each.event
            table.add_row(
                str(event.decision),
                event.document_id,
                each.title or "（閲覧できません）",
                _words(event.label),
                event.by,
                _moment(event),
            )
        out.print(table)
        for row in due:
            out.print(f"見直し：{row['document_id']} {row['title']}（{row['review_on']}）", markup=False)


@app.command("show")
def show(document: Document, by: By, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """文書について記録された公開・非公開の判断を、古い順に示します。"""
    with failing_clearly(), wired(data_dir) as wiring:
        events, counting = wiring.labels.history(document_of(wiring, document), principal_of(wiring, by))
        if as_json:
            print_json(
                {"events": [_event_json(event) | {"in_force": event.id in counting} for event in events]}
            )
            return
        table = Table("番号", "効力", "出所", "範囲", "内容", "人", "日時")
        for event in events:
            force = "有効" if event.id in counting else ""
            cells = (event.source, event.scope.value, _words(event.label), event.by, _moment(event))
            table.add_row(str(event.id), force, *cells)
        out.print(table)


@app.command("approve")
def approve(
    proposal: Annotated[int, typer.Argument(help="提案の番号")],
    by: By,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """別の人の提案を承認します。"""
    with failing_clearly(), wired(data_dir) as wiring:
        _tell(wiring, wiring.labels.approve(proposal, principal_of(wiring, by)), as_json)


@app.command("reject")
def reject(
    proposal: Annotated[int, typer.Argument(help="提案の番号")],
    by: By,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """提案を取り下げます。"""
    with failing_clearly(), wired(data_dir) as wiring:
        _tell(wiring, wiring.labels.reject(proposal, principal_of(wiring, by)), as_json)


def document_of(wiring: Wiring, name: str) -> str:
    """The id of the document called so: by id, by the name of its file, or by its title.

    Raises:
        ConfigurationError: none is, or several are.
    """
    rows = wiring.store.catalogue.documents()
    if name in rows:
        return name
    sources = wiring.store.catalogue.sources()
    found = sorted(
        key
        for key, row in rows.items()
        if row.title == name or f"/{sources[row.source_id].name}".endswith(f"/{name}")
    )
    if len(found) != 1:
        what = "見つかりません" if not found else f"{len(found)}件あります。IDで指定してください"
        raise ConfigurationError(f"文書「{name}」が{what}。")
    return found[0]


def use_json(use: Recorded) -> dict[str, Any]:
    """An entry of the recall list as plain data."""
    body = use.body
    return {
        "seq": use.seq,
        "at": use.at,
        "kind": body["kind"],
        "principal": body.get("principal", ""),
        "question": body.get("question", ""),
        "request_id": body.get("request_id", ""),
    }


def print_uses(uses: list[Recorded]) -> None:
    """The recall list as a table."""
    table = Table("番号", "日時（UTC）", "利用者", "種類", "質問", "受付番号", title="回収の一覧")
    for use in uses:
        each = use_json(use)
        kind = _KINDS.get(each["kind"], each["kind"])
        table.add_row(
            str(use.seq), use.at[:16], each["principal"], kind, each["question"], each["request_id"]
        )
    out.print(table)


def _tell(wiring: Wiring, receipt: Receipt, as_json: bool) -> None:
    outcome = receipt.outcome
    if as_json:
        print_json(
            {
                "document_id": outcome.document_id,
                "decision": outcome.decision,
                "state": outcome.state.value,
                "finished": outcome.finished,
                "recall": [use_json(use) for use in receipt.uses],
            }
        )
        return
    out.print(f"{_STATES[outcome.state]}（番号 {outcome.decision}）", markup=False)
    if not outcome.finished:
        out.print("索引の更新は次の取り込みか起動のときに終わります。閉じた本文はもう誰にも示しません。")
    if receipt.uses:
        print_uses(list(receipt.uses))


def _due(wiring: Wiring, person: Principal, today: date) -> list[dict[str, Any]]:
    """The documents whose labels were to be looked at again by now, as far as this person may label them."""
    due = []
    for event in wiring.relabelling.standing(person):
        label = event.label
        if label is not None and label.review_on is not None and label.review_on <= today:
            row = wiring.store.catalogue.documents([event.document_id])[event.document_id]
            due.append({"document_id": row.id, "title": row.title, "review_on": label.review_on.isoformat()})
    return due


def _event_json(event: LabelEvent) -> dict[str, Any]:
    label = event.label
    return {
        "event": event.id,
        "document_id": event.document_id,
        "act": event.act.value,
        "source": event.source,
        "scope": event.scope.value,
        "status": label.status.value if label else None,
        "audience": sorted("|".join(sorted(clause)) for clause in label.audience) if label else [],
        "reason": label.reason if label else "",
        "by": event.by,
        "recorded_at": event.recorded_at.isoformat() if event.recorded_at else None,
    }


def _words(label: Label | None) -> str:
    if label is None:
        return ""
    readers = "・".join(sorted("か".join(sorted(clause)) for clause in label.audience))
    parts = (
        _STATUS[label.status],
        f"閲覧 {readers}" if readers else "",
        "存否も秘匿" if label.hidden else "",
        label.reason,
    )
    return "、".join(part for part in parts if part)


def _moment(event: LabelEvent) -> str:
    return event.recorded_at.strftime("%Y-%m-%d %H:%M") if event.recorded_at else ""
