"""``toben audit`` and ``toben recall``: is the record sound, who asks in an unusual way, who was shown a text."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated

import typer

from api.commands.label import document_of, print_uses, use_json
from api.console import AsJson, DataDir, err, failing_clearly, out, print_json, wired
from api.noting import CLOSED_PASSAGES, NAMES, REFUSED_IDS
from corpus.errors import ConfigurationError
from corpus.register import events_of

_ALERTS = {
    REFUSED_IDS: "得られないIDを続けて求めた",
    CLOSED_PASSAGES: "所属限りの箇所を多く閲覧した",
    NAMES: "多くの人の名前を続けて尋ねた",
}
app = typer.Typer(no_args_is_help=True, help="閲覧の記録（監査ログ）の検査")


@app.command("verify")
def verify(
    expect: Annotated[
        str, typer.Option(help="前に控えた「番号:値」。今の記録がそれを含むことも確かめます")
    ] = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """閲覧の記録が、書かれたときのまま欠けずに残っているかを調べます。最後の番号と値は別の場所に控えてください。"""
    with failing_clearly(), wired(data_dir) as wiring:
        faults = wiring.audit.verify(noted=_noted(expect))
        seq, chain = wiring.audit.head()
        if as_json:
            print_json({"ok": not faults, "faults": faults, "head": f"{seq}:{chain}"})
        else:
            for fault in faults:
                err.print(fault)
            out.print("異常はありません。" if not faults else f"異常が{len(faults)}件あります。")
            out.print(f"控え：{seq}:{chain}", highlight=False)
        raise typer.Exit(1 if faults else 0)


@app.command("alerts")
def alerts(
    days: Annotated[int, typer.Option(min=1, max=400, help="さかのぼる日数")] = 90,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """ふだんと違う使われ方の知らせを、新しい順に示します。得られないIDを続けて求めた人、所属限りの箇所を多く見た人、多くの人の名前を続けて尋ねた人です。"""
    with failing_clearly(), wired(data_dir) as wiring:
        found = wiring.daybook.alerts(timedelta(days=days))
        if as_json:
            listed = [{**asdict(each), "at": each.at.isoformat()} for each in found]
            print_json({"alerts": listed})
            return
        for each in found:
            words = f"{each.at:%Y-%m-%d %H:%M} {each.person} {_ALERTS[each.kind]} {each.count}件"
            out.print(words, markup=False, highlight=False)
        if not found:
            out.print("知らせはありません。")


def recall(
    target: Annotated[str, typer.Argument(help="箇所のID、または文書（ID、ファイル名、題名）")],
    withdrawn: Annotated[bool, typer.Option("--withdrawn", help="閉じられた箇所を使ったものだけ")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """箇所や文書を使った回答・書き出しの一覧です。閉じたあとの回収に使います。"""
    with failing_clearly(), wired(data_dir) as wiring:
        uses = wiring.audit.uses(passages=[target])
        if not uses:
            document_id = document_of(wiring, target) if not _is_id(target) else target
            with wiring.store.catalogue.read() as connection:
                gone = [key for event in events_of(connection, document_id) for key in event.withdrawn]
            uses = wiring.audit.uses(passages=gone, documents=[] if withdrawn else [document_id])
        if as_json:
            print_json({"uses": [use_json(use) for use in uses]})
        else:
            print_uses(uses)


def _noted(expect: str) -> tuple[int, str] | None:
    if not expect:
        return None
    number, colon, chain = expect.partition(":")
    if not (number.isdecimal() and colon and chain):
        raise ConfigurationError("--expect は toben audit verify が示した「番号:値」の形で指定してください。")
    return int(number), chain


def _is_id(text: str) -> bool:
    return len(text) == 32 and set(text) <= set("0123456789abcdef")
