"""``POST /v1/query``: ask a question. ``POST /v1/search``: find passages without composing an answer."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Request, Response

from api import examples
from api.dependencies import METERED, CallerOf, PresenterOf, RequestId, ServicesOf, in_turn
from api.growth import Follower
from api.history import Asked
from api.live import Live
from api.policy import ASK
from api.routes import errors
from api.schemas import QueryRequest, QueryResponse, SearchRequest, SearchResponse
from api.streaming import EVENT_FRAMING, EVENTS, MEDIA_TYPE, event_schema
from rag.answer import Answer
from rag.clock import Clock
from rag.question import Understood

router = APIRouter(tags=["ask"])


@router.post(
    "/v1/query",
    dependencies=[Depends(ASK), METERED],
    response_model=QueryResponse,
    responses={
        200: {
            "description": "An answer or a refusal; with `stream`, the same as server-sent events",
            "content": {MEDIA_TYPE: {"schema": event_schema(*EVENTS)}},
        },
        **errors(400, 404, 413, 429),
    },
)
async def query(
    request: Request,
    body: Annotated[QueryRequest, Body(openapi_examples=examples.QUERY)],
    caller: CallerOf,
    services: ServicesOf,
    presenter: PresenterOf,
    request_id: RequestId,
) -> QueryResponse | Response:
    """Ask a question; every sentence of the answer is cited, or there is an honest refusal.

    With `stream` the events are `meta`, one `sentence` each, `citations`, `passages`, `done`.
    """
    clock = Clock()
    history = services.history

    def respond(answer: Answer, understood: Understood, kept: str = "") -> QueryResponse:
        body_ = presenter.query(answer, understood, request_id)
        return body_.model_copy(update={"conversation": kept})

    def work(follower: Follower) -> QueryResponse:
        if history is not None:
            history.expect(caller.principal, body.conversation)
        answer, understood = services.engine.ask(
            body.question,
            caller.principal,
            filters=body.filters.filters(),
            style=body.style,
            top_k=body.top_k,
            history=[(turn.question, turn.answer) for turn in body.history],
            clock=clock,
            follower=follower,
        )
        kept = ""
        if history is not None:
            given = body.filters.model_dump(mode="json", by_alias=True)
            asked = Asked(body.question, body.style, given, request_id, understood.question)
            kept = history.keep(caller.principal, asked, answer, body.conversation)
        request.state.stages |= clock.stages
        request.app.state.metrics.answered(answer.refusal is not None, answer.notice)
        return respond(answer, understood, kept)

    live = Live(request, lambda follower: in_turn(request, partial(work, follower)), hears=bool(body.stream))
    if not body.stream:
        return await live.whole()
    return await live.stream(EVENT_FRAMING, respond, partial(services.engine.allows, caller.principal))


@router.post("/v1/search", dependencies=[Depends(ASK), METERED], responses=errors(400, 413, 429))
async def search(
    request: Request,
    body: Annotated[SearchRequest, Body(openapi_examples=examples.SEARCH)],
    caller: CallerOf,
    services: ServicesOf,
    presenter: PresenterOf,
    request_id: RequestId,
) -> SearchResponse:
    """Find passages: just those that satisfy a line with operators, or those near to a question.

    Takes the request of `/v1/query` and uses question, filters and top_k of it.
    """
    page, clock = body.page(), Clock()
    found = await in_turn(
        request,
        lambda: services.engine.find(
            body.question, caller.principal, filters=body.filters.filters(), page=page, clock=clock
        ),
    )
    request.state.stages |= clock.stages
    return presenter.search(found, page, request_id)
