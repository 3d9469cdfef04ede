"""Is it alive, can it serve, and the figures for operators."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response

from api.dependencies import ServicesOf, in_turn
from api.metrics import CONTENT_TYPE
from api.policy import ANYONE, OPERATOR
from api.routes import errors
from api.schemas import HealthResponse
from corpus.errors import IndexNotReadyError

router = APIRouter(tags=["operation"])


@router.get("/healthz", dependencies=[Depends(ANYONE)])
async def healthz() -> HealthResponse:
    """The process answers."""
    return HealthResponse(status="ok")


@router.get("/readyz", dependencies=[Depends(ANYONE)], responses=errors())
async def readyz(request: Request, services: ServicesOf) -> HealthResponse:
    """Questions can be answered; 503 while they cannot."""
    if not await in_turn(request, services.ready):
        raise IndexNotReadyError("not ready")
    return HealthResponse(status="ready")


@router.get(
    "/metrics",
    dependencies=[Depends(OPERATOR)],
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, **errors(404)},
)
async def metrics(request: Request, services: ServicesOf) -> Response:
    """Figures for Prometheus; for operators, to others the route does not exist."""
    if services.overview is not None:
        request.app.state.metrics.alerted(await in_turn(request, services.overview.alerted))
    return Response(request.app.state.metrics.text(), media_type=CONTENT_TYPE)
