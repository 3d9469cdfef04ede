"""The OpenAPI document: a golden file, and a service that keeps to it whatever it is sent.

``REWRITE_GOLDEN=1 pytest tests/api/test_contract.py`` writes the golden file anew; review it as a diff.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from api.app import create_app
from api.keys import SCOPES, Key, KeyFile
from api.services import Services
from api.settings import HttpSettings, Settings
from tests.api.conftest import DIRECTORY
from tests.api.fake import NOON, FakeEngine, FeedbackList
from tests.api.keeping import history

GOLDEN = Path(__file__).parent / "golden" / "openapi.json"
CHECKS = (
    not_a_server_error,
    allow_header_conformance,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    unsupported_method,
)


@dataclass(frozen=True)
class AnyKey:
    """Keys for the tests: the id of a principal is its token."""

    def check(self, token: str, today: date) -> Key:
        return Key(token, token, SCOPES, "", today, today)


def make() -> FastAPI:
    """The application without a rate."""
    unlimited = HttpSettings(questions_per_minute=0, questions_per_day=0)
    engine = FakeEngine()
    return create_app(
        Services(
            engine=engine,
            settings=Settings(http=unlimited),
            directory=lambda: DIRECTORY,
            feedback=FeedbackList(),
            keys=cast(KeyFile, AnyKey()),
            history=history(engine),
            now=lambda: NOON,
        )
    )


schema = schemathesis.openapi.from_asgi("/openapi.json", make())


def test_the_document_is_the_golden_one(app: FastAPI) -> None:
    text = json.dumps(app.openapi(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if os.environ.get("REWRITE_GOLDEN") == "1":
        GOLDEN.write_text(text, encoding="utf-8")
    assert GOLDEN.read_text(encoding="utf-8") == text


def test_every_route_for_programs_is_in_the_document(app: FastAPI) -> None:
    paths = app.openapi()["paths"]
    for path in (
        "/v1/query",
        "/v1/search",
        "/v1/chat/completions",
        "/v1/models",
        "/v1/documents",
        "/v1/feedback",
    ):
        assert path in paths


def test_names_are_clean(app: FastAPI) -> None:
    document = app.openapi()
    operations = [one["operationId"] for path in document["paths"].values() for one in path.values()]
    assert len(set(operations)) == len(operations)
    assert all(name.isidentifier() for name in operations)
    assert "HTTPValidationError" not in document["components"]["schemas"]
    assert not any("__" in name or "-" in name for name in document["components"]["schemas"])


def test_the_examples_of_the_document_run(public: TestClient, app: FastAPI) -> None:
    sent = []
    for path, operations in app.openapi()["paths"].items():
        body = operations.get("post", {}).get("requestBody")
        for example in (
            body["content"].get("application/json", {}).get("examples", {}).values() if body else []
        ):
            response = public.post(path, json=example["value"])
            assert response.status_code in (200, 201), (path, response.text)
            sent.append(path)
    assert set(sent) == {"/v1/query", "/v1/search", "/v1/chat/completions", "/v1/feedback"}


@pytest.mark.parametrize("user", ["", "operator"])
@schema.parametrize()
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_service_keeps_to_the_document(case: Any, user: str) -> None:
    for name in ("X-Toben-User", "Authorization"):
        case.headers.pop(name, None)
    headers = {"Authorization": f"Bearer {user}"} if user else {}
    case.call_and_validate(checks=CHECKS, headers=headers)
