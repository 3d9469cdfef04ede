"""Login and logout of the page at the OpenID provider. Without one these routes do not exist."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.auth import refuse_cross_site
from api.dependencies import login_of
from api.login import ATTEMPT_COOKIE, ATTEMPT_S, CALLBACK, SESSION_COOKIE, Login
from api.policy import ANYONE

router = APIRouter(include_in_schema=False, dependencies=[Depends(ANYONE)])
LoginOf = Annotated[Login, Depends(login_of)]


@router.get("/login")
async def begin(request: Request, login: LoginOf) -> Response:
    """Send the browser to the provider."""
    attempt = await login.begin(request)
    response = RedirectResponse(attempt.address, 303)
    response.set_cookie(
        ATTEMPT_COOKIE,
        attempt.cookie,
        max_age=ATTEMPT_S,
        path=CALLBACK,
        secure=login.secure(request),
        httponly=True,
        samesite="lax",
    )
    return response


@router.get(CALLBACK)
async def finish(
    request: Request,
    login: LoginOf,
    code: Annotated[str, Query(max_length=4096)] = "",
    state: Annotated[str, Query(max_length=512)] = "",
) -> Response:
    """Take the browser back from the provider, with a session."""
    session = await login.finish(request, code, state)
    response = RedirectResponse("/", 303)
    response.delete_cookie(ATTEMPT_COOKIE, path=CALLBACK)
    response.set_cookie(
        SESSION_COOKIE,
        session,
        max_age=int(login.lasts.total_seconds()),
        secure=login.secure(request),
        httponly=True,
        samesite="lax",
    )
    return response


@router.post("/logout")
async def leave(request: Request, login: LoginOf) -> Response:
    """End the session in this browser, and have it forget what it keeps of this site."""
    refuse_cross_site(request)
    response = Response(status_code=204)
    response.delete_cookie(SESSION_COOKIE, secure=login.secure(request), httponly=True, samesite="lax")
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response
