"""Who a request is taken for: denied cases beside the allowed ones."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import anyio
import pytest
from starlette.requests import HTTPConnection

from api.auth import Caller, Gate
from api.errors import IdentityError
from api.keys import KeyFile
from corpus.disclosure import PUBLIC
from tests.api.conftest import DIRECTORY

TODAY = date(2025, 7, 1)


def connection(
    headers: dict[str, str] | None = None, *, peer: str = "127.0.0.1", host: str = "localhost:8000"
) -> HTTPConnection:
    """A request as the server sees it."""
    pairs = {"host": host, **(headers or {})}
    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in pairs.items()]
    return HTTPConnection({"type": "http", "headers": raw, "client": (peer, 1)})


def who(request: HTTPConnection, *, user_header: bool = True, keys: KeyFile | None = None) -> str:
    """The id of the caller."""
    return caller(request, user_header=user_header, keys=keys).principal.id


def caller(request: HTTPConnection, *, user_header: bool = True, keys: KeyFile | None = None) -> Caller:
    """Who a request is taken for."""
    return anyio.run(Gate(DIRECTORY, TODAY, user_header, keys).identify, request)


def test_no_identity_is_the_public() -> None:
    assert caller(connection()).principal is PUBLIC


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.3.2.1", "::1"])
@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST"])
def test_the_user_header_counts_on_this_machine(peer: str, host: str) -> None:
    assert who(connection({"X-Toben-User": "clerk"}, peer=peer, host=host)) == "clerk"


@pytest.mark.parametrize("peer", ["10.0.0.5", "192.168.1.2", "::ffff:10.0.0.5", "testclient", ""])
def test_the_user_header_is_refused_from_elsewhere(peer: str) -> None:
    with pytest.raises(IdentityError):
        who(connection({"X-Toben-User": "clerk"}, peer=peer))


@pytest.mark.parametrize(
    "host", ["toben.example", "127.0.0.1.example", "localhost.evil.example:80", "", "127.0.0.2"]
)
def test_the_user_header_is_refused_under_another_name_of_this_machine(host: str) -> None:
    with pytest.raises(IdentityError):
        who(connection({"X-Toben-User": "clerk"}, host=host))


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via", "X-Forwarded-Host"])
def test_the_user_header_is_refused_through_a_proxy(name: str) -> None:
    with pytest.raises(IdentityError):
        who(connection({"X-Toben-User": "clerk", name: "127.0.0.1"}))


def test_the_user_header_is_refused_while_switched_off() -> None:
    with pytest.raises(IdentityError):
        who(connection({"X-Toben-User": "clerk"}), user_header=False)


@pytest.mark.parametrize("user", ["nobody", "", "public", "CLERK", "clerk "])
def test_an_unknown_user_is_refused_and_not_taken_for_the_public(user: str) -> None:
    with pytest.raises(IdentityError):
        who(connection({"X-Toben-User": user}))


def test_a_key_stands_for_its_principal(tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "keys.json")
    _, token = keys.create("clerk", scopes=["ask"], today=TODAY, expires_on=TODAY)
    found = caller(
        connection({"Authorization": f"Bearer {token}"}, peer="10.0.0.5"), user_header=False, keys=keys
    )
    assert (found.principal.id, found.scopes) == ("clerk", {"ask"})


@pytest.mark.parametrize(
    "authorization", ["Bearer nonsense", "Bearer ", "Basic YTpi", "Bearer toben_0_0", "Bearer é"]
)
def test_a_wrong_token_is_refused(tmp_path: Path, authorization: str) -> None:
    keys = KeyFile(tmp_path / "keys.json")
    for known in (keys, None):
        with pytest.raises(IdentityError):
            who(connection({"Authorization": authorization}), keys=known)


def test_two_identities_at_once_are_refused(tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "keys.json")
    _, token = keys.create("clerk", scopes=["ask"], today=TODAY, expires_on=TODAY)
    with pytest.raises(IdentityError):
        who(connection({"Authorization": f"Bearer {token}", "X-Toben-User": "personnel"}), keys=keys)


def test_a_key_of_somebody_who_left_the_file_is_refused(tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "keys.json")
    _, token = keys.create("left", scopes=["ask"], today=TODAY, expires_on=TODAY)
    with pytest.raises(IdentityError):
        who(connection({"Authorization": f"Bearer {token}"}), keys=keys)
