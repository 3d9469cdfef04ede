"""The database behind the catalogue: connections, a first look at the file, migrations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Engine

from corpus.errors import CatalogueError, ConfigurationError, StoreDamagedError


def connect(url: str) -> Engine:
    """An engine for a SQLAlchemy URL; SQLite in WAL mode, synced at every commit, overwriting what is deleted.

    Raises:
        ConfigurationError: the URL is not understood.
    """
    try:
        engine = sa.create_engine(url)
    except sa.exc.ArgumentError as exc:
        raise ConfigurationError(f"the catalogue URL {url!r} is not understood: {exc}") from exc
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _sqlite_pragmas)
    return engine


def _sqlite_pragmas(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=30000",
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def check(engine: Engine) -> None:
    """Look whether a SQLite file can be read at all: a damaged store must not serve.

    Raises:
        StoreDamagedError: it cannot.
    """
    if engine.dialect.name != "sqlite" or engine.url.database in (None, "", ":memory:"):
        return
    path = Path(str(engine.url.database))
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


def migrate(engine: Engine) -> None:
    """Bring the tables to the newest revision.

    Raises:
        CatalogueError: the store was written by a newer program.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    script = ScriptDirectory.from_config(config)
    with engine.begin() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        if current is not None and current not in {revision.revision for revision in script.walk_revisions()}:
            raise CatalogueError(
                f"this store was written by a newer program (revision {current}); update the program"
            )
        if current != script.get_current_head():
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
