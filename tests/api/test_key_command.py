"""``toben key``: a key that is made works, is listed without its secret, and ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from api.errors import IdentityError
from api.keys import KeyFile
from api.settings import Settings

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs ``toben key`` over a data folder with one person."""
    (tmp_path / "principals.yaml").write_text("principals: [{id: aoki}]", encoding="utf-8")
    return lambda *words: CliRunner().invoke(app, ["key", *words, "--data-dir", str(tmp_path)])


def office_day() -> date:
    """Today where the office is: keys begin there, whatever the zone of this machine."""
    return datetime.now(ZoneInfo(Settings().timezone)).date()


def test_a_key_is_shown_once_and_works_until_it_is_revoked(run: Run, tmp_path: Path) -> None:
    made = json.loads(run("create", "aoki", "--scope", "ask", "--note", "検証", "--json").stdout)
    keys = KeyFile(tmp_path / "keys.json")
    assert keys.check(made["token"], office_day()).principal_id == "aoki"
    listed = run("list", "--json").stdout
    assert json.loads(listed)["keys"][0]["note"] == "検証"
    assert made["token"].rsplit("_", 1)[1] not in listed
    assert run("revoke", made["id"]).exit_code == 0
    with pytest.raises(IdentityError):
        keys.check(made["token"], office_day())


@pytest.mark.parametrize(
    "words", [("create", "nobody"), ("create", "aoki", "--scope", "root"), ("revoke", "none")]
)
def test_wrong_usage_ends_with_2(run: Run, words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 2
