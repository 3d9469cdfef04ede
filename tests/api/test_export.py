"""The Word file: badge and sources go along, and rights are those of the moment it is made."""

from __future__ import annotations

import io
from typing import Any

import pytest
from docx import Document
from fastapi.testclient import TestClient

from tests.api.conftest import As

STAFFING = "窓口部門の職員配置は何名減りますか。"


def answered(client: TestClient, question: str) -> dict[str, Any]:
    """The body of an export for the answer to `question`."""
    body = client.post("/v1/query", json={"question": question}).json()
    citations = [{name: c[name] for name in ("n", "passage_id", "start", "end")} for c in body["citations"]]
    return {"question": question, "sentences": body["answer"]["sentences"], "citations": citations}


def test_the_file_holds_answer_sources_and_badge(client_as: As) -> None:
    client = client_as("personnel")
    response = client.post("/v1/export", json=answered(client, STAFFING))
    assert response.status_code == 200
    paper = Document(io.BytesIO(response.content))
    text = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    assert "6名減らし" in text
    assert "〔1〕職員配置打合せ（令和7年6月3日）人事課長説明" in text
    assert paper.sections[0].header.paragraphs[0].text == "取扱い：所属限り（所属の外へは出せません）"
    assert "令和7年7月1日作成　白石 学" in paper.sections[0].footer.paragraphs[0].text
    assert paper.core_properties.author == ""


def test_a_source_that_may_not_be_read_any_more_is_missing(client_as: As) -> None:
    body = answered(client_as("personnel"), STAFFING)
    assert client_as("clerk").post("/v1/export", json=body).status_code == 404


def test_the_quote_comes_from_the_source_and_not_from_the_caller(public: TestClient) -> None:
    body = answered(public, "学校給食費の無償化はいつから始まりますか。")
    body["citations"][0]["end"] += 10_000
    assert public.post("/v1/export", json=body).status_code == 422


@pytest.mark.parametrize(
    "change", [{"sentences": []}, {"citations": []}, {"sentences": [{"text": "a", "citations": [9]}]}]
)
def test_nothing_uncited_is_exported(public: TestClient, change: dict[str, Any]) -> None:
    body = answered(public, "学校給食費の無償化はいつから始まりますか。") | change
    assert public.post("/v1/export", json=body).status_code == 422


def test_characters_that_xml_cannot_hold_are_left_out(public: TestClient) -> None:
    body = answered(public, "学校給食費の無償化はいつから始まりますか。") | {"question": "a\x00\x0b\ufffeb"}
    response = public.post("/v1/export", json=body)
    assert "ab" in [paragraph.text for paragraph in Document(io.BytesIO(response.content)).paragraphs]
