"""Login at a real OpenID provider on this machine, and tokens that are not good."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import anyio
import httpx2
import pytest
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from oidc_provider_mock import User, run_server_in_thread

from api.app import create_app
from api.auth import Directory, Grant
from api.errors import IdentityError, ProviderError
from api.login import Login, _Provider
from api.services import Services
from api.settings import OidcSettings, Settings
from tests.api.conftest import DIRECTORY

STAFFING = "窓口部門の職員配置は何名減りますか。"
SITE = "https://toben.example"
SECRET = "s" * 32
PEOPLE = (
    User(sub="u-1", claims={"name": "白石 学", "groups": ["grp-personnel", "grp-other"]}),
    User(sub="u-2", claims={"name": "外部 太郎", "groups": ["grp-other"]}),
    User(sub="u-3", claims={"name": "兼務 多", "groups": ["grp-personnel", *map(str, range(200))]}),
    User(sub="clerk", claims={"name": "別名", "groups": ["grp-personnel"]}),
)
GRANTS = {"grp-personnel": Grant(departments=frozenset({"総務部人事課"}))}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The address of the provider."""
    with run_server_in_thread(user_claims=PEOPLE, require_nonce=True) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def client(services: Services, issuer: str) -> TestClient:
    """A browser of somebody far away, over https."""
    oidc = OidcSettings(issuer=issuer, client_id="toben", client_secret="c", session_secret=SECRET)
    settings = Settings(oidc=oidc, public_url=SITE)
    app = create_app(
        replace(services, settings=settings, directory=lambda: Directory(DIRECTORY.callers, GRANTS))
    )
    return TestClient(app, base_url=SITE, client=("10.0.0.7", 1), headers={"Sec-Fetch-Site": "same-origin"})


def consent(address: str, sub: str) -> str:
    """Where the provider sends the browser back to, after the person said yes."""
    return httpx2.post(address, data={"sub": sub}).headers["location"]


def log_in(client: TestClient, sub: str) -> httpx2.Response:
    """Go through the login as the person `sub`."""
    started = client.get("/login", follow_redirects=False)
    return client.get(consent(started.headers["location"], sub), follow_redirects=False)


def test_a_person_logs_in_and_reads_what_the_groups_mean(client: TestClient) -> None:
    assert client.get("/v1/me").json()["login"] == "out"
    assert log_in(client, "u-1").headers["location"] == "/"
    me = client.get("/v1/me").json()
    assert (me["id"], me["name"], me["departments"], me["login"]) == (
        "u-1",
        "白石 学",
        ["総務部人事課"],
        "in",
    )
    answer = client.post("/v1/query", json={"question": STAFFING}).json()["answer"]
    assert answer["audience"] == "dept:総務部人事課"


@pytest.mark.parametrize("sub", ["u-2", "u-3", "newcomer"])
def test_without_a_known_group_or_with_too_many_a_person_reads_what_the_public_reads(
    client: TestClient, sub: str
) -> None:
    log_in(client, sub)
    me = client.get("/v1/me").json()
    assert (me["id"], me["departments"], me["staff"]) == (sub, [], False)
    assert client.post("/v1/query", json={"question": STAFFING}).json()["answer"] is None


def test_somebody_of_the_principals_file_is_taken_from_there(client: TestClient) -> None:
    log_in(client, "clerk")
    assert client.get("/v1/me").json()["departments"] == ["政策部情報政策課"]


def test_the_login_asks_with_pkce_state_and_nonce(client: TestClient) -> None:
    asked = parse_qs(urlsplit(client.get("/login", follow_redirects=False).headers["location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [f"{SITE}/login/callback"]
    for name in ("code_challenge", "state", "nonce"):
        assert len(asked[name][0]) >= 43


def test_cookies_are_for_this_site_over_https_and_not_for_scripts(client: TestClient) -> None:
    started = client.get("/login", follow_redirects=False)
    finished = client.get(consent(started.headers["location"], "u-1"), follow_redirects=False)
    for cookie in (started.headers["set-cookie"], finished.headers.get_list("set-cookie")[-1]):
        for word in ("HttpOnly", "Secure", "SameSite=lax"):
            assert word in cookie


def test_a_code_for_another_browser_is_refused(client: TestClient) -> None:
    stolen = consent(client.get("/login", follow_redirects=False).headers["location"], "u-1")
    client.cookies.clear()
    assert client.get(stolen, follow_redirects=False).status_code == 401
    client.get("/login", follow_redirects=False)
    assert client.get(stolen, follow_redirects=False).status_code == 401


def test_a_code_works_once(client: TestClient) -> None:
    started = client.get("/login", follow_redirects=False)
    back = consent(started.headers["location"], "u-1")
    attempt = client.cookies.get("toben_login")
    assert client.get(back, follow_redirects=False).status_code == 303
    client.cookies.clear()
    client.cookies.set("toben_login", attempt, domain="toben.example", path="/login/callback")
    assert client.get(back, follow_redirects=False).status_code == 401


def test_a_session_with_a_forged_signature_is_nobody(client: TestClient) -> None:
    log_in(client, "u-1")
    good = client.cookies.get("toben_session")
    client.cookies.clear()
    client.cookies.set("toben_session", good[:-2] + "AA", domain="toben.example")
    assert client.get("/v1/me").json()["id"] == "public"


def test_a_session_ends_with_its_hours(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    log_in(client, "u-1")
    kept = {"Cookie": f"toben_session={client.cookies.get('toben_session')}"}
    client.cookies.clear()
    now = time.time()
    for hours, known in ((8, "u-1"), (10, "public")):
        monkeypatch.setattr("time.time", lambda hours=hours: now + hours * 3600)
        assert client.get("/v1/me", headers=kept).json()["id"] == known


def test_logout_ends_the_session_and_has_the_browser_forget(client: TestClient) -> None:
    log_in(client, "u-1")
    left = client.post("/logout")
    assert (left.status_code, left.headers["clear-site-data"]) == (204, '"cache", "cookies", "storage"')
    assert client.get("/v1/me").json()["id"] == "public"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": SITE},
    ],
)
def test_another_site_cannot_ask_with_the_session(client: TestClient, headers: dict[str, str]) -> None:
    log_in(client, "u-1")
    for path, body in (("/v1/query", {"question": STAFFING}), ("/logout", None)):
        refused = client.post(path, json=body, headers=headers)
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "cross_site")


def test_an_old_browser_is_known_by_its_origin(client: TestClient) -> None:
    log_in(client, "u-1")
    del client.headers["Sec-Fetch-Site"]
    asked = {"question": STAFFING}
    assert client.post("/v1/query", json=asked, headers={"Origin": SITE}).status_code == 200
    assert client.post("/v1/query", json=asked, headers={"Origin": "https://evil.example"}).status_code == 403
    assert client.post("/v1/query", json=asked).status_code == 403


def test_without_a_provider_there_is_no_login(public: TestClient) -> None:
    for method, path in (("GET", "/login"), ("GET", "/login/callback"), ("POST", "/logout")):
        assert public.request(method, path).status_code == 404
    assert public.get("/v1/me").json()["login"] == "none"


def test_a_provider_that_is_down_lets_nobody_in(services: Services) -> None:
    oidc = OidcSettings(issuer="http://127.0.0.1:9", client_id="toben", session_secret=SECRET)
    client = TestClient(create_app(replace(services, settings=Settings(oidc=oidc))))
    assert client.get("/login", follow_redirects=False).json()["error"]["code"] == "login_unavailable"
    token = {"Authorization": "Bearer a.b.c"}
    assert client.get("/v1/me", headers=token).status_code == 503
    assert client.get("/v1/me").json()["id"] == "public"


KEY = RSAKey.generate_key(2048, {"kid": "good"})
STRANGE = RSAKey.generate_key(2048, {"kid": "good"})
ISSUER = "https://idp.example"
GOOD = {"iss": ISSUER, "aud": "toben", "sub": "u-1", "groups": ["grp-personnel"]}


@pytest.fixture
def login(monkeypatch: pytest.MonkeyPatch) -> Login:
    """A login whose provider publishes one key."""

    async def get(self: _Provider, address: str) -> dict[str, Any]:
        if address.endswith("/jwks"):
            return dict(KeySet([KEY]).as_dict(private=False))
        return {name: f"{ISSUER}/{name}" for name in ("authorization_endpoint", "token_endpoint")} | {
            "issuer": ISSUER,
            "jwks_uri": f"{ISSUER}/jwks",
        }

    monkeypatch.setattr(_Provider, "_get", get)
    return Login(OidcSettings(issuer=ISSUER, client_id="toben", session_secret=SECRET), SITE)


def token(key: Any = KEY, algorithm: str = "RS256", **changes: Any) -> str:
    """A token with some claims changed; None takes a claim away."""
    claims = {**GOOD, "exp": int(time.time()) + 86_400, **changes}
    kept = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode({"alg": algorithm, "kid": "good"}, kept, key, algorithms=[algorithm])


def by_secret(secret: bytes, algorithm: str = "HS256") -> str:
    """A token signed with a secret, put together by hand: the library refuses to."""
    parts = ({"alg": algorithm, "kid": "good"}, {**GOOD, "exp": int(time.time()) + 86_400})
    text = ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts
    )
    signature = hmac.digest(secret, text.encode(), "sha256") if algorithm != "none" else b""
    return f"{text}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def test_a_good_token_names_its_person(login: Login) -> None:
    person = anyio.run(login.bearer, token())
    assert (person.user_id, person.groups) == ("u-1", ("grp-personnel",))


@pytest.mark.parametrize(
    "bad",
    [
        token(exp=int(time.time()) - 600),
        token(exp=None),
        token(aud="other"),
        token(aud=None),
        token(iss="https://evil.example"),
        token(iss=None),
        token(sub=None),
        token(sub=7),
        token(nbf=int(time.time()) + 86_400),
        token(STRANGE),
        by_secret(KEY.as_pem(private=False)),
        by_secret(SECRET.encode()),
        by_secret(b"", "none"),
        token()[:-4] + "AAAA",
        "a.b.c",
        "..",
    ],
)
def test_a_token_that_is_not_good_is_refused(login: Login, bad: str) -> None:
    with pytest.raises(IdentityError):
        anyio.run(login.bearer, bad)


def test_a_provider_that_speaks_for_another_issuer_is_refused(
    login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def get(self: _Provider, address: str) -> dict[str, Any]:
        return {
            "issuer": "https://evil.example",
            "authorization_endpoint": "x",
            "token_endpoint": "x",
            "jwks_uri": "x",
        }

    monkeypatch.setattr(_Provider, "_get", get)
    with pytest.raises(ProviderError):
        anyio.run(login.bearer, token())


@pytest.mark.parametrize("change", [{"client_id": ""}, {"session_secret": None}, {"session_secret": "short"}])
def test_half_a_configuration_stops_the_start(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="oidc"):
        OidcSettings(**{"issuer": ISSUER, "client_id": "toben", "session_secret": SECRET} | change)
