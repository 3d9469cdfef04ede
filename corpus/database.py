"""The database behind the catalogue: connections, a first look at the file, migrations."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from filelock import FileLock
from sqlalchemy.engine import Engine
from tenacity import retry, retry_if_exception, stop_after_delay, wait_random

from corpus.errors import CatalogueError, ConfigurationError, StoreDamagedError, StoreReadOnlyError

_ADVISORY = 0x746F62656E  # "toben": PostgreSQL's advisory locks are numbers


def connect(url: str, *, read_only: bool = False) -> Engine:
    """An engine for a SQLAlchemy URL; SQLite in WAL mode, synced at every commit, overwriting what is deleted.

    Args:
        url: of the database.
        read_only: whether its folder cannot be written (SQLite).

    Raises:
        ConfigurationError: the URL is not understood.
    """
    try:
        engine = sa.create_engine(url)
        if engine.dialect.name == "sqlite" and read_only:
            engine = sa.create_engine(_read_only(Path(str(engine.url.database))))
    except sa.exc.ArgumentError as exc:
        raise ConfigurationError(f"the catalogue URL {url!r} is not understood: {exc}") from exc
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "handle_error", _damage_told)
        if not read_only:
            sa.event.listen(engine, "connect", _sqlite_pragmas)
    return engine


def _damage_told(context: sa.engine.ExceptionContext) -> None:
    """Say what to do when SQLite finds its file damaged, whichever statement finds it.

    Raises:
        StoreDamagedError: it does.
    """
    found = context.original_exception
    if getattr(found, "sqlite_errorcode", None) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        raise StoreDamagedError(
            f"目録 catalogue.db が壊れています（{found}）。toben restore で最後のバックアップから戻してください。"
        ) from found


def _read_only(path: Path) -> str:
    """The URL by which a SQLite file is opened that cannot be written.

    SQLite needs its log beside it, with an index that it would make anew. Where there is no log, nobody can be
    writing either, and the file is taken as it is.
    """
    log = path.with_name(f"{path.name}-wal")
    how = "mode=ro" if log.exists() and log.stat().st_size else "immutable=1"
    return f"sqlite:///file:{quote(str(path))}?{how}&uri=true"


def _sqlite_pragmas(connection: Any, _record: object) -> None:
    for pragma in ("busy_timeout=30000", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
    log_ahead(connection)


def log_ahead(connection: sqlite3.Connection, *, wait_s: float = 30.0) -> None:
    """Have a SQLite file write its changes to a log first (WAL), so that readers need not wait for a writer.

    The first that open a new file do it at the same moment. Of two that hold each other up SQLite turns one away at
    once, whatever its busy timeout, since waiting would not help; it is tried again here.

    Args:
        connection: to the file.
        wait_s: seconds after which the file counts as locked for good.

    Raises:
        sqlite3.OperationalError: it is.
    """
    tried = retry(
        retry=retry_if_exception(_busy),
        stop=stop_after_delay(wait_s),
        wait=wait_random(0.01, 0.1),
        reraise=True,
    )
    tried(connection.execute)("PRAGMA journal_mode=WAL")


def _busy(found: BaseException) -> bool:
    """Whether SQLite turned somebody away because another was at work; the low byte is the code without its detail."""
    return getattr(found, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


def check(engine: Engine) -> None:
    """Look whether a SQLite file can be read at all: a damaged store must not serve.

    Raises:
        StoreDamagedError: it cannot.
    """
    if engine.dialect.name != "sqlite" or engine.url.database in (None, "", ":memory:"):
        return
    path = Path(unquote(str(engine.url.database).removeprefix("file:")))
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        return
    try:
        with engine.connect() as connection:
            first = connection.exec_driver_sql("PRAGMA schema_version").scalar()
    except sa.exc.DatabaseError as exc:
        raise StoreDamagedError(f"{path.name} cannot be read ({exc.orig}); restore the last backup") from exc
    if first is None:
        raise StoreDamagedError(f"{path.name} cannot be read; restore the last backup")


def migrate(engine: Engine, *, read_only: bool = False) -> None:
    """Bring the tables to the newest revision.

    Raises:
        CatalogueError: the store was written by a newer program.
        StoreReadOnlyError: there is something to do, and nothing may be written.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    script = ScriptDirectory.from_config(config)
    if _revision(engine, script) == script.get_current_head():
        return
    if read_only:
        raise StoreReadOnlyError("保存先に書き込めないため、目録を作ることも新しい形にすることもできません。")
    with _alone(engine):
        if _revision(engine, script) != script.get_current_head():
            with engine.begin() as connection:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")


def _revision(engine: Engine, script: ScriptDirectory) -> str | None:
    """The revision of the tables; None where there are none.

    Raises:
        CatalogueError: this program does not know it.
    """
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in {revision.revision for revision in script.walk_revisions()}:
        raise CatalogueError(
            f"保存先は、より新しいプログラムで作られています（{current}）。プログラムを新しくしてください。"
        )
    return current


_MIGRATING = threading.Lock()
"""Alembic keeps what it works on in module globals: one migration at a time in this process."""


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    """Nobody else makes or changes tables meanwhile; other processes that open the store wait."""
    with _MIGRATING:
        if engine.dialect.name == "sqlite":
            with FileLock(f"{engine.url.database}.lock"):
                yield
            return
        with engine.connect() as connection:  # held until the connection goes back
            connection.exec_driver_sql(f"SELECT pg_advisory_lock({_ADVISORY})")
            try:
                yield
            finally:
                connection.exec_driver_sql(f"SELECT pg_advisory_unlock({_ADVISORY})")
