"""MCP clients over HTTP and over stdio get the answer of /v1/query, as who they are."""

from __future__ import annotations

import io
import sys
from typing import Any

import anyio
import httpx2
import pytest
from fastapi.testclient import TestClient
from mcp import Client, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

from tests.api.fake import FakeEngine, passages_of
from tests.api.town import TOWN

STAFFING = "窓口部門の職員配置は何名減りますか。"
HIDDEN = passages_of(TOWN[3])[0].id
SERVER = """
import anyio
from api.auth import Caller
from api.mcp import serve_stdio
from api.services import Services
from api.settings import Settings
from tests.api.conftest import DIRECTORY
from tests.api.fake import FakeEngine, FeedbackList
services = Services(FakeEngine(), Settings(), lambda: DIRECTORY, FeedbackList())
anyio.run(serve_stdio, services, DIRECTORY.find("personnel"))
"""


def call(address: str, tool: str, arguments: dict[str, Any], user: str = "") -> Any:
    """The result of a tool."""

    async def run() -> Any:
        http = httpx2.AsyncClient(headers={"X-Toben-User": user} if user else {})
        async with http, Client(streamable_http_client(f"{address}/mcp", http_client=http)) as client:
            return await client.call_tool(tool, arguments)

    return anyio.run(run)


def test_ask_gives_the_answer_of_the_endpoint(address: str, public: TestClient) -> None:
    question = "学校給食費の無償化はいつから始まりますか。"
    result = call(address, "ask", {"question": question}).structured_content
    whole = public.post("/v1/query", json={"question": question}).json()
    assert result["answer"] == whole["answer"]
    assert result["citations"] == whole["citations"]


def test_each_call_runs_as_its_caller(address: str) -> None:
    asked = {"question": STAFFING}
    assert (
        call(address, "ask", asked, "personnel").structured_content["answer"]["audience"]
        == "dept:総務部人事課"
    )
    assert call(address, "ask", asked, "clerk").structured_content["answer"] is None
    assert call(address, "ask", asked).structured_content["answer"] is None


def test_withheld_and_missing_passages_are_told_in_the_same_words(address: str) -> None:
    hidden, missing = (call(address, "open_passage", {"passage_id": one}) for one in (HIDDEN, "p00000000"))
    assert hidden.is_error
    assert hidden.content == missing.content
    assert not call(address, "open_passage", {"passage_id": HIDDEN}, "personnel").is_error


def test_search_finds_passages(address: str) -> None:
    found = call(address, "search", {"query": "体育館 空調設備", "top_k": 2}).structured_content["passages"]
    assert [passage["rank"] for passage in found] == [1, 2]


def test_a_fault_is_told_and_logged_without_its_words(
    address: str, engine: FakeEngine, logged: io.StringIO
) -> None:
    def fail() -> None:
        raise RuntimeError("ひみつ")

    engine.before = fail
    result = call(address, "ask", {"question": "a"})
    assert result.is_error
    assert "ひみつ" not in str(result.content) + logged.getvalue()
    assert "RuntimeError" in logged.getvalue()


def test_a_stranger_is_refused_before_any_tool(address: str) -> None:
    response = httpx2.post(f"{address}/mcp", headers={"X-Toben-User": "stranger"}, json={})
    assert response.status_code == 401
    assert response.json()["error"]["code"] == "identity_not_accepted"


@pytest.mark.parametrize("arguments", [{"question": "a" * 4001}, {"question": "a", "top_k": 0}, {}])
def test_wrong_arguments_are_refused(address: str, arguments: dict[str, Any]) -> None:
    assert call(address, "ask", arguments).is_error


def test_over_stdio_a_client_asks_as_the_user_of_the_process() -> None:
    async def run() -> Any:
        server = StdioServerParameters(command=sys.executable, args=["-c", SERVER])
        async with Client(stdio_client(server)) as client:
            return await client.call_tool("ask", {"question": STAFFING})

    assert anyio.run(run).structured_content["answer"]["audience"] == "dept:総務部人事課"
