"""Server-sent events of an answer: ``meta``, one ``sentence`` each, ``citations``, ``passages``, ``done``.

A sentence is checked before its frame leaves, so the frames are a function of what the caller may read: one
frame, one chunk. An answer of real sentences is complete before the first frame; what a model writes leaves
sentence by sentence (`api.live`). A narrowing of disclosure under way cuts the stream with an ``error``.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import anyio

from api.errors import BUSY, body_of
from api.schemas import QueryResponse, SentenceOut

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


@dataclass(frozen=True, slots=True)
class Framing:
    """How an answer is cut into parts of a stream: what comes first, each sentence, what comes last."""

    head: Callable[[QueryResponse], Iterable[bytes]]
    sentence: Callable[[SentenceOut], bytes]
    tail: Callable[[QueryResponse], Iterable[bytes]]

    def whole(self, response: QueryResponse, *, after: int = 0) -> Iterator[bytes]:
        """All parts of a whole answer or refusal; with `after`, what follows the head and that many sentences."""
        if not after:
            yield from self.head(response)
        sentences = response.answer.sentences if response.answer else []
        yield from (self.sentence(sentence) for sentence in sentences[after:])
        yield from self.tail(response)


def _head(response: QueryResponse) -> Iterator[bytes]:
    body = response.model_dump(mode="json")
    yield frame("meta", {name: body[name] for name in ("request_id", "question", "conversation")})


def _tail(response: QueryResponse) -> Iterator[bytes]:
    body = response.model_dump(mode="json")
    answer = body["answer"]
    yield frame("citations", body["citations"])
    yield frame("passages", body["passages"])
    done = {"text": answer["text"], "audience": answer["audience"]} if answer else None
    told = ("refusal", "notice", "notice_codes", "followups", "conversation")
    yield frame("done", {"answer": done, **{name: body[name] for name in told}})


EVENT_FRAMING = Framing(_head, lambda said: frame("sentence", said.model_dump(mode="json")), _tail)
"""The frames of ``/v1/query``."""


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
