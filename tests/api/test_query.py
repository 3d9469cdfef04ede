"""Asking: the shape of the design, refusals, and who gets what."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import As

LUNCH = "学校給食費の無償化はいつから始まりますか。"
STAFFING = "窓口部門の職員配置は何名減りますか。"
SOURCE = {
    "passage_id", "document_id", "title", "meeting", "date", "agenda", "speaker", "post", "role", "page",
    "start", "end", "quote", "status", "audience", "cited_as", "url", "n",
}  # fmt: skip


def ask(client: TestClient, question: str, **more: object) -> dict[str, object]:
    """The body of an answer."""
    response = client.post("/v1/query", json={"question": question, **more})
    assert response.status_code == 200, response.text
    body: dict[str, object] = response.json()
    return body


def test_an_answer_has_the_shape_of_the_design(public: TestClient) -> None:
    body = ask(public, LUNCH)
    assert set(body) == {
        "answer", "refusal", "notice", "notice_codes", "citations", "passages", "question", "followups", "conversation",
        "request_id",
    }  # fmt: skip
    assert body["refusal"] is None
    assert body["answer"]["audience"] == "public"
    assert body["answer"]["sentences"][0]["citations"] == [1]
    assert set(body["citations"][0]) == SOURCE
    assert set(body["passages"][0]) == SOURCE | {"text", "rank"}
    assert set(body["question"]) == {"from", "to", "meetings", "speakers", "departments", "kinds", "question"}


def test_a_citation_quotes_the_document_at_its_offsets(public: TestClient) -> None:
    citation = ask(public, LUNCH)["citations"][0]
    document = public.get(f"/v1/documents/{citation['document_id']}").json()
    said = next(u for u in document["utterances"] if u["start"] <= citation["start"] < u["end"])
    begin = citation["start"] - said["start"]
    assert said["text"][begin : begin + len(citation["quote"])] == citation["quote"]
    assert citation["cited_as"] == "令和6年第2回定例会（6月12日）市長答弁（3ページ）"


def test_two_people_get_different_answers(client_as: As) -> None:
    assert ask(client_as("personnel"), STAFFING)["answer"]["audience"] == "dept:総務部人事課"
    assert ask(client_as("clerk"), STAFFING)["answer"] is None


def test_what_is_withheld_and_what_does_not_exist_are_refused_with_the_same_bytes(public: TestClient) -> None:
    same = {"X-Request-ID": "same-request-id"}
    hidden = public.post("/v1/query", json={"question": STAFFING}, headers=same)
    absent = public.post("/v1/query", json={"question": "月面基地の家賃はいくらですか。"}, headers=same)
    assert hidden.json()["refusal"]["code"] == "not_found"
    assert hidden.content == absent.content


def test_no_score_and_no_time_is_in_a_body(public: TestClient) -> None:
    text = json.dumps([ask(public, LUNCH), public.post("/v1/search", json={"question": LUNCH}).json()])
    for word in ("score", "duration", "elapsed", "_ms", "took", "confidence"):
        assert word not in text


def test_search_gives_passages_best_first(public: TestClient) -> None:
    body = public.post("/v1/search", json={"question": "体育館 空調設備", "top_k": 3}).json()
    assert [passage["rank"] for passage in body["passages"]] == [1, 2, 3]
    assert "空調" in body["passages"][0]["text"]
    assert set(body) == {"passages", "total", "next_offset", "question", "request_id"}
    assert set(body["passages"][0]) == SOURCE | {"text", "rank", "highlights", "asked", "answers"}
    assert set(body["question"]) == {
        "from", "to", "meetings", "speakers", "departments", "kinds", "question", "classes", "reading",
        "hint", "hint_code",
    }  # fmt: skip


def search(client: TestClient, question: str, **more: object) -> dict[str, Any]:
    """The body of a search."""
    response = client.post("/v1/search", json={"question": question, **more})
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def test_a_line_with_operators_is_counted_and_what_it_found_is_marked(public: TestClient) -> None:
    body = search(public, "体育館 -停電 「空調設備」")
    texts = [passage["text"] for passage in body["passages"]]
    assert body["total"] == len(texts) > 0
    assert all("体育館" in text and "空調設備" in text and "停電" not in text for text in texts)
    assert body["question"]["reading"] == "「体育館」かつ「空調設備」、「停電」を除く"
    for passage in body["passages"]:
        marked = {passage["text"][start:end] for start, end in passage["highlights"]}
        assert "体育館" in marked
        assert marked <= {"体育館", "空調設備", "体育館空調設備"}


def test_a_question_has_no_total(public: TestClient) -> None:
    body = search(public, "体育館への空調設備の設置はいつ終わりますか。")
    assert body["total"] is None
    assert body["question"]["reading"] == ""
    assert any(passage["highlights"] for passage in body["passages"])


def test_pages_put_together_are_the_whole(public: TestClient) -> None:
    whole = search(public, "学校|計画|照明", limit=50)
    assert whole["next_offset"] is None
    assert whole["total"] == len(whole["passages"]) > 3
    parts: list[dict[str, Any]] = []
    offset: int | None = 0
    while offset is not None:
        page = search(public, "学校|計画|照明", limit=2, offset=offset)
        parts += page["passages"]
        offset = page["next_offset"]
    assert parts == whole["passages"]
    assert [passage["rank"] for passage in parts] == list(range(1, len(parts) + 1))


def test_results_are_sorted_by_date_when_asked_for(public: TestClient) -> None:
    def days(sort: str) -> list[str]:
        return [passage["date"] for passage in search(public, "学校|計画", sort=sort, limit=50)["passages"]]

    assert days("date_desc") == sorted(days("relevance"), reverse=True)
    assert days("date_asc") == sorted(days("relevance"))
    assert len(set(days("date_asc"))) > 1


def test_an_answer_names_its_question(public: TestClient) -> None:
    found = search(public, "「都市ガスによる方式」")["passages"][0]
    assert {"passage_id", "speaker", "post", "role", "excerpt", "url"} == set(found["asked"][0])
    assert {reference["role"] for reference in found["asked"]} == {"question"}
    assert len(found["asked"]) <= 3
    opened = public.get(f"/v1/passages/{found['asked'][0]['passage_id']}")
    assert opened.json()["passage"]["speaker"] == "若林みどり"


def test_a_line_that_is_not_well_formed_is_searched_as_words_and_says_so(public: TestClient) -> None:
    body = search(public, "「体育館 空調設備")
    assert "閉じていない" in body["question"]["hint"]
    assert body["total"] is None
    assert "空調" in body["passages"][0]["text"]


@pytest.mark.parametrize(
    "wrong",
    [{"sort": "best"}, {"offset": -1}, {"limit": 0}, {"limit": 51}, {"filters": {"classes": ["guest"]}}],
)
def test_what_a_search_does_not_know_is_refused(public: TestClient, wrong: dict[str, object]) -> None:
    assert public.post("/v1/search", json={"question": "体育館", **wrong}).status_code == 422


def test_filters_narrow_what_is_found(public: TestClient) -> None:
    body = ask(public, LUNCH, filters={"from": "2025-01-01"})
    assert body["answer"] is None
    assert all(passage["date"] >= "2025-01-01" for passage in body["passages"])


def test_a_condition_that_was_understood_can_be_switched_off(public: TestClient) -> None:
    question = "令和5年の学校給食費の無償化はいつから始まりますか。"
    assert ask(public, question)["question"]["from"] == "2023-01-01"
    assert ask(public, question)["answer"] is None
    without = ask(public, question, filters={"ignore": ["period"]})
    assert without["question"]["from"] is None
    assert without["answer"] is not None


def test_earlier_turns_reach_the_engine(public: TestClient) -> None:
    history = [{"question": "学校給食費の無償化の経費はいくらですか。", "answer": ""}]
    assert ask(public, "それは何年からですか。", history=history)["answer"] is not None
    assert ask(public, "それは何年からですか。")["answer"] is None


@pytest.mark.parametrize(
    "question", ["", "   ", "\u3000\n", "👪🏽‍🚒", "a" * 4000, "SELECT * FROM x; --", '"AND" OR*']
)
def test_odd_questions_get_a_normal_answer(public: TestClient, question: str) -> None:
    assert ask(public, question)["refusal"] is not None


def test_stream_gives_the_same_answer_in_frames(public: TestClient) -> None:
    whole = ask(public, LUNCH)
    response = public.post("/v1/query", json={"question": LUNCH, "stream": True})
    assert response.headers["content-type"].startswith("text/event-stream")
    events = [frame.split("\n") for frame in response.text.strip().split("\n\n")]
    names = [lines[0].removeprefix("event: ") for lines in events]
    data = [json.loads(lines[1].removeprefix("data: ")) for lines in events]
    assert names == ["meta", "sentence", "citations", "passages", "done"]
    assert data[1] == whole["answer"]["sentences"][0]
    assert data[2] == whole["citations"]
    assert data[3] == whole["passages"]
    assert data[4]["answer"] == {"text": whole["answer"]["text"], "audience": "public"}


def test_stream_of_a_refusal_has_no_sentence(public: TestClient) -> None:
    text = public.post("/v1/query", json={"question": STAFFING, "stream": True}).text
    assert "event: sentence" not in text
    assert '"code": "not_found"' in text
