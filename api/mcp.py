"""The MCP door: tools to search, ask and open a passage, over streamable HTTP (``/mcp``) and over stdio.

Every call runs as somebody: over HTTP the caller of that very request, over stdio the one the process was
started as. What goes wrong is told in the constant words of the error table, never in those of an exception.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date
from functools import partial
from typing import Annotated, Any, TypeVar, cast

import anyio
import structlog
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from mcp.types import ToolAnnotations
from pydantic import Field
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from api.dependencies import caller_of, meter, request_id_of
from api.directory import Caller
from api.errors import NotFoundError, OverloadedError, ScopeError, outcome_of, response_of
from api.growth import Follower
from api.limits import Turnstile
from api.logs import place_of
from api.presentation import Presenter
from api.schemas import MAX_QUESTION_CHARS, PassageResponse, QueryResponse, SearchResponse
from api.services import Services
from corpus.errors import TobenError
from rag.answer import Answer, Style
from rag.finding import Order, Page
from rag.question import Filters, Understood

log = structlog.stdlib.get_logger("toben.mcp")
PATH = "/mcp"
_READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
_INSTRUCTIONS = (
    "会議録・議会答弁・資料を、利用者が閲覧できる範囲で探します。"
    "回答の各文には出典の番号が付きます。出典のないことは補わないでください。"
)

T = TypeVar("T")
Question = Annotated[str, Field(max_length=MAX_QUESTION_CHARS, description="質問や探す言葉")]
Names = Annotated[list[str] | None, Field(max_length=50)]
Day = Annotated[date | None, Field(description="YYYY-MM-DD")]
Count = Annotated[int, Field(ge=1, le=50)]


class Tools:
    """The three tools. `fixed` is the caller where there is no request to ask (stdio)."""

    def __init__(self, services: Services, turnstile: Turnstile, fixed: Caller | None = None) -> None:
        self._services = services
        self._turnstile = turnstile
        self._fixed = fixed
        self._presenter = Presenter(services.settings.public_url)

    async def ask(
        self,
        question: Question,
        ctx: Context,
        from_: Day = None,
        to: Day = None,
        meetings: Names = None,
        speakers: Names = None,
        top_k: Count = 8,
    ) -> QueryResponse:
        """質問に、出典つきの文で答えます。記録にないときは、見つからなかったと答えます。"""
        filters = _filters(from_, to, meetings, speakers)

        def work(caller: Caller, waiting: Follower) -> QueryResponse:
            answer, understood = self._services.engine.ask(
                question,
                caller.principal,
                filters=filters,
                style=Style.FULL,
                top_k=top_k,
                history=[],
                follower=waiting,
            )
            return self._presenter.query(answer, understood, self._request_id(ctx))

        return await self._run(ctx, "ask", work)

    async def search(
        self,
        query: Question,
        ctx: Context,
        from_: Day = None,
        to: Day = None,
        meetings: Names = None,
        speakers: Names = None,
        top_k: Count = 8,
        sort: Order = Order.RELEVANCE,
        offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0,
    ) -> SearchResponse:
        """発言や資料の箇所を探します。「」で囲んだ語句、空白（かつ）、|（または）、-（除く）、発言者: 会議: 期間: も使えます。"""
        filters = _filters(from_, to, meetings, speakers)
        page = Page(sort, offset, top_k)

        def work(caller: Caller, _: Follower) -> SearchResponse:
            found = self._services.engine.find(query, caller.principal, filters=filters, page=page)
            return self._presenter.search(found, page, self._request_id(ctx))

        return await self._run(ctx, "ask", work)

    async def open_passage(
        self, passage_id: Annotated[str, Field(max_length=200)], ctx: Context
    ) -> PassageResponse:
        """passage_id の箇所の本文と見出しを開きます。"""

        def work(caller: Caller, _: Follower) -> PassageResponse:
            found = self._services.engine.passage(caller.principal, passage_id)
            if found is None:
                raise NotFoundError(passage_id)
            return PassageResponse(passage=self._presenter.passage(found), request_id=self._request_id(ctx))

        return await self._run(ctx, "read", work)

    async def _run(self, ctx: Context, scope: str, work: Callable[[Caller, Follower], T]) -> T:
        try:
            caller = await self._caller(ctx)
            if caller.scopes is not None and scope not in caller.scopes:
                raise ScopeError(scope)
            return await _followed(self._turnstile, partial(work, caller))
        except Exception as exc:
            log.warning("tool_failed", error=type(exc).__name__, place=place_of(exc))
            raise ToolError(outcome_of(exc).message) from None

    def _request_id(self, ctx: Context) -> str:
        """The id of the HTTP request, or a new one over stdio."""
        return secrets.token_hex(16) if self._fixed else request_id_of(_request(ctx))

    async def _caller(self, ctx: Context) -> Caller:
        if self._fixed is not None:
            return self._fixed
        request = _request(ctx)
        caller = await caller_of(request)
        meter(request, caller)
        return caller


class _Waiting:
    """Waits for the whole answer of one call, until the call is cancelled."""

    hears = False

    def __init__(self) -> None:
        self._left = threading.Event()

    def hear(self, answer: Answer, understood: Understood) -> None:
        """As in `Follower`; never called."""

    def gone(self) -> bool:
        """As in `Follower`."""
        return self._left.is_set()

    async def watch(self) -> None:
        """Notice that the call is cancelled: a thread cannot be, and would wait on for the model."""
        try:
            await anyio.sleep_forever()
        finally:
            self._left.set()


async def _followed(turnstile: Turnstile, work: Callable[[Follower], T]) -> T:
    """What `work` returns or raises; where the call is cancelled meanwhile, `work` is told that nobody waits."""
    waiting, failed, made = _Waiting(), None, None
    async with anyio.create_task_group() as group:
        group.start_soon(waiting.watch)
        try:
            made = await turnstile.run(lambda: work(waiting))
        except Exception as exc:  # kept out of the group, which would wrap it
            failed = exc
        group.cancel_scope.cancel()
    if failed is not None:
        raise failed
    return cast(T, made)


def make_server(services: Services, turnstile: Turnstile, fixed: Caller | None = None) -> MCPServer[Any]:
    """An MCP server with the three tools."""
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.NullHandler())  # else the library adds one that prints tracebacks
    server: MCPServer[Any] = MCPServer(
        "toben", title="答弁ナビ", instructions=_INSTRUCTIONS, log_level="ERROR"
    )
    tools = Tools(services, turnstile, fixed)
    for tool in (tools.ask, tools.search, tools.open_passage):
        server.add_tool(tool, annotations=_READS)
    return server


async def serve_stdio(services: Services, caller: Caller) -> None:
    """Serve one client over standard input and output, as `caller`, until it leaves."""
    limits = services.settings.http
    await make_server(services, Turnstile(limits.workers, limits.waiting), caller).run_stdio_async()


class McpDoor:
    """Streamable HTTP for the application: identifies the caller, then hands over to the MCP library.

    Stateless: each request stands for itself, so several processes may serve one client and rights are
    looked at anew each time.
    """

    def __init__(self, server: MCPServer[Any], max_body_bytes: int) -> None:
        self._server = server
        self._max_body_bytes = max_body_bytes
        self._manager: StreamableHTTPSessionManager | None = None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Serve inside; may be entered again later (the library's manager runs only once)."""
        # the Host header is compared where it matters, in `api.auth.is_loopback`
        security = TransportSecuritySettings(enable_dns_rebinding_protection=False)
        self._server.streamable_http_app(
            streamable_http_path=PATH,
            json_response=True,
            stateless_http=True,
            max_request_body_size=self._max_body_bytes,
            transport_security=security,
        )
        self._manager = self._server.session_manager
        async with self._manager.run():
            yield
        self._manager = None

    @property
    def route(self) -> Route:
        """The route to put into the application."""
        return Route(PATH, endpoint=self, name="mcp", include_in_schema=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request of an MCP client."""
        scope["route"] = self.route
        request = Request(scope, receive)
        try:
            await caller_of(request)
            if self._manager is None:
                raise OverloadedError("not started")
        except TobenError as exc:
            await response_of(exc, request.state.request_id)(scope, receive, send)
            return
        await self._manager.asgi_app(scope, receive, send)


def _request(ctx: Context) -> Request:
    """The HTTP request that a tool call came in."""
    return cast(Request, ctx.request_context.request)


def _filters(from_: date | None, to: date | None, meetings: Names, speakers: Names) -> Filters:
    return Filters(from_=from_, to=to, meetings=tuple(meetings or ()), speakers=tuple(speakers or ()))
