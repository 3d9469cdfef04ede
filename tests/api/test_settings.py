"""Settings: frozen, and no name that looks like one goes unnoticed."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from api.settings import Settings, refuse_unknown
from corpus.errors import ConfigurationError


def test_nested_values_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOBEN_HTTP__WORKERS", "7")
    monkeypatch.setenv("TOBEN_EXAMPLES", '["一つ", "二つ"]')
    assert Settings().http.workers == 7
    assert Settings().examples == ("一つ", "二つ")


@pytest.mark.parametrize(
    "name", ["TOBEN_PRINCIPAL_FILE", "TOBEN_HTTP_WORKERS", "TOBEN_HTTP__WORKER", "toben_nothing"]
)
def test_an_unknown_name_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        refuse_unknown({name: "1"})


def test_known_names_and_those_of_others_pass() -> None:
    refuse_unknown({"TOBEN_DATA_DIR": "x", "TOBEN_HTTP__WORKERS": "1", "TOBEN_SHARED": "x", "PATH": "x"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TOBEN_HTTP__WORKERS", "0"),
        ("TOBEN_PUBLIC_URL", "javascript:alert(1)"),
        ("TOBEN_HTTP", '{"worker": 1}'),
        ("TOBEN_USER_HEADER", "perhaps"),
    ],
)
def test_a_wrong_value_stops_the_start(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError):
        Settings()


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError):
        Settings().user_header = True
