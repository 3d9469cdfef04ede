"""``POST /v1/feedback``: what a reader says about an answer, kept for evaluators with the audience of its sources."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Request

from api import examples
from api.dependencies import METERED, CallerOf, RequestId, ServicesOf, in_turn
from api.errors import NotFoundError
from api.policy import FEEDBACK
from api.routes import errors
from api.schemas import FeedbackRequest, FeedbackResponse
from api.services import Feedback, Services
from corpus.disclosure import Principal, audience_of

router = APIRouter(tags=["ask"])


@router.post(
    "/v1/feedback",
    status_code=201,
    dependencies=[Depends(FEEDBACK), METERED],
    responses=errors(400, 404, 413, 429),
)
async def feedback(
    request: Request,
    body: Annotated[FeedbackRequest, Body(openapi_examples=examples.FEEDBACK)],
    caller: CallerOf,
    services: ServicesOf,
    request_id: RequestId,
) -> FeedbackResponse:
    """Store feedback. Passages that the caller may not read are the same 404 as passages that do not exist."""

    def store() -> None:
        audience = _audience(services, caller.principal, body.passage_ids)
        services.feedback.add(
            Feedback(
                request_id=body.request_id,
                principal_id=caller.principal.id,
                rating=body.rating,
                comment=body.comment,
                question=body.question,
                passage_ids=tuple(body.passage_ids),
                audience=audience,
                given_at=services.now(),
            )
        )
        if services.noting is not None and services.overview is not None and body.rating == "bad":
            reach = services.overview.reach(caller.principal)
            services.noting.wrong(body.question, body.comment, body.passage_ids, caller.principal, reach)

    await in_turn(request, store)
    return FeedbackResponse(request_id=request_id)


def _audience(services: Services, principal: Principal, passage_ids: list[str]) -> str:
    """The narrowest audience among passages, looked up here: a caller's word for it counts for nothing."""
    compartments = []
    for passage_id in passage_ids:
        found = services.engine.passage(principal, passage_id)
        if found is None:
            raise NotFoundError(passage_id)
        compartments.append(found.compartment)
    return audience_of(compartments)
