"""A real process that is told to end while the model is silent ends, and whoever asked gets the answer without it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

pytest.importorskip("langchain_openai", reason="the extra llm is not installed")

from mcp import Client, StdioServerParameters, stdio_client

from rag.compose.generative import NOTICE_UNAVAILABLE
from tests.rag.compose.endpoint_stub import Line, Stub, serving

ROOT = Path(__file__).parents[2]
MINUTES = """令和7年第3回みなと台市議会定例会会議録
令和7年9月8日

○議長（青山太郎君）　これより本日の会議を開きます。
◆１番（白川花子君）　新しい体育館の建設費と開館の時期を伺います。
◎市長（山田一郎君）　新しい体育館の建設費は十九億円です。開館は令和十年四月です。
"""
QUESTION = "新しい体育館の建設費はいくらですか。"
SECONDS = 600
"""What the model is given to speak; far longer than a test waits for a process to end."""
LONG = 240
"""After so many seconds a process that has not ended is taken to hang."""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one document that everybody reads."""
    folder = tmp_path_factory.mktemp("stopped")
    (folder / "files").mkdir()
    (folder / "files" / "minutes.txt").write_text(MINUTES, encoding="utf-8")
    command = [sys.executable, "-m", "api.cli", "ingest", str(folder / "files"), "--label", "open"]
    subprocess.run(
        [*command, "--department", "情報政策課", "--data-dir", str(folder / "data")],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=LONG,
    )
    return folder / "data"


def silent(line: Line, stub: Stub) -> None:
    """A model that is there and says nothing."""
    line.begin()
    line.hang(stub)


def environ(stub: Stub) -> dict[str, str]:
    """The settings of a service whose model is the stub."""
    llm = {"BASE_URL": stub.address, "MODEL": "stub", "FIRST_TOKEN_S": SECONDS, "TOTAL_S": SECONDS}
    return {**os.environ, **{f"TOBEN_LLM__{name}": str(value) for name, value in llm.items()}}


def until(holds: Callable[[], bool], else_: str) -> None:
    for _ in range(10 * LONG):
        if holds():
            return
        time.sleep(0.1)
    pytest.fail(else_)


@contextmanager
def service(data: Path, stub: Stub) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """``toben serve`` on a free port, ready."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    command = [
        sys.executable,
        "-m",
        "api.cli",
        "serve",
        "--port",
        url.rpartition(":")[2],
        "--data-dir",
        str(data),
    ]
    with subprocess.Popen(command, cwd=ROOT, env=environ(stub), stderr=subprocess.DEVNULL) as process:
        try:
            until(lambda: process.poll() is not None or _ready(url), "the service is not ready")
            yield url, process
        finally:
            process.kill()


def _ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", timeout=LONG).status_code == 200
    except httpx.HTTPError:
        return False


def by_http(url: str) -> Any:
    """The answer of the endpoint."""
    return httpx.post(f"{url}/v1/query", json={"question": QUESTION}, timeout=LONG).json()


def by_mcp(url: str) -> Any:
    """The answer of the tool."""
    call = {"name": "ask", "arguments": {"question": QUESTION}}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    accept = {"Accept": "application/json, text/event-stream"}
    return httpx.post(f"{url}/mcp", json=body, headers=accept, timeout=LONG).json()["result"][
        "structuredContent"
    ]


@pytest.mark.parametrize(("ask", "number"), [(by_mcp, signal.SIGTERM), (by_http, signal.SIGINT)])
def test_a_server_told_to_end_does_not_wait_for_the_model(
    data: Path, ask: Callable[[str], Any], number: signal.Signals
) -> None:
    with serving(silent) as stub, service(data, stub) as (url, process):
        answers: list[Any] = []
        asking = threading.Thread(target=lambda: answers.append(ask(url)))
        asking.start()
        until(lambda: bool(stub.prompts), "the model was not asked")
        process.send_signal(number)
        process.wait(timeout=LONG)
        asking.join(LONG)
        assert stub.left.wait(LONG), "the call to the model was not ended"
    (answer,) = answers
    assert "十九億円" in answer["answer"]["text"]
    assert answer["notice"] == NOTICE_UNAVAILABLE


def test_over_stdio_a_client_that_leaves_ends_the_process(data: Path, tmp_path: Path) -> None:
    """Its input closes while the tool waits for the model; it must not be killed for it."""
    ended = tmp_path / "ended"
    script = (
        "import atexit, sys\n"
        f"atexit.register(lambda: open({str(ended)!r}, 'w').close())\n"
        f"sys.argv = ['toben', 'mcp', '--data-dir', {str(data)!r}]\n"
        "from api.cli import main\n"
        "main()\n"
    )

    async def run(stub: Stub) -> None:
        server = StdioServerParameters(
            command=sys.executable, args=["-c", script], env=environ(stub), cwd=str(ROOT)
        )
        async with Client(stdio_client(server)) as client, anyio.create_task_group() as group:
            group.start_soon(client.call_tool, "ask", {"question": QUESTION})
            while not stub.prompts:
                await anyio.sleep(0.05)
            group.cancel_scope.cancel()

    with serving(silent) as stub:
        anyio.run(run, stub)
        assert stub.left.wait(LONG), "the call to the model was not ended"
        until(ended.exists, "the process was killed, or hangs")
