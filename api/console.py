"""What the commands of ``toben`` share: options, the way they fail, progress, and JSON on stdout."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from api.settings import Settings, refuse_unknown
from api.wiring import Wiring
from corpus.disclosure import PUBLIC, Principal
from corpus.errors import ConfigurationError, TobenError
from ingest.job import Stage

out = Console()
err = Console(stderr=True)

DataDir = Annotated[
    Path | None,
    typer.Option("--data-dir", help="保存先（既定は TOBEN_DATA_DIR、なければ var/）", show_default=False),
]
AsJson = Annotated[bool, typer.Option("--json", help="結果を1つのJSONとして標準出力に出す")]


@contextmanager
def failing_clearly() -> Iterator[None]:
    """Turn our own errors into one line on stderr and exit code 2."""
    try:
        yield
    except TobenError as exc:
        err.print(str(exc), style="red", markup=False, highlight=False)
        raise typer.Exit(2) from exc


@contextmanager
def wired(data_dir: Path | None) -> Iterator[Wiring]:
    """The program's parts over the data folder of the option, the environment, or ``var/``."""
    refuse_unknown(os.environ)
    settings = Settings(data_dir=data_dir) if data_dir is not None else Settings()
    wiring = Wiring(settings)
    try:
        yield wiring
    finally:
        if wiring.__dict__.get("composer") is not None:
            wiring.__dict__["composer"].close()
        if "store" in wiring.__dict__:
            wiring.store.close()


def principal_of(wiring: Wiring, user: str | None) -> Principal:
    """The person of the principals file with that id; nobody in particular when none is named.

    Raises:
        ConfigurationError: there is no such person, or no file.
    """
    if user is None:
        return PUBLIC
    directory = wiring.directory
    if directory is None:
        raise ConfigurationError(f"利用者の一覧 {wiring.principals_path} がありません。")
    caller = directory().callers.get(user)
    if caller is None:
        raise ConfigurationError(f"利用者 {user} は {wiring.principals_path} にありません。")
    return caller.principal


@contextmanager
def progress_bar(*, show: bool) -> Iterator[Callable[[Stage], None]]:
    """A progress bar on stderr while something long runs."""
    names = {"read": "読み込み", "embed": "ベクトル化", "publish": "索引の公開"}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, disable=not show) as progress:
        tasks = {}

        def watch(stage: Stage) -> None:
            if stage.step not in tasks:
                tasks[stage.step] = progress.add_task(names[stage.step], total=stage.total)
            progress.update(tasks[stage.step], completed=stage.done, total=stage.total)

        yield watch


def print_json(body: dict[str, Any]) -> None:
    """One JSON object on stdout."""
    sys.stdout.write(json.dumps(body, ensure_ascii=False, indent=2) + "\n")
