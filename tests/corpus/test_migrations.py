"""A store of every earlier release opens; one of a later program is refused; nothing begins anew by itself."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext

import corpus.database
from corpus import tables
from corpus.catalogue import Catalogue
from corpus.errors import CatalogueError


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'catalogue.db'}"


def upgraded(url: str, revision: str) -> sa.Engine:
    """A database as the release with that revision made it."""
    engine = sa.create_engine(url)
    config = Config()
    folder = Path(corpus.database.__file__).with_name("migrations")
    config.set_main_option("script_location", str(folder))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    return engine


def test_migrations_make_the_tables_that_the_program_uses(url: str) -> None:
    with Catalogue.open(url).read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables.metadata) == []


def test_a_store_of_the_first_release_opens_with_what_it_holds(url: str) -> None:
    engine = upgraded(url, "0001")
    with engine.begin() as connection:
        for statement in (
            "INSERT INTO sources VALUES ('s', '全庁', 'a.txt', 'x', 'live', '', '2025-01-01 00:00:00')",
            "INSERT INTO documents VALUES ('d', 's', '', '全庁', '題', 'minutes', '', '', NULL, '', '', 'public', 'open', '{}')",
            "INSERT INTO renditions VALUES ('d', 'public', 'open', '{}')",
        ):
            connection.exec_driver_sql(statement)
    opened = Catalogue.open(url)
    (row,) = opened.documents().values()
    assert (row.title, row.record_id, row.edition, row.superseded) == ("題", "", 1, False)
    assert opened.compartments() == {"public"}


def test_a_store_of_a_later_program_is_refused(url: str) -> None:
    Catalogue.open(url).close()
    with sa.create_engine(url).begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(CatalogueError, match="9999"):
        Catalogue.open(url)


def test_several_that_open_a_new_store_at_once_make_it_together(url: str) -> None:
    with ThreadPoolExecutor(6) as threads:
        opened = list(threads.map(lambda _: Catalogue.open(url), range(6)))
    assert len({each.identify("x") for each in opened}) == 1


def test_several_processes_that_open_a_new_store_at_once_make_it_together(url: str) -> None:
    code = f"from corpus.catalogue import Catalogue; print(Catalogue.open({url!r}).identify('x'))"
    running = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    ids = {process.communicate()[0].strip() for process in running}
    assert [process.returncode for process in running] == [0] * 4
    assert len(ids) == 1
