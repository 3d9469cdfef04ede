"""Every route declares who may use it, and the declaration is what is enforced."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import APIRouter, Depends, FastAPI
from fastapi.testclient import TestClient
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from api import policy
from api.app import create_app
from api.keys import KeyFile
from api.services import Services
from api.settings import Settings
from corpus.errors import ConfigurationError
from tests.api.conftest import As
from tests.api.fake import NOON


def test_an_undeclared_route_stops_the_application_from_starting(app: FastAPI) -> None:
    @app.get("/v1/secret")
    def secret() -> str:
        return "x"

    with pytest.raises(ConfigurationError, match="/v1/secret"), TestClient(app):
        pass


def test_an_undeclared_route_of_an_included_router_is_found(app: FastAPI) -> None:
    router = APIRouter(dependencies=[Depends(lambda: None)])
    router.add_api_route("/inner", lambda: "x")
    outer = APIRouter(prefix="/outer")
    outer.include_router(router)
    app.include_router(outer)
    with pytest.raises(ConfigurationError, match="/outer/inner"):
        policy.check(app)


@pytest.mark.parametrize(
    "route",
    [
        Mount("/files", PlainTextResponse("x"), name="files"),
        Route("/raw", PlainTextResponse("x"), name="raw"),
    ],
)
def test_an_unlisted_mount_is_found(app: FastAPI, route: Mount | Route) -> None:
    app.router.routes.append(route)
    with pytest.raises(ConfigurationError, match=r"/files|/raw"):
        policy.check(app)


def test_the_application_as_it_is_declares_everything(app: FastAPI) -> None:
    policy.check(app)


def test_metrics_exist_for_operators_only(client_as: As) -> None:
    assert client_as("operator").get("/metrics").status_code == 200
    same = {"X-Request-ID": "same-request-id"}
    for user in ("", "clerk"):
        hidden = client_as(user).get("/metrics", headers=same)
        assert hidden.status_code == 404
        assert hidden.content == client_as(user).get("/nothing", headers=same).content


def test_the_list_of_users_exists_only_while_the_user_header_is_on(
    services: Services, public: TestClient
) -> None:
    assert [p["id"] for p in public.get("/v1/principals").json()["principals"]] == [
        "clerk",
        "personnel",
        "operator",
    ]
    assert public.get("/v1/me").json()["user_switch"] is True
    off = create_app(replace(services, settings=Settings(user_header=False)))
    client = TestClient(off, base_url="http://localhost", client=("127.0.0.1", 1))
    assert client.get("/v1/principals").status_code == 404
    assert client.get("/v1/me").json()["user_switch"] is False


def test_the_list_of_users_is_not_for_other_machines(app: FastAPI) -> None:
    client = TestClient(app, base_url="http://localhost", client=("10.0.0.9", 1))
    assert client.get("/v1/principals").status_code == 404
    assert client.get("/v1/me").json()["user_switch"] is False


def test_an_identity_that_is_not_accepted_is_refused_everywhere_but_where_anyone_may(client_as: As) -> None:
    stranger = client_as("stranger")
    for path in ("/v1/documents", "/v1/me", "/metrics", "/mcp", "/v1/models"):
        response = stranger.get(path)
        assert (response.status_code, response.json()["error"]["code"]) == (401, "identity_not_accepted"), (
            path
        )
    assert stranger.get("/healthz").status_code == 200


def test_a_key_opens_only_what_its_scopes_name(services: Services, tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "keys.json")
    today = NOON.date()
    _, token = keys.create("operator", scopes=["read"], today=today, expires_on=today + timedelta(days=1))
    client = TestClient(
        create_app(replace(services, keys=keys)), headers={"Authorization": f"Bearer {token}"}
    )
    assert client.get("/v1/documents").status_code == 200
    for response in (
        client.post("/v1/query", json={"question": "a"}),
        client.get("/metrics"),
        client.get("/v1/models"),
    ):
        assert response.status_code == 403
        assert response.json()["error"]["code"] == "scope_missing"
