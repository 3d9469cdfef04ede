"""What a route takes from the application and from the request."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Annotated, TypeVar, cast

from fastapi import Depends, Query, Request

from api.auth import Gate
from api.directory import Caller
from api.errors import NotFoundError
from api.limits import Meter, Turnstile
from api.login import Login
from api.overview import Overview
from api.presentation import Presenter
from api.services import Services
from corpus.disclosure import PUBLIC

T = TypeVar("T")


def services_of(request: Request) -> Services:
    """What the application stands on."""
    return cast(Services, request.app.state.services)


async def caller_of(request: Request) -> Caller:
    """Who asks; found once for each request.

    Raises:
        IdentityError: an identity was given and is not accepted.
    """
    known = getattr(request.state, "caller", None)
    if known is None:
        services = services_of(request)
        gate = Gate(
            directory=services.directory(),
            today=services.now().date(),
            user_header=services.settings.user_header,
            keys=services.keys,
            login=request.app.state.login,
        )
        known = await gate.identify(request)
        request.state.caller = known
    return cast(Caller, known)


async def login_of(request: Request) -> Login:
    """The OpenID login.

    Raises:
        NotFoundError: there is none.
    """
    login = cast(Login | None, request.app.state.login)
    if login is None:
        raise NotFoundError("no provider is configured")
    return login


async def _services(request: Request) -> Services:
    # a dependency that is not a coroutine would take a thread for each request
    return services_of(request)


async def _request_id(request: Request) -> str:
    return request_id_of(request)


def request_id_of(request: Request) -> str:
    """The id of this request, as in its headers and in the log."""
    return cast(str, request.state.request_id)


async def _metered(request: Request, caller: Annotated[Caller, Depends(caller_of)]) -> None:
    meter(request, caller)


def meter(request: Request, caller: Caller) -> None:
    """Count one question of the caller.

    Raises:
        RateLimitError: too many in the time allowed.
    """
    address = request.client.host if request.client else "unknown"
    asker = f"address:{address}" if caller.principal is PUBLIC else f"principal:{caller.principal.id}"
    for one in cast(tuple[Meter, ...], request.app.state.meters):
        one.take(asker)


async def in_turn(request: Request, work: Callable[[], T]) -> T:
    """The result of blocking `work`, run in a thread when its turn comes.

    Raises:
        OverloadedError: too many are waiting.
    """
    started = time.perf_counter()
    try:
        return await cast(Turnstile, request.app.state.turnstile).run(work)
    finally:
        request.state.stages["engine"] = time.perf_counter() - started


async def presenter_of(request: Request) -> Presenter:
    """What builds the bodies of answers."""
    return Presenter(services_of(request).settings.public_url)


async def overview_of(request: Request) -> Overview:
    """What operators look at.

    Raises:
        NotFoundError: this service has nothing for them.
    """
    overview = services_of(request).overview
    if overview is None:
        raise NotFoundError("no overview")
    return overview


Offset = Annotated[int, Query(ge=0, le=1_000_000)]
Limit = Annotated[int, Query(ge=1, le=200)]
OverviewOf = Annotated[Overview, Depends(overview_of)]
ServicesOf = Annotated[Services, Depends(_services)]
CallerOf = Annotated[Caller, Depends(caller_of)]
PresenterOf = Annotated[Presenter, Depends(presenter_of)]
RequestId = Annotated[str, Depends(_request_id)]
METERED = Depends(_metered)
