"""A real HTTP server that speaks the protocol of OpenAI's chat completions, well or badly, and remembers what it got."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Line:
    """The connection of one call, as a behaviour uses it."""

    def __init__(self, handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        self._handler = handler
        self.body = body

    @property
    def prompt(self) -> str:
        """All that was sent to the model, as one text."""
        return "\n".join(str(message["content"]) for message in self.body["messages"])

    def begin(self, status: int = 200, kind: str = "text/event-stream") -> None:
        """Send the head of the answer."""
        self._handler.send_response(status)
        self._handler.send_header("Content-Type", kind)
        self._handler.send_header("Connection", "close")
        self._handler.end_headers()

    def raw(self, data: bytes) -> None:
        """Send bytes."""
        self._handler.wfile.write(data)
        self._handler.wfile.flush()

    def say(self, text: str, finish: str | None = None) -> None:
        """Send a piece of the reply."""
        chunk = {
            "id": "c1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": "stub",
            "choices": [{"index": 0, "delta": {"content": text} if text else {}, "finish_reason": finish}],
        }
        self.raw(b"data: " + json.dumps(chunk, ensure_ascii=False).encode() + b"\n\n")

    def end(self) -> None:
        """End the reply as a sound server does."""
        self.say("", "stop")
        self.raw(b"data: [DONE]\n\n")

    def hang(self, stub: Stub) -> None:
        """Say nothing until the caller leaves or the test is over."""
        while not stub.over.is_set():
            time.sleep(0.02)
            try:
                self.raw(b": still here\n\n")
            except OSError:
                stub.left.set()
                return


Behaviour = Callable[[Line, "Stub"], None]


@dataclass
class Stub:
    """What the server does with a call, and what it has seen."""

    behave: Behaviour
    address: str = ""
    prompts: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    left: threading.Event = field(default_factory=threading.Event)
    """A caller went away in the middle."""
    over: threading.Event = field(default_factory=threading.Event)


def saying(*parts: str) -> Behaviour:
    """A sound server with this reply."""

    def behave(line: Line, stub: Stub) -> None:
        line.begin()
        for part in parts:
            line.say(part)
        line.end()

    return behave


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """The first call meets the first behaviour and so on; the last one stays."""
    left = list(behaviours)

    def behave(line: Line, stub: Stub) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(line, stub)

    return behave


def pieces(text: str, size: int = 3) -> Sequence[str]:
    """`text` as a model sends it."""
    return [text[i : i + size] for i in range(0, len(text), size)]


@contextmanager
def serving(behave: Behaviour, tls: ssl.SSLContext | None = None) -> Iterator[Stub]:
    """A stub on a free port of this machine; encrypted with `tls`."""
    stub = Stub(behave)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            line = Line(self, body)
            stub.bodies.append(body)
            stub.headers.append({name.lower(): value for name, value in self.headers.items()})
            stub.prompts.append(line.prompt)
            self.close_connection = True
            try:
                stub.behave(line, stub)
            except OSError:
                stub.left.set()

        def log_message(self, *about: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    scheme = "http" if tls is None else "https"
    stub.address = f"{scheme}://127.0.0.1:{server.server_port}/v1"
    try:
        yield stub
    finally:
        stub.over.set()
        server.shutdown()
        server.server_close()
