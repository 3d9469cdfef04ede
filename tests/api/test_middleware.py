"""Headers of every answer, the page under its policy, and what the log and the figures hold."""

from __future__ import annotations

import io
import json
import logging
import re

import pytest
from fastapi.testclient import TestClient

from api.app import WEB
from api.logs import LibraryLog
from tests.api.conftest import As

QUESTION = "窓口部門の職員配置は何名減りますか。"


@pytest.mark.parametrize(
    "path", ["/", "/v1/documents", "/v1/documents/none", "/healthz", "/static/main.js", "/nothing"]
)
def test_every_answer_has_the_security_headers(public: TestClient, path: str) -> None:
    headers = public.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"] == ("no-cache" if path.startswith("/static") else "no-store")
    assert "server-timing" not in headers
    assert "set-cookie" not in headers


def test_no_answer_with_content_can_be_told_apart_by_a_validator(public: TestClient) -> None:
    headers = public.get("/v1/documents/d7f3a91c").headers
    assert "etag" not in headers
    assert "last-modified" not in headers


def test_the_page_has_no_inline_script_or_style_and_nothing_from_elsewhere(public: TestClient) -> None:
    page = public.get("/").text
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page)
    written = [
        page,
        *(path.read_text(encoding="utf-8") for path in (WEB / "static").iterdir() if path.suffix != ".txt"),
    ]
    addresses = {address for text in written for address in re.findall(r"https?://[^\s\"'`)]+", text)}
    assert addresses <= {"http://www.w3.org/2000/svg"}


def test_scripts_make_no_markup_from_text_and_keep_nothing_but_the_language_in_the_browser() -> None:
    scripts = "".join(path.read_text(encoding="utf-8") for path in (WEB / "static").glob("*.js"))
    for word in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "eval(",
        "sessionStorage",
        "document.cookie",
        "indexedDB",
    ):
        assert word not in scripts
    kept = re.findall(r"localStorage[^;\n]*", scripts)
    assert kept == [  # the language of the page alone
        'localStorage.getItem(PLACE) === "en" ? "en" : "ja"',
        "localStorage.removeItem(PLACE)",
        "localStorage.setItem(PLACE, current)",
    ]


def test_a_request_id_is_taken_over_only_when_it_is_plain(public: TestClient) -> None:
    given = public.get("/healthz", headers={"X-Request-ID": "abcd-1234"}).headers["x-request-id"]
    forged = public.get("/healthz", headers={"X-Request-ID": 'a" injected'}).headers["x-request-id"]
    assert given == "abcd-1234"
    assert re.fullmatch(r"[0-9a-f]{32}", forged)


def test_stage_times_are_for_operators(client_as: As) -> None:
    times = client_as("operator").post("/v1/query", json={"question": "a"}).headers["server-timing"]
    assert {"engine", "retrieve", "total"} == set(re.findall(r"(\w+);dur=[\d.]+", times))
    assert "server-timing" not in client_as("clerk").post("/v1/query", json={"question": "a"}).headers


def test_the_log_has_one_line_a_request_and_no_words_of_it(client_as: As, logged: io.StringIO) -> None:
    personnel = client_as("personnel")
    answered = personnel.post("/v1/query", json={"question": QUESTION}).json()
    personnel.get(f"/v1/documents/{answered['citations'][0]['document_id']}", params={"meeting": "x"})
    lines = [json.loads(line) for line in logged.getvalue().splitlines()]
    assert [line["route"] for line in lines] == ["/v1/query", "/v1/documents/{document_id}"]
    assert lines[0]["principal"] == "personnel"
    assert lines[0]["request_id"] == answered["request_id"]
    text = json.dumps(lines, ensure_ascii=False)
    for word in ("窓口", "職員配置", answered["answer"]["text"], "白石"):
        assert word not in text


def test_what_libraries_log_is_reduced_to_where(logged: io.StringIO) -> None:
    logger = logging.Logger("some.library")
    logger.addHandler(LibraryLog())
    try:
        raise ValueError("ひみつ")
    except ValueError:
        logger.exception("failed at ひみつ\n%s", "ひみつ")
    line = json.loads(logged.getvalue())
    assert (line["logger"], line["error"]) == ("some.library", "ValueError")
    assert "ひみつ" not in json.dumps(line, ensure_ascii=False)


def test_figures_hold_templates_and_no_ids(client_as: As) -> None:
    operator = client_as("operator")
    client_as("").get("/v1/documents/d7f3a91c")
    client_as("").get("/v1/no-such-path-4711")
    client_as("").post("/v1/query", json={"question": QUESTION})
    figures = operator.get("/metrics").text
    assert 'route="/v1/documents/{document_id}",status="200"' in figures
    assert 'toben_answers_total{outcome="refused"} 1.0' in figures
    for word in ("d7f3a91c", "4711", "clerk", "dept"):
        assert word not in figures


def test_readiness_follows_the_store(client_as: As) -> None:
    assert client_as("").get("/readyz").json() == {"status": "ready"}
