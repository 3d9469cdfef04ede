"""The pages for people and for operators, and the OpenAPI document for developers."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from api.dependencies import services_of
from api.policy import ANYONE, OPERATORS_PAGE

router = APIRouter(include_in_schema=False)


@router.get("/", response_class=HTMLResponse, dependencies=[Depends(ANYONE)])
async def page(request: Request) -> Response:
    """The chat page: the same bytes for everybody, content comes through the endpoints."""
    shown = {"examples": services_of(request).settings.examples}
    response: Response = request.app.state.templates.TemplateResponse(request, "index.html", shown)
    return response


@router.get("/operators", response_class=HTMLResponse, dependencies=[Depends(OPERATORS_PAGE)])
async def operators(request: Request) -> Response:
    """The operators' page: no content in it, that comes through the endpoints."""
    response: Response = request.app.state.templates.TemplateResponse(request, "operators.html")
    return response


@router.get("/openapi.json", dependencies=[Depends(ANYONE)])
async def openapi(request: Request) -> dict[str, Any]:
    """The contract of the endpoints."""
    contract: dict[str, Any] = request.app.openapi()
    return contract
