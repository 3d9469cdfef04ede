"""``toben serve --workers 2``: two processes on one store, started and ended as an operator does it."""

from __future__ import annotations

import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).parents[2]
PEOPLE = """
principals:
  - {id: clerk, departments: [情報政策課]}
  - {id: reader, departments: [福祉課]}
  - {id: eager, departments: [福祉課]}
  - {id: runner, departments: [情報政策課], operator: true}
  - {id: second, departments: [情報政策課]}
"""
READERS = 50
FLIPS = 10
MINUTES = """令和7年第3回みなと台市議会定例会会議録
令和7年9月8日

○議長（青山太郎君）　これより本日の会議を開きます。
◆１番（白川花子君）　新しい図書館の建設費と開館の時期を伺います。
◎市長（山田一郎君）　新しい図書館の建設費は十七億円です。開館は令和九年四月です。
"""
QUESTION = "新しい図書館の建設費はいくらですか。"
SECRET = "十七億円"
PER_DAY = 60


@dataclass
class Server:
    """A running service: its address, its process, and the folder of its store."""

    url: str
    process: subprocess.Popen[bytes]
    data: Path

    def post(self, path: str, body: object, user: str) -> httpx.Response:
        """A request on a connection of its own, so that either worker may get it."""
        headers = {"X-Toben-User": user, "Connection": "close"}
        return httpx.post(self.url + path, json=body, headers=headers, timeout=60)

    def answers(self, user: str = "reader", times: int = 8) -> list[str]:
        """The same question, asked several times."""
        return [self.post("/v1/query", {"question": QUESTION}, user).text for _ in range(times)]

    def workers(self) -> set[int]:
        """The ids of the worker processes."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        lines = {int(child): Path(f"/proc/{child}/cmdline").read_bytes() for child in children}
        return {child for child, line in lines.items() if b"spawn_main" in line}


def toben(data: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command over the store, in a process of its own."""
    command = [sys.executable, "-m", "api.cli", *words, "--data-dir", str(data)]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one document that everybody reads."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "files").mkdir()
    (folder / "files" / "minutes.txt").write_text(MINUTES, encoding="utf-8")
    made = folder / "data"
    made.mkdir()
    crowd = "".join(f"  - {{id: r{number}, departments: [福祉課]}}\n" for number in range(READERS))
    (made / "principals.yaml").write_text(PEOPLE + crowd, encoding="utf-8")
    toben(made, "ingest", str(folder / "files"), "--department", "情報政策課", "--label", "open")
    return made


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[Server]:
    """The service with two workers; the last test ends it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {**os.environ, "TOBEN_USER_HEADER": "true", "TOBEN_HTTP__QUESTIONS_PER_DAY": str(PER_DAY)}
    command = [sys.executable, "-m", "api.cli", "serve", "--workers", "2", "--port", str(port)]
    with subprocess.Popen(
        [*command, "--data-dir", str(data)], cwd=ROOT, env=environ, stderr=subprocess.DEVNULL
    ) as process:
        running = Server(f"http://127.0.0.1:{port}", process, data)
        _until(lambda: process.poll() is not None or _ready(running), "the service is not ready")
        yield running
        process.terminate()
        process.wait(timeout=120)


def _ready(server: Server) -> bool:
    try:
        return httpx.get(f"{server.url}/readyz", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def _until(holds: Callable[[], bool], else_: str) -> None:
    for _ in range(3000):
        if holds():
            return
        time.sleep(0.1)
    pytest.fail(else_)


def test_two_processes_answer_count_and_obey_together(server: Server) -> None:
    _until(lambda: len(server.workers()) == 2, "there are not two workers")
    assert all(SECRET in answer for answer in server.answers())

    figures = httpx.get(f"{server.url}/metrics", headers={"X-Toben-User": "runner"}).text
    assert 'toben_answers_total{outcome="answered"} 8.0' in figures

    toben(
        server.data,
        "label",
        "change",
        "minutes.txt",
        "--status",
        "closed",
        "--quote",
        SECRET,
        "--as",
        "clerk",
    )
    assert not any(SECRET in answer for answer in server.answers())

    search = {"question": "図書館"}
    statuses = [server.post("/v1/search", search, "eager").status_code for _ in range(PER_DAY + 5)]
    assert statuses == [200] * PER_DAY + [429] * 5

    killed = min(server.workers())
    os.kill(killed, signal.SIGKILL)
    _until(lambda: len(server.workers() - {killed}) == 2, "the worker that died was not replaced")
    _until(lambda: all(_ready(server) for _ in range(4)), "the service is not ready again")
    assert not any(SECRET in answer for answer in server.answers())


class Crowd:
    """Readers who ask the service again and again: when each request began and ended, and whether it was shown."""

    def __init__(self, server: Server, document: str) -> None:
        self.seen: list[tuple[float, float, bool]] = []
        self.faults: list[BaseException] = []
        self._server, self._document = server, document
        self._done = threading.Event()
        self._threads = [threading.Thread(target=self._read, args=(n,)) for n in range(READERS)]

    def __enter__(self) -> Crowd:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *about: object) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join()

    def _read(self, number: int) -> None:
        """Ask, find and open by turns, on one connection: to the worker that took it."""
        asked = itertools.cycle(
            (
                ("GET", f"/v1/documents/{self._document}", None),
                ("POST", "/v1/search", {"question": QUESTION}),
                ("GET", f"/v1/documents/{self._document}", None),
                ("POST", "/v1/query", {"question": QUESTION, "stream": True}),
            )
        )
        try:
            headers = {"X-Toben-User": f"r{number}"}
            with httpx.Client(base_url=self._server.url, headers=headers, timeout=60) as client:
                while not self._done.is_set():
                    method, path, body = next(asked)
                    begun = time.monotonic()
                    answer = client.request(method, path, json=body)
                    if answer.status_code == 200:  # too many questions, or too many at once, shows nothing
                        self.seen.append((begun, time.monotonic(), SECRET in answer.text))
        except BaseException as exc:
            self.faults.append(exc)

    def wait(self, since: float) -> None:
        """Until some requests that began after that moment are over."""
        while sum(begun > since for begun, *_ in list(self.seen)) < 10 and not self.faults:
            self._done.wait(0.01)


def test_nothing_begun_after_a_closing_shows_the_text_over_http(server: Server) -> None:
    """Many readers at two workers while the text is closed by one person and opened by two (F21)."""
    (document,) = httpx.get(f"{server.url}/v1/documents").json()["documents"]
    path = f"/v1/documents/{document['id']}/label"
    headers = {"X-Toben-User": "clerk"}
    flips: list[tuple[float, bool]] = [(0.0, False)]  # (when, whether the text is closed from then on)

    def label(status: str) -> dict[str, Any]:
        body = {"status": status, "quotes": [SECRET]}
        answer = httpx.patch(server.url + path, json=body, headers=headers, timeout=60)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    with Crowd(server, document["id"]) as crowd:
        for _ in range(FLIPS):
            label("closed")
            flips.append((time.monotonic(), True))
            crowd.wait(flips[-1][0])
            proposal = label("open")["proposal"]
            flips.append((time.monotonic(), False))  # from here on it may be shown again
            server.post(f"/v1/label-proposals/{proposal}/approval", {}, "second").raise_for_status()
            crowd.wait(time.monotonic())
        label("closed")
    assert crowd.faults == []
    assert any(shown for *_, shown in crowd.seen)
    judged = [shown for begun, ended, shown in crowd.seen if _closed_throughout(flips, begun, ended)]
    assert len(judged) >= 10 * FLIPS
    assert not any(judged)


def _closed_throughout(flips: list[tuple[float, bool]], begun: float, ended: float) -> bool:
    before = next(closed for when, closed in reversed(flips) if when <= begun)
    return before and not any(begun < when <= ended for when, _ in flips)


def test_an_open_stream_is_ended_properly_when_the_service_is_told_to_stop(server: Server) -> None:
    body = json.dumps({"question": "図書館の開館はいつですか。", "stream": True}).encode()
    host, port = server.url.removeprefix("http://").split(":")
    head = (
        f"POST /v1/query HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/json\r\n"
        f"X-Toben-User: reader\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=120) as connection:
        connection.sendall(head.encode() + body[:10])
        time.sleep(1)  # a worker has taken the request up
        server.process.send_signal(signal.SIGTERM)
        time.sleep(1)  # it has been told to stop
        connection.sendall(body[10:])
        answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
    assert "event: done" in answer
    assert "令和九年四月" in answer
    assert server.process.wait(timeout=120) == 0


@pytest.mark.slow
def test_a_store_that_cannot_be_served_ends_all_processes_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "labels.log").write_text("{}\n", encoding="utf-8")
    command = [sys.executable, "-m", "api.cli", "serve", "--workers", "2", "--port", "0"]
    ended = subprocess.run(
        [*command, "--data-dir", str(tmp_path)], cwd=ROOT, capture_output=True, timeout=200, check=False
    )
    assert ended.returncode == 2
    assert "toben restore" in ended.stderr.decode()
