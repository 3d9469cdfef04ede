"""Feedback keeps the narrowest audience of what it speaks of."""

from __future__ import annotations

import json
from pathlib import Path

from api.feedback import FeedbackFile
from api.services import Feedback
from tests.api.conftest import As
from tests.api.fake import NOON, FeedbackList, passages_of
from tests.api.town import TOWN

OPEN, CLOSED = (passages_of(TOWN[i])[0].id for i in (0, 3))


def test_feedback_inherits_the_audience_of_the_sources(client_as: As, feedback: FeedbackList) -> None:
    body = {
        "request_id": "r",
        "rating": "bad",
        "comment": "古い",
        "question": "q",
        "passage_ids": [OPEN, CLOSED],
    }
    assert client_as("personnel").post("/v1/feedback", json=body).status_code == 201
    (item,) = feedback.items
    assert (item.principal_id, item.audience, item.comment) == ("personnel", "dept:総務部人事課", "古い")


def test_feedback_on_what_one_may_not_read_is_like_on_nothing(client_as: As, feedback: FeedbackList) -> None:
    same = {"X-Request-ID": "same-request-id"}
    answers = [
        client_as("clerk").post(
            "/v1/feedback", headers=same, json={"request_id": "r", "rating": "good", "passage_ids": [one]}
        )
        for one in (CLOSED, "p00000000")
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert feedback.items == []


def test_the_audience_is_not_the_callers_to_say(client_as: As) -> None:
    body = {"request_id": "r", "rating": "good", "audience": "public"}
    assert client_as("clerk").post("/v1/feedback", json=body).status_code == 422


def test_feedback_is_kept_a_line_each_in_a_private_file(tmp_path: Path) -> None:
    path = tmp_path / "new" / "feedback.jsonl"
    for comment in ("一行\n二行", "次"):
        FeedbackFile(path).add(Feedback("r", "clerk", "good", comment, "q", ("p",), "public", NOON))
    kept = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [item["comment"] for item in kept] == ["一行\n二行", "次"]
    assert kept[0]["given_at"] == "2025-07-01T12:00:00"
    assert path.stat().st_mode & 0o077 == 0
