"""The application: routes, layers and policy put together over given services."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from importlib.resources import files
from pathlib import Path

import anyio
from fastapi import FastAPI
from fastapi.templating import Jinja2Templates
from starlette.routing import BaseRoute
from starlette.staticfiles import StaticFiles

from api import contract, errors, policy
from api.limits import Meter, SharedMeter, Turnstile
from api.login import Login
from api.mcp import McpDoor, make_server
from api.metrics import Metrics
from api.middleware import Door
from api.routes import (
    chat,
    conversations,
    documents,
    export,
    feedback,
    health,
    holdings,
    intakes,
    inventory,
    labels,
    login,
    page,
    people,
    query,
    uploads,
    usage,
)
from api.services import Services

WEB = Path(str(files("api"))) / "web"
_MINUTE_S, _DAY_S = 60.0, 86_400.0


def create_app(services: Services) -> FastAPI:
    """The application over `services`.

    Raises:
        ConfigurationError: a route declares no policy.
    """
    app = FastAPI(
        title="Toben",
        version="1.0.0",
        summary="Cited answers from council minutes, within what the caller may read",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
        generate_unique_id_function=_operation_id,
    )
    metrics = Metrics()
    limits = services.settings.http
    app.state.services = services
    app.state.metrics = metrics
    llm = services.settings.llm
    # who waits for the model takes no turn from those who do not
    app.state.turnstile = Turnstile(limits.workers + (llm.concurrent if llm.base_url else 0), limits.waiting)
    app.state.meters = (
        _meter(services, limits.questions_per_minute, _MINUTE_S),
        _meter(services, limits.questions_per_day, _DAY_S),
    )
    app.state.login = (
        Login(services.settings.oidc, services.settings.public_url) if services.settings.oidc.issuer else None
    )
    app.state.templates = Jinja2Templates(WEB / "templates")
    for module in (
        query,
        chat,
        conversations,
        export,
        documents,
        holdings,
        uploads,
        labels,
        inventory,
        intakes,
        usage,
        feedback,
        people,
        health,
        login,
        page,
    ):
        app.include_router(module.router)
    app.state.mcp = McpDoor(make_server(services, app.state.turnstile), limits.max_body_bytes)
    app.router.routes.append(app.state.mcp.route)
    app.mount("/static", StaticFiles(directory=WEB / "static"), name="static")
    errors.install(app)
    larger = {uploads.PATH: limits.max_upload_bytes}
    app.add_middleware(
        Door, metrics=metrics, tracing=services.tracing, max_body_bytes=limits.max_body_bytes, larger=larger
    )
    app.openapi = partial(contract.of, app)  # type: ignore[method-assign]
    policy.check(app)
    return app


def _meter(services: Services, capacity: int, period_s: float) -> Meter:
    if services.limits_file is None:
        return Meter(capacity, period_s, services.monotonic)
    return SharedMeter(services.limits_file, capacity, period_s, services.monotonic)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Look at the routes once more at start: some may have been added after `create_app`."""
    policy.check(app)
    services: Services = app.state.services
    if services.holdings is not None:
        services.holdings.start()
    async with app.state.mcp.open():
        yield
    if services.holdings is not None:
        await anyio.to_thread.run_sync(services.holdings.stop)
    await anyio.to_thread.run_sync(services.tracing.close)


def _operation_id(route: BaseRoute) -> str:
    """The name of the function, so that generated clients read well."""
    return str(getattr(route, "name", ""))
