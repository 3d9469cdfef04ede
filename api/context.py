"""Which request is being worked on, for what is recorded far from the door."""

from __future__ import annotations

from contextvars import ContextVar

REQUEST_ID: ContextVar[str] = ContextVar("toben_request_id", default="")
"""The id of the request, as in its answer and in the log; empty outside HTTP."""
