"""Who the caller is, and the switch of users that a machine of its own may offer."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Depends, Request

from api.dependencies import CallerOf, RequestId, ServicesOf
from api.directory import Caller
from api.policy import LOCAL_USERS, READ, local_users
from api.routes import errors
from api.schemas import MeResponse, PersonOut, PrincipalsResponse
from corpus.disclosure import PUBLIC

router = APIRouter(tags=["people"])


@router.get("/v1/me", dependencies=[Depends(READ)], responses=errors())
async def me(request: Request, caller: CallerOf, request_id: RequestId) -> MeResponse:
    """Who the caller is taken for."""
    principal = caller.principal
    return MeResponse(
        id=principal.id,
        name=principal.name,
        departments=sorted(principal.departments),
        staff=principal.staff,
        operator=caller.operator,
        user_switch=local_users(request),
        login=_login(request, caller),
        request_id=request_id,
    )


@router.get("/v1/principals", dependencies=[Depends(LOCAL_USERS)], responses=errors(404))
async def principals(services: ServicesOf, request_id: RequestId) -> PrincipalsResponse:
    """The people of the principals file, while X-Toben-User is switched on and only on this machine."""
    callers = services.directory().callers.values()
    return PrincipalsResponse(principals=[_person(caller) for caller in callers], request_id=request_id)


def _login(request: Request, caller: Caller) -> Literal["none", "out", "in"]:
    if request.app.state.login is None:
        return "none"
    return "out" if caller.principal is PUBLIC else "in"


def _person(caller: Caller) -> PersonOut:
    principal = caller.principal
    return PersonOut(id=principal.id, name=principal.name, departments=sorted(principal.departments))
