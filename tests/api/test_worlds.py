"""Two worlds: with what a person may not read taken out of the town, every byte that person gets is the same.

The engine here is a test double; what is under test is that the doors add nothing of their own: no count,
header, frame or wording that depends on what is hidden.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import httpx2
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.services import Services
from api.settings import HttpSettings
from corpus.disclosure import PUBLIC, Principal, readable
from tests.api.conftest import CLERK, PERSONNEL
from tests.api.fake import NOON, FakeEngine, passages_of
from tests.api.town import TOWN, Record

WORDS = (
    "学校給食費の無償化はいつから始まりますか。",
    "窓口部門の職員配置は何名減りますか。",
    "生成AIの研修",
    "葉山清",
    "",
)
UNLIMITED = HttpSettings(questions_per_minute=0, questions_per_day=0)
NOT_COMPARED = {"server-timing"}


def world(services: Services, records: Sequence[Record], user: str) -> TestClient:
    """A client of an application over some records."""
    settings = services.settings.model_copy(update={"http": UNLIMITED})
    app = create_app(replace(services, engine=FakeEngine(records), settings=settings))
    headers = {"X-Request-ID": "same-request-id"} | ({"X-Toben-User": user} if user else {})
    return TestClient(app, base_url="http://localhost", headers=headers, client=("127.0.0.1", 1))


def requests() -> Iterator[tuple[str, str, object]]:
    """The same sequence for both worlds: every route, every id, in the words of open and of hidden text."""
    for words in WORDS:
        for extra in ({}, {"stream": True}, {"top_k": 1}, {"filters": {"departments": ["総務部人事課"]}}):
            yield "POST", "/v1/query", {"question": words, **extra}
        yield "POST", "/v1/search", {"question": words, "top_k": 50}
        for sort in ("relevance", "date_desc", "date_asc"):
            yield "POST", "/v1/search", {"question": f"職員|研修|{words or '学校'}", "sort": sort, "limit": 2}
        yield (
            "POST",
            "/v1/search",
            {"question": "職員|学校 -研修 発言者区分:執行機関", "offset": 1, "limit": 1},
        )
        for stream in (False, True):
            body = {"model": "toben", "messages": [{"role": "user", "content": words}], "stream": stream}
            yield "POST", "/v1/chat/completions", body
    for record in TOWN:
        yield "GET", f"/v1/documents/{record.id}", None
        for passage in passages_of(record):
            yield "GET", f"/v1/passages/{passage.id}", None
            yield "GET", f"/v1/passages/{passage.id}/thread", None
            rating = {"request_id": "r", "rating": "bad", "passage_ids": [passage.id]}
            yield "POST", "/v1/feedback", rating
    for limit in (1, 2, 3, 4):
        yield "GET", f"/v1/documents?limit={limit}", None
        yield "GET", f"/v1/documents?offset={limit}&meeting=打合せ", None
    for path in (
        "/",
        "/healthz",
        "/readyz",
        "/openapi.json",
        "/v1/me",
        "/v1/principals",
        "/v1/models",
        "/metrics",
    ):
        yield "GET", path, None


def seen(response: httpx2.Response) -> tuple[int, dict[str, str], bytes]:
    """All of a response that must not depend on what is hidden."""
    headers = {name: value for name, value in response.headers.items() if name not in NOT_COMPARED}
    return response.status_code, headers, response.content


@pytest.mark.parametrize("principal", [PUBLIC, CLERK, PERSONNEL], ids=lambda principal: principal.id)
def test_hidden_text_changes_no_byte(services: Services, principal: Principal) -> None:
    open_to = readable(principal, {record.compartment for record in TOWN}, NOON)
    without = [record for record in TOWN if record.compartment in open_to]
    user = "" if principal is PUBLIC else principal.id
    one, other = world(services, TOWN, user), world(services, without, user)
    different = [
        (method, path, body)
        for method, path, body in requests()
        if seen(one.request(method, path, json=body)) != seen(other.request(method, path, json=body))
    ]
    assert different == []


def test_the_comparison_sees_a_difference(services: Services) -> None:
    one, other = world(services, TOWN, "personnel"), world(services, TOWN[:3], "personnel")
    different = {
        path
        for method, path, body in requests()
        if seen(one.request(method, path, json=body)) != seen(other.request(method, path, json=body))
    }
    assert {
        "/v1/query",
        "/v1/search",
        "/v1/chat/completions",
        "/v1/feedback",
        "/v1/documents?limit=3",
    } <= different
