"""The page for people, and the OpenAPI document for developers."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from api.dependencies import services_of
from api.policy import ANYONE

router = APIRouter(include_in_schema=False, dependencies=[Depends(ANYONE)])


@router.get("/", response_class=HTMLResponse)
async def page(request: Request) -> Response:
    """The chat page: the same bytes for everybody, content comes through the endpoints."""
    shown = {"examples": services_of(request).settings.examples}
    response: Response = request.app.state.templates.TemplateResponse(request, "index.html", shown)
    return response


@router.get("/openapi.json")
async def openapi(request: Request) -> dict[str, Any]:
    """The contract of the endpoints."""
    contract: dict[str, Any] = request.app.openapi()
    return contract
