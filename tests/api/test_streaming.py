"""Frames: where they begin and end, and when they stop."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from api.app import create_app
from api.services import Services
from api.streaming import frame
from corpus.disclosure import Principal
from tests.api.fake import FakeEngine


@dataclass
class Narrowed(FakeEngine):
    """Somebody closes the source of an answer after `allowed` frames."""

    allowed: int = 0

    def allows(self, principal: Principal, passage_ids: Sequence[str]) -> bool:
        assert passage_ids
        self.allowed -= 1
        return self.allowed >= 0


LUNCH = {"question": "学校給食費の無償化はいつから始まりますか。", "stream": True}


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_can_break_out_of_its_frame(text: str) -> None:
    sent = frame("sentence", {"text": text}).decode()
    assert sent.count("\n") == 3
    assert sent.endswith("\n\n")
    assert json.loads(sent.splitlines()[1].removeprefix("data: ")) == {"text": text}


def test_a_narrowing_under_way_cuts_the_stream_with_a_neutral_notice(services: Services) -> None:
    client = TestClient(create_app(replace(services, engine=Narrowed(allowed=2))))
    frames = client.post("/v1/query", json=LUNCH).text.strip().split("\n\n")
    names = [lines.split("\n")[0] for lines in frames]
    assert names == ["event: meta", "event: sentence", "event: error"]
    assert '"code": "unavailable"' in frames[-1]


def test_a_narrowing_before_the_first_frame_lets_nothing_out(services: Services) -> None:
    client = TestClient(create_app(replace(services, engine=Narrowed(allowed=0))))
    text = client.post("/v1/query", json=LUNCH).text
    assert text.startswith("event: error")
    assert "給食" not in text
