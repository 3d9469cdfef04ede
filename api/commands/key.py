"""``toben key …``: API keys, each for one person or program of the principals file."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer
from rich.table import Table

from api.console import AsJson, DataDir, err, failing_clearly, out, principal_of, print_json, wired
from api.keys import SCOPES, Key

app = typer.Typer(no_args_is_help=True, help="APIキーの発行・一覧・失効")


@app.command("create")
def create(
    user: Annotated[str, typer.Argument(help="利用者ID（利用者の一覧にあるもの）")],
    scope: Annotated[
        list[str] | None, typer.Option(help=f"できること：{'、'.join(sorted(SCOPES))}（複数可）")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="有効な日数")] = 90,
    note: Annotated[str, typer.Option(help="何に使うか")] = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """キーを発行します。キーはこのときだけ表示され、あとから見ることはできません。"""
    with failing_clearly(), wired(data_dir) as wiring:
        principal_of(wiring, user)
        today = wiring.now().date()
        key, token = wiring.keys.create(
            user,
            scopes=scope or ["ask", "read", "feedback"],
            today=today,
            expires_on=today + timedelta(days=days),
            note=note,
        )
        if as_json:
            print_json({**_plain(key), "token": token})
        else:
            out.print(token, markup=False, highlight=False, soft_wrap=True)
            err.print(
                f"{user} のキー {key.id}。{key.expires_on} まで使えます。", markup=False, highlight=False
            )


@app.command("list")
def list_(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """キーの一覧を示します。"""
    with failing_clearly(), wired(data_dir) as wiring:
        keys = list(wiring.keys.all().values())
        if as_json:
            print_json({"keys": [_plain(key) for key in keys]})
            return
        today = wiring.now().date()
        table = Table("キー", "利用者", "できること", "期限", "状態", "用途")
        for key in keys:
            state = "失効" if key.revoked else "有効" if key.usable(today) else "期限切れ"
            scopes = "、".join(sorted(key.scopes))
            table.add_row(key.id, key.principal_id, scopes, str(key.expires_on), state, key.note)
        out.print(table)


@app.command("revoke")
def revoke(
    key_id: Annotated[str, typer.Argument(help="キーの番号（list で示されるもの）")], data_dir: DataDir = None
) -> None:
    """キーを失効させます。次の要求から使えなくなります。"""
    with failing_clearly(), wired(data_dir) as wiring:
        wiring.keys.revoke(key_id)
        out.print(f"キー {key_id} を失効させました。", markup=False, highlight=False)


def _plain(key: Key) -> dict[str, object]:
    return {
        "id": key.id,
        "principal": key.principal_id,
        "scopes": sorted(key.scopes),
        "created_on": key.created_on.isoformat(),
        "expires_on": key.expires_on.isoformat(),
        "revoked": key.revoked,
        "note": key.note,
    }
