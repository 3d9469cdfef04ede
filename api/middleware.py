"""What surrounds every request: its id, the limit of its body, the headers of its answer, its line in the log."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.context import REQUEST_ID
from api.directory import Caller
from api.errors import response_of
from api.logs import place_of
from api.metrics import Metrics
from api.telemetry import Facts, Tracing

log = structlog.stdlib.get_logger("toben.http")

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_STATIC = "/static/"
_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class Door:
    """The outermost layer. `max_body_bytes` is checked before and while a body is read; `larger` are the
    limits of single paths.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        metrics: Metrics,
        tracing: Tracing,
        max_body_bytes: int,
        larger: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._tracing = tracing
        self._max_body_bytes = max_body_bytes
        self._larger = larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; other traffic (the life span) passes."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        visit = _Visit(scope, receive, send, self._larger.get(scope["path"], self._max_body_bytes))
        with (
            self._metrics.in_progress.track_inprogress(),
            self._tracing.span("request", visit.facts),
        ):
            await visit.serve(self._app)
        visit.report(self._metrics)


class _Visit:
    """One request on its way through."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, max_body_bytes: int) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._max_body_bytes = max_body_bytes
        self._taken = 0
        self._started = time.perf_counter()
        self._status = 0
        given = Headers(scope=scope).get("x-request-id", "")
        self._request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(16)
        self._state: dict[str, Any] = scope.setdefault("state", {})
        self._state.update(request_id=self._request_id, stages={})

    async def serve(self, app: ASGIApp) -> None:
        """Run the application; whatever it raises becomes an answer."""
        REQUEST_ID.set(self._request_id)
        try:
            announced = Headers(scope=self._scope).get("content-length", "")
            self._refuse_long(int(announced) if announced.isdecimal() else 0)
            await app(self._scope, self.receive, self.send)
        except Exception as exc:
            await self._fail(exc)

    async def receive(self) -> Message:
        """The next piece of the body, as long as it keeps within the limit."""
        message = await self._receive()
        self._taken += len(message.get("body", b""))
        self._refuse_long(self._taken)
        return message

    async def send(self, message: Message) -> None:
        """Pass a message on, with our headers where it starts an answer."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._dress(MutableHeaders(scope=message))
        await self._send(message)

    def facts(self) -> Facts:
        """What a span tells of the request."""
        return {
            "http.request.method": self._scope["method"],
            "http.route": self._route(),
            "http.response.status_code": self._status,
            "toben.request_id": self._request_id,
        }

    def report(self, metrics: Metrics) -> None:
        """Count and log the request, by the template of its path."""
        duration_s = time.perf_counter() - self._started
        route = self._route()
        caller = self._state.get("caller")
        error = self._state.get("error")
        metrics.request(route, self._scope["method"], self._status, duration_s)
        log.info(
            "request",
            request_id=self._request_id,
            method=self._scope["method"],
            route=route,
            status=self._status,
            duration_ms=round(duration_s * 1000, 1),
            principal=caller.principal.id if isinstance(caller, Caller) else "",
            error=type(error).__name__ if error else "",
        )

    def _route(self) -> str:
        """The template of the path; one word for all files of the page, and for paths that are no route."""
        if self._scope["path"].startswith(_STATIC):
            return _STATIC
        return getattr(self._scope.get("route"), "path", "") or "unmatched"

    def _refuse_long(self, size: int) -> None:
        if size > self._max_body_bytes:
            # FastAPI turns any other exception met while reading a body into a 400
            raise HTTPException(413)

    def _dress(self, headers: MutableHeaders) -> None:
        headers["X-Request-ID"] = self._request_id
        for name, value in SECURITY_HEADERS.items():
            headers[name] = value
        if "cache-control" not in headers:
            static = self._scope["path"].startswith(_STATIC) and self._status in (200, 304)
            headers["Cache-Control"] = "no-cache" if static else "no-store"
        caller = self._state.get("caller")
        if isinstance(caller, Caller) and caller.operator:
            headers["Server-Timing"] = self._timing()

    def _timing(self) -> str:
        stages = {**self._state["stages"], "total": time.perf_counter() - self._started}
        return ", ".join(f"{name};dur={seconds * 1000:.1f}" for name, seconds in stages.items())

    async def _fail(self, exc: Exception) -> None:
        self._state["error"] = exc
        if not isinstance(exc, HTTPException):
            log.error("failed", request_id=self._request_id, error=type(exc).__name__, place=place_of(exc))
        if self._status:
            return  # the answer has begun: the connection ends short, which a client notices
        await response_of(exc, self._request_id)(self._scope, self._receive, self.send)
