"""Server-sent events of an answer: ``meta``, one ``sentence`` each, ``citations``, ``passages``, ``done``.

The answer is complete and checked before the first frame leaves, so the frames are a function of what the
caller may read: one frame, one chunk. A narrowing of disclosure under way cuts the stream with an ``error``.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import anyio

from api.errors import BUSY, body_of
from api.schemas import QueryResponse

MEDIA_TYPE = "text/event-stream"
EVENTS = ("meta", "sentence", "citations", "passages", "done", "error")
_LINE_ENDS = {ord(char): f"\\u{ord(char):04x}" for char in "\x85\u2028\u2029"}
"""Ends of lines to some clients (Python's `splitlines`), though not to JSON."""


def event_schema(*events: str) -> dict[str, Any]:
    """How OpenAPI describes one event of a stream: its name, where it has one, and its data as JSON text."""
    properties: dict[str, Any] = {"data": {"type": "string", "description": "JSON"}}
    if events:
        properties["event"] = {"type": "string", "enum": [*events]}
    return {"type": "object", "properties": properties, "required": sorted(properties)}


def json_line(data: Any) -> str:
    """`data` as JSON on one line, whatever a reader takes for the end of a line.

    >>> json_line("a\\u2028b")
    '"a\\\\u2028b"'
    """
    return json.dumps(data, ensure_ascii=False).translate(_LINE_ENDS)


def frame(event: str, data: Any) -> bytes:
    """One event; a frame holds exactly one ``data:`` line.

    >>> frame("meta", {"a": "x"})
    b'event: meta\\ndata: {"a": "x"}\\n\\n'
    """
    return f"event: {event}\ndata: {json_line(data)}\n\n".encode()


def frames(response: QueryResponse) -> Iterator[bytes]:
    """The frames of an answer or refusal."""
    body = response.model_dump(mode="json")
    answer = body["answer"]
    told = ("request_id", "question", "conversation")
    yield frame("meta", {name: body[name] for name in told})
    for sentence in answer["sentences"] if answer else []:
        yield frame("sentence", sentence)
    yield frame("citations", body["citations"])
    yield frame("passages", body["passages"])
    done = {"text": answer["text"], "audience": answer["audience"]} if answer else None
    yield frame("done", {"answer": done, "refusal": body["refusal"], "notice": body["notice"]})


async def while_allowed(
    parts: Iterator[bytes], allowed: Callable[[], bool], request_id: str
) -> AsyncIterator[bytes]:
    """`parts` as long as what they show may be shown; then one neutral error and the end."""
    for part in parts:
        if not allowed():
            yield frame("error", body_of(BUSY, request_id))
            return
        yield part
        await anyio.lowlevel.checkpoint()


def shown_in(response: QueryResponse) -> list[str]:
    """The ids of the passages that an answer shows."""
    return sorted({source.passage_id for source in (*response.passages, *response.citations)})
