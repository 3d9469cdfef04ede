"""Rates and lines."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import anyio
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.errors import OverloadedError, RateLimitError
from api.limits import Meter, SharedMeter, Turnstile
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


def test_processes_of_one_store_count_together(tmp_path: Path) -> None:
    clock = Clock()
    one, two = (SharedMeter(tmp_path / "limits.db", 2, 60.0, clock) for _ in range(2))
    one.take("a")
    two.take("a")
    for meter in (one, two):
        with pytest.raises(RateLimitError) as caught:
            meter.take("a")
        assert caught.value.retry_after_s == 30
    two.take("b")
    clock.now = 30.0
    one.take("a")


def test_the_minute_and_the_day_are_counted_apart(tmp_path: Path) -> None:
    clock = Clock()
    minute, day = (SharedMeter(tmp_path / "limits.db", 1, period, clock) for period in (60.0, 86_400.0))
    minute.take("a")
    day.take("a")
    clock.now = 60.0
    minute.take("a")
    with pytest.raises(RateLimitError):
        day.take("a")


def test_after_a_restart_of_the_machine_a_bucket_fills_again(tmp_path: Path) -> None:
    clock = Clock()
    clock.now = 1e6
    SharedMeter(tmp_path / "limits.db", 1, 60.0, clock).take("a")
    clock.now = 5.0
    again = SharedMeter(tmp_path / "limits.db", 1, 60.0, clock)
    with pytest.raises(RateLimitError):
        again.take("a")
    clock.now = 65.0
    again.take("a")


def test_no_name_or_address_is_kept(tmp_path: Path) -> None:
    meter = SharedMeter(tmp_path / "limits.db", 5, 60.0, Clock())
    meter.take("address:192.0.2.7")
    rows = sqlite3.connect(tmp_path / "limits.db").execute("SELECT * FROM buckets").fetchall()
    assert len(rows) == 1
    assert "192.0.2.7" not in str(rows)


def test_without_the_file_each_process_counts_for_itself(tmp_path: Path) -> None:
    (tmp_path / "limits.db").mkdir()
    meter = SharedMeter(tmp_path / "limits.db", 1, 60.0, Clock())
    meter.take("a")
    with pytest.raises(RateLimitError):
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
