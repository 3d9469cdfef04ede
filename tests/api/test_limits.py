"""Rates and lines."""

from __future__ import annotations

import threading
from dataclasses import replace

import anyio
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.errors import OverloadedError, RateLimitError
from api.limits import Meter, Turnstile
from api.services import Services
from api.settings import HttpSettings, Settings


class Clock:
    """Seconds set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_refills_evenly() -> None:
    clock = Clock()
    meter = Meter(2, 60.0, clock)
    meter.take("a")
    meter.take("a")
    with pytest.raises(RateLimitError) as caught:
        meter.take("a")
    assert caught.value.retry_after_s == 30
    clock.now = 30.0
    meter.take("a")


def test_one_asker_does_not_use_up_anothers_share() -> None:
    meter = Meter(1, 60.0, Clock())
    meter.take("a")
    meter.take("b")
    with pytest.raises(RateLimitError):
        meter.take("a")


def test_no_limit_is_no_limit() -> None:
    meter = Meter(0, 60.0, Clock())
    for _ in range(1000):
        meter.take("a")


def test_questions_beyond_the_rate_get_429_and_when_to_try_again(services: Services) -> None:
    limited = replace(services, settings=Settings(http=HttpSettings(questions_per_minute=2)))
    client = TestClient(create_app(limited))
    statuses = [client.post("/v1/query", json={"question": "a"}).status_code for _ in range(2)]
    refused = client.post("/v1/search", json={"question": "a"})
    assert statuses == [200, 200]
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "30")
    assert refused.json()["error"]["code"] == "rate_limited"
    assert client.get("/v1/documents").status_code == 200


def test_a_full_line_turns_people_away() -> None:
    async def scenario() -> list[str]:
        turnstile = Turnstile(workers=1, waiting=1)
        go = threading.Event()
        outcomes: list[str] = []

        async def one(name: str) -> None:
            try:
                await turnstile.run(go.wait)
                outcomes.append(f"{name} served")
            except OverloadedError:
                outcomes.append(f"{name} refused")
                go.set()

        async with anyio.create_task_group() as group:
            for name in ("first", "second", "third"):
                group.start_soon(one, name)
                await anyio.wait_all_tasks_blocked()
        return outcomes

    assert anyio.run(scenario) == ["third refused", "first served", "second served"]
