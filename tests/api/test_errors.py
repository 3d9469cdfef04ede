"""The error table, the one shape, and that nothing of a request or of a fault gets into an error."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

import corpus
import ingest
import rag
from api.errors import TABLE, outcome_of
from corpus.errors import IndexNotReadyError, StoreBusyError, TobenError
from tests.api.fake import FakeEngine

CANARY = "ひみつの合言葉"


def every_error(base: type[Exception]) -> Iterator[type[Exception]]:
    """`base` and all below it."""
    yield base
    for below in base.__subclasses__():
        yield from every_error(below)


def import_everything() -> None:
    """Import the errors of every package, so that no subclass is missed."""
    for package in (corpus, ingest, rag):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if found.name.endswith("errors"):
                importlib.import_module(found.name)


def test_every_error_of_the_project_is_in_the_table() -> None:
    import_everything()
    doors = {"api", "corpus", "ingest", "rag"}  # the bench is never reached over HTTP
    ours = [cls for cls in every_error(TobenError) if cls.__module__.split(".")[0] in doors]
    assert len(ours) > 15
    assert [cls.__name__ for cls in ours if cls not in TABLE] == []


def test_an_error_outside_the_table_is_an_internal_one() -> None:
    assert outcome_of(ZeroDivisionError()).status == 500


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nothing", 404, "not_found"),
        ("GET", "/v1/documents/none", 404, "not_found"),
        ("GET", "/v1/query", 405, "method_not_allowed"),
        ("DELETE", "/v1/passages/none", 405, "method_not_allowed"),
        ("POST", "/v1/query", 422, "invalid_request"),
        ("GET", "/static/none.js", 404, "not_found"),
        ("GET", "/static/../app.py", 404, "not_found"),
    ],
)
def test_errors_have_one_shape(public: TestClient, method: str, path: str, status: int, code: str) -> None:
    response = public.request(method, path)
    assert response.status_code == status
    assert set(response.json()) == {"error"}
    error = response.json()["error"]
    assert set(error) == {"code", "message", "request_id"}
    assert error["code"] == code
    assert error["request_id"] == response.headers["x-request-id"]


@pytest.mark.parametrize(
    "body",
    [
        b'{"question": ',
        b"\xff\xfe",
        b'{"question": "\xff"}',
        b"[" * 100_000,
        b"null",
        b'"question"',
        b"",
        b'{"question": "\\ud800"}',
        b'{"question": NaN}',
        b'{"question": "' + b"a" * 1_000_000 + b'"}',
        b'{"question": "a", "top_k": 0}',
        b'{"question": "a", "top_k": 1e400}',
        b'{"question": "a", "history": [' + b"{}," * 10_000 + b"{}]}",
        b'{"question": "a", "department": "x"}',
        b'{"question": "a", "filters": {"label": "open"}}',
        b'{"question": "a", "filters": {"from": "2024-02-30"}}',
    ],
    ids=lambda body: repr(body[:30]),
)
def test_hostile_bodies_are_refused_as_the_callers_fault(public: TestClient, body: bytes) -> None:
    response = public.post("/v1/query", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code in (400, 422)
    assert response.json()["error"]["code"] in ("bad_request", "invalid_request")


def test_a_wrong_body_is_told_the_fields_but_not_its_own_words(public: TestClient) -> None:
    body = {"question": "a", "top_k": CANARY, "filters": {CANARY: 1, "kinds": [CANARY]}}
    message = public.post("/v1/query", json=body).json()["error"]["message"]
    assert "top_k" in message
    assert "filters.kinds" in message
    assert CANARY not in message


def test_a_long_body_is_refused(public: TestClient) -> None:
    response = public.post("/v1/query", content=b"x" * (4 * 1024 * 1024 + 1))
    assert response.status_code == 413
    assert response.json()["error"]["code"] == "too_large"


def test_a_long_body_without_a_length_is_refused(public: TestClient) -> None:
    pieces = (b"x" * 1_000_000 for _ in range(6))
    response = public.post("/v1/query", content=pieces, headers={"Content-Type": "application/json"})
    assert response.status_code == 413


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (RuntimeError(CANARY), 500, "internal_error"),
        (StoreBusyError(CANARY), 503, "unavailable"),
        (IndexNotReadyError(CANARY), 503, "not_ready"),
    ],
)
def test_a_fault_of_the_engine_gives_constant_words(
    public: TestClient,
    engine: FakeEngine,
    capsys: pytest.CaptureFixture[str],
    fault: Exception,
    status: int,
    code: str,
) -> None:
    def fail() -> None:
        raise fault

    engine.before = fail
    response = public.post("/v1/query", json={"question": "a"})
    assert response.status_code == status
    assert response.json()["error"]["code"] == code
    logged = "".join(capsys.readouterr())
    assert type(fault).__name__ in logged
    assert CANARY not in response.text + logged
