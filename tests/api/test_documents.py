"""Reading by id: what is withheld is the same 404 as what does not exist."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import As
from tests.api.fake import passages_of
from tests.api.town import TOWN

MINUTES, PLAN, STAFF, PERSONNEL = TOWN
SAME = {"X-Request-ID": "same-request-id"}


def hidden_paths() -> list[tuple[str, str]]:
    """A path of withheld material beside one of nothing."""
    hidden = passages_of(PERSONNEL)[0].id
    return [
        (f"/v1/documents/{PERSONNEL.id}", "/v1/documents/d00000000"),
        (f"/v1/documents/{STAFF.id}", "/v1/documents/d00000000"),
        (f"/v1/passages/{hidden}", "/v1/passages/p00000000"),
        (f"/v1/passages/{hidden}/thread", "/v1/passages/p00000000/thread"),
    ]


@pytest.mark.parametrize(("hidden", "missing"), hidden_paths())
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize(
    "extra",
    [
        {},
        {"Range": "bytes=0-9"},
        {"If-None-Match": "*"},
        {"If-Modified-Since": "Mon, 01 Jan 2024 00:00:00 GMT"},
    ],
)
def test_withheld_and_missing_give_the_same_bytes(
    public: TestClient, hidden: str, missing: str, method: str, extra: dict[str, str]
) -> None:
    one, other = (public.request(method, path, headers=SAME | extra) for path in (hidden, missing))
    assert one.status_code == other.status_code
    assert one.status_code in (404, 405)
    assert one.content == other.content
    assert dict(one.headers) == dict(other.headers)


def test_withheld_looks_missing_to_staff_of_another_department(client_as: As) -> None:
    assert client_as("clerk").get(f"/v1/documents/{PERSONNEL.id}").status_code == 404
    assert client_as("personnel").get(f"/v1/documents/{PERSONNEL.id}").status_code == 200


@pytest.mark.parametrize("odd", ["%00", "..%2f..%2fetc", "%ff%fe", "a" * 5000, "%F0%9F%91%AA", "' OR 1=1"])
def test_odd_ids_are_missing(public: TestClient, odd: str) -> None:
    for path in (f"/v1/documents/{odd}", f"/v1/passages/{odd}"):
        assert public.get(path).status_code == 404


def test_the_list_holds_what_one_may_read_newest_first(client_as: As) -> None:
    def ids(user: str) -> list[str]:
        return [document["id"] for document in client_as(user).get("/v1/documents").json()["documents"]]

    assert ids("") == [PLAN.id, MINUTES.id]
    assert ids("clerk") == [STAFF.id, PLAN.id, MINUTES.id]
    assert ids("personnel") == [PERSONNEL.id, STAFF.id, PLAN.id, MINUTES.id]


def test_the_list_comes_in_pages(public: TestClient) -> None:
    first = public.get("/v1/documents", params={"limit": 1}).json()
    second = public.get("/v1/documents", params={"limit": 1, "offset": first["next_offset"]}).json()
    assert [d["id"] for d in first["documents"] + second["documents"]] == [PLAN.id, MINUTES.id]
    assert second["next_offset"] is None


def test_the_list_is_narrowed_by_day_meeting_and_kind(public: TestClient) -> None:
    for query in (
        {"to": "2024-12-31"},
        {"meeting": "市議会"},
        {"kind": "minutes"},
        {"speaker": "早瀬"},
        {"department": "議会"},
    ):
        documents = public.get("/v1/documents", params=query).json()["documents"]
        assert [document["id"] for document in documents] == [MINUTES.id], query


@pytest.mark.parametrize(
    "query", [{"limit": 0}, {"limit": 1000}, {"offset": -1}, {"kind": "secret"}, {"from": "x"}]
)
def test_a_wrong_condition_is_refused(public: TestClient, query: dict[str, object]) -> None:
    assert public.get("/v1/documents", params=query).status_code == 422


def test_a_document_has_contents_and_speeches(public: TestClient) -> None:
    body = public.get(f"/v1/documents/{MINUTES.id}").json()
    assert [section["title"] for section in body["sections"]] == ["日程第1", "一般質問"]
    assert body["utterances"][body["sections"][1]["utterance"]]["speaker"] == "若林みどり"
    for utterance in body["utterances"]:
        assert utterance["end"] - utterance["start"] == len(utterance["text"])


def test_a_thread_puts_the_question_and_its_answer_together(public: TestClient) -> None:
    answer = next(p for p in passages_of(MINUTES) if "3億2,400万円" in p.text)
    body = public.get(f"/v1/passages/{answer.id}/thread").json()
    assert "いつから始めるのか" in body["questions"][0]["text"]
    assert any("3億2,400万円" in passage["text"] for passage in body["answers"])


def test_a_passage_without_an_exchange_has_an_empty_thread(public: TestClient) -> None:
    body = public.get(f"/v1/passages/{passages_of(PLAN)[0].id}/thread").json()
    assert (body["questions"], body["answers"]) == ([], [])
