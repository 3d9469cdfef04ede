"""Every route declares who may use it; a route without a declaration stops the application from starting.

A declaration is a `Guard` among the dependencies of the route, so that what is declared is what is enforced.
Applications inside this one cannot carry one: they are named in `MOUNTS`, each with the place that guards it.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from fastapi import FastAPI, Request
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import BaseRoute, Mount, Route

from api.auth import is_loopback
from api.dependencies import caller_of, services_of
from api.directory import Caller
from api.errors import NotFoundError, ScopeError
from corpus.disclosure import PUBLIC
from corpus.errors import ConfigurationError


class Access(StrEnum):
    """Who may use a route."""

    ANYONE = "anyone"  # tells nothing of content: health, the empty page, static files
    READER = "reader"  # everybody, each within what they may read; identity decides in the engine
    LOCAL_USERS = "local_users"  # on this machine, while X-Toben-User is switched on
    OPERATOR = "operator"  # figures about the service
    OPERATORS_PAGE = "operators_page"  # an empty page; content comes through the endpoints


class Guard:
    """A dependency that lets in whom `access` names; to others the route does not exist."""

    def __init__(self, access: Access, scope: str = "") -> None:
        """Let in whom `access` names; an API key also needs `scope`."""
        self.access = access
        self.scope = scope

    async def __call__(self, request: Request) -> None:
        """Pass or raise.

        Raises:
            NotFoundError: the route is not for this caller.
            IdentityError: an identity was given and is not accepted.
            ScopeError: the API key is not for this route.
        """
        if self.access is Access.ANYONE:
            return
        caller = await caller_of(request)
        if self.access is Access.OPERATOR and not caller.operator:
            raise NotFoundError("for operators")
        if self.access is Access.OPERATORS_PAGE and not _may_open_page(request, caller):
            raise NotFoundError("for operators")
        if self.access is Access.LOCAL_USERS and not local_users(request):
            raise NotFoundError("only on this machine")
        if caller.scopes is not None and self.scope not in caller.scopes:
            raise ScopeError(self.scope)


ANYONE = Guard(Access.ANYONE)
ASK = Guard(Access.READER, "ask")
READ = Guard(Access.READER, "read")
FEEDBACK = Guard(Access.READER, "feedback")
WRITE = Guard(Access.READER, "write")  # whose files and documents they are, the holdings decide
LOCAL_USERS = Guard(Access.LOCAL_USERS, "read")
OPERATOR = Guard(Access.OPERATOR, "metrics")
OPERATE = Guard(Access.OPERATOR, "read")
OPERATORS_PAGE = Guard(Access.OPERATORS_PAGE, "read")

MOUNTS: dict[str, str] = {
    "static": "files of the page, the same for everybody",
    "mcp": "api.mcp identifies the caller of each tool",
}


def local_users(request: Request) -> bool:
    """Whether X-Toben-User is switched on and this request could use it."""
    return services_of(request).settings.user_header and is_loopback(request)


def _may_open_page(request: Request, caller: Caller) -> bool:
    """Operators; and where the page itself says who asks, whoever opens it to say so."""
    return caller.operator or (caller.principal is PUBLIC and local_users(request))


def check(app: FastAPI) -> None:
    """Look at every route of `app`.

    Raises:
        ConfigurationError: some declare no policy, or a mount is not listed; the message names them.
    """
    undeclared = sorted(_undeclared(app))
    if undeclared:
        raise ConfigurationError(f"these routes declare no policy: {', '.join(undeclared)}")


def _undeclared(app: FastAPI) -> Iterator[str]:
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if not _declared(route, getattr(context, "dependencies", None)):
            yield context.path or repr(route)


def _declared(route: BaseRoute, dependencies: object) -> bool:
    if isinstance(route, Mount) or type(route) is Route:
        return route.name in MOUNTS
    if not isinstance(route, APIRoute) or not isinstance(dependencies, list):
        return False
    return any(isinstance(item.dependency, Guard) for item in dependencies)
