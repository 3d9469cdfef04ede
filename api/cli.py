"""The command line: ``toben …``. Exit 0 done, 1 some inputs failed, 2 wrong usage or configuration."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.table import Table

from api.commands import (
    audit,
    backup,
    bench,
    deletion,
    evaluation,
    intake,
    key,
    label,
    leaktest,
    overlaps,
    search,
)
from api.commands import collection as collections
from api.commands.search import AsUser, First, InCollection, Last, Meeting, Speaker, TopK, filters_of
from api.console import (
    AsJson,
    DataDir,
    err,
    failing_clearly,
    out,
    principal_of,
    print_json,
    progress_bar,
    wired,
)
from api.presentation import Presenter
from rag.answer import Answer, Style

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="答弁ナビ：会議録と議会答弁に、出典つきで答えます。"
)
index_app = typer.Typer(no_args_is_help=True, help="索引の状態・検査・作り直し")
app.add_typer(index_app, name="index")
app.add_typer(collections.app, name="collection")
app.add_typer(evaluation.app, name="eval")
app.command("bench")(bench.bench)
app.command("search")(search.search)
app.add_typer(key.app, name="key")
app.command("ingest")(intake.ingest)
app.command("delete")(deletion.delete)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.add_typer(label.app, name="label")
app.add_typer(audit.app, name="audit")
app.command("recall")(audit.recall)
app.command("leaktest")(leaktest.run)
app.command("overlaps")(overlaps.run)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="質問")],
    as_user: AsUser = None,
    top_k: TopK = 8,
    from_: First = None,
    to: Last = None,
    speaker: Speaker = None,
    meeting: Meeting = None,
    collection: InCollection = None,
    style: Annotated[Style, typer.Option(help="full（1〜3文）かbrief（50字ほど）")] = Style.FULL,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """質問に、出典つきで答えます。"""
    with failing_clearly(), wired(data_dir) as wiring:
        wiring.settle()
        answer, understood = wiring.engine.ask(
            question,
            principal_of(wiring, as_user),
            filters=filters_of(from_, to, speaker, meeting, collection),
            style=style,
            top_k=top_k,
        )
        if as_json:
            body = Presenter(wiring.settings.public_url).query(answer, understood, "")
            print_json(body.model_dump(mode="json", exclude={"request_id"}))
        else:
            _print_answer(answer)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="待ち受けるアドレス")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="待ち受けるポート")] = 8000,
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="プロセスの数。一つの保存先を分け合って答えます")
    ] = 1,
    data_dir: DataDir = None,
) -> None:
    """質問のページとAPIを開きます。"""
    with failing_clearly(), wired(data_dir) as wiring:
        from api.serving import serve as serving  # the other commands need no server

        serving(wiring, host=host, port=port, workers=workers)


@app.command()
def mcp(user: AsUser = None, data_dir: DataDir = None) -> None:
    """MCPサーバーとして、標準入出力で一人の利用者に答えます。"""
    with failing_clearly(), wired(data_dir) as wiring, wiring.store.serving():
        import anyio  # the other commands need no server

        from api.auth import Caller
        from api.logs import configure
        from api.mcp import serve_stdio

        configure()
        caller = Caller(principal_of(wiring, user))
        services = wiring.services()
        wiring.store.index()
        anyio.run(serve_stdio, services, caller)


@index_app.command("status")
def index_status(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """索引の世代と、閲覧範囲ごとの件数を示します。"""
    with failing_clearly(), wired(data_dir) as wiring:
        generation = wiring.store.catalogue.generation()
        status: dict[str, Any] = {
            "generation": generation.id if generation else 0,
            "epoch": wiring.store.catalogue.epoch(),
            "fingerprint": generation.fingerprint if generation else "",
            "documents": len(wiring.store.catalogue.documents()),
            "compartments": {n: f["passages"] for n, f in generation.manifest.items()} if generation else {},
            "bytes": sum(path.stat().st_size for path in wiring.store.root.rglob("*") if path.is_file()),
        }
        if as_json:
            print_json(status)
            return
        table = Table("閲覧範囲", "箇所", title=f"世代 {status['generation']}・文書 {status['documents']}件")
        for name, count in status["compartments"].items():
            table.add_row(name, f"{count:,}")
        out.print(table)


@index_app.command("verify")
def index_verify(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """索引のファイルが公開した世代のとおりか、本文と食い違いがないかを調べます。"""
    with failing_clearly(), wired(data_dir) as wiring:
        faults = wiring.store.verify()
        if as_json:
            print_json({"ok": not faults, "faults": faults})
        else:
            for fault in faults:
                err.print(fault)
            out.print("異常はありません。" if not faults else "toben index rebuild で作り直してください。")
        raise typer.Exit(1 if faults else 0)


@index_app.command("rebuild")
def index_rebuild(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """登録済みの文書から索引を作り直します。"""
    with failing_clearly(), wired(data_dir) as wiring:
        wiring.settle()
        with progress_bar(show=not as_json) as watch:
            generation = wiring.job(watch=watch).rebuild()
        if as_json:
            print_json({"generation": generation})
        else:
            out.print(f"世代 {generation} を公開しました。")


# -- helpers -----------------------------------------------------------------------------------


def _print_answer(answer: Answer) -> None:
    if answer.refusal is not None:
        out.print(answer.refusal.message)
        return
    for sentence in answer.sentences:
        out.print(
            sentence.text + "".join(f"[{n}]" for n in sentence.citations), markup=False, highlight=False
        )
    if answer.notice:
        out.print(f"※ {answer.notice}", markup=False, highlight=False)
    for citation in answer.citations:
        p = citation.passage
        agenda = p.agenda.removeprefix(p.title).strip()
        where = " ".join(
            filter(None, [p.title, p.date.isoformat() if p.date else "", agenda, p.post, p.speaker])
        )
        page = f"（{p.page}ページ）" if p.page.isdigit() else f"（{p.page}）" if p.page else ""
        out.print(f"  [{citation.n}] {where}{page}", markup=False, highlight=False)
        out.print(f"      「{citation.quote}」", markup=False, highlight=False)


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
