"""API keys: what is kept, how long they work, how they end."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from api.errors import IdentityError
from api.keys import KeyFile
from corpus.errors import ConfigurationError

TODAY = date(2025, 7, 1)
MONTH = TODAY + timedelta(days=30)


def test_a_token_works_from_its_first_to_its_last_day(tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "keys.json")
    key, token = keys.create("clerk", scopes=["ask", "read"], today=TODAY, expires_on=MONTH)
    assert keys.check(token, TODAY).principal_id == "clerk"
    assert keys.check(token, MONTH).id == key.id
    for day in (TODAY - timedelta(days=1), MONTH + timedelta(days=1)):
        with pytest.raises(IdentityError):
            keys.check(token, day)


def test_the_token_is_not_in_the_file_and_the_file_is_private(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    _, token = KeyFile(path).create("clerk", scopes=["ask"], today=TODAY, expires_on=MONTH)
    assert token.rsplit("_", 1)[1] not in path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o077 == 0


def test_revoking_acts_at_once_in_another_process_too(tmp_path: Path) -> None:
    one, other = KeyFile(tmp_path / "keys.json"), KeyFile(tmp_path / "keys.json")
    key, token = one.create("clerk", scopes=["ask"], today=TODAY, expires_on=MONTH)
    assert other.check(token, TODAY)
    one.revoke(key.id)
    with pytest.raises(IdentityError):
        other.check(token, TODAY)


def test_a_secret_of_one_key_does_not_open_another(tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "keys.json")
    one, token = keys.create("clerk", scopes=["ask"], today=TODAY, expires_on=MONTH)
    other, _ = keys.create("personnel", scopes=["ask"], today=TODAY, expires_on=MONTH)
    with pytest.raises(IdentityError):
        keys.check(token.replace(one.id, other.id), TODAY)


@pytest.mark.parametrize(
    ("scopes", "last"), [([], MONTH), (["admin"], MONTH), (["ask"], TODAY - timedelta(days=1))]
)
def test_a_key_without_use_is_not_made(tmp_path: Path, scopes: list[str], last: date) -> None:
    with pytest.raises(ConfigurationError):
        KeyFile(tmp_path / "keys.json").create("clerk", scopes=scopes, today=TODAY, expires_on=last)


def test_a_damaged_file_opens_nothing(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text('[{"id": "a"}]', encoding="utf-8")
    with pytest.raises(ConfigurationError):
        KeyFile(path).check("toben_a_b", TODAY)


def test_there_is_nothing_to_revoke_without_a_key(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError):
        KeyFile(tmp_path / "keys.json").revoke("none")
