"""``/v1/chat/completions`` and ``/v1/models``: the same answers in the shape that OpenAI clients expect."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Request, Response

from api import examples
from api.chat import MODELS, ChatRequest, ChatResponse, ModelOut, ModelsResponse, chat_response, framing
from api.dependencies import METERED, CallerOf, PresenterOf, RequestId, ServicesOf, in_turn
from api.errors import InvalidRequestError, NotFoundError
from api.growth import Follower
from api.live import Live
from api.policy import ASK
from api.routes import errors
from api.schemas import MAX_QUESTION_CHARS, QueryResponse
from api.streaming import MEDIA_TYPE, event_schema
from rag.answer import Answer
from rag.question import Understood

router = APIRouter(tags=["openai"])


@router.get("/v1/models", dependencies=[Depends(ASK)], responses=errors())
async def models() -> ModelsResponse:
    """The names to ask under: `toben`, and `toben-brief` for one short phrase."""
    return ModelsResponse(data=[ModelOut(id=name) for name in MODELS])


@router.post(
    "/v1/chat/completions",
    dependencies=[Depends(ASK), METERED],
    response_model=ChatResponse,
    responses={
        200: {
            "description": "An answer; with `stream`, its chunks as server-sent events",
            "content": {MEDIA_TYPE: {"schema": event_schema()}},
        },
        **errors(400, 404, 413, 429),
    },
)
async def chat_completions(
    request: Request,
    body: Annotated[ChatRequest, Body(openapi_examples=examples.CHAT)],
    caller: CallerOf,
    services: ServicesOf,
    presenter: PresenterOf,
    request_id: RequestId,
) -> ChatResponse | Response:
    """Ask with an OpenAI client. Citations are footnotes in the text, and data in the field `toben`."""
    question = body.question()
    if body.model not in MODELS:
        raise NotFoundError("no such model")
    if question is None or len(question) > MAX_QUESTION_CHARS:
        raise InvalidRequestError("no question, or too long a one")
    model, created = body.model, int(services.now().timestamp())

    def respond(answer: Answer, understood: Understood) -> QueryResponse:
        return presenter.query(answer, understood, request_id)

    def work(follower: Follower) -> QueryResponse:
        answer, understood = services.engine.ask(
            question,
            caller.principal,
            filters=body.filters.filters(),
            style=MODELS[model],
            top_k=body.top_k,
            history=body.history(),
            follower=follower,
        )
        request.app.state.metrics.answered(answer.refusal is not None, answer.notice)
        return respond(answer, understood)

    live = Live(request, lambda follower: in_turn(request, partial(work, follower)), hears=bool(body.stream))
    if not body.stream:
        return chat_response(await live.whole(), model, created)
    usage = bool(body.stream_options and body.stream_options.include_usage)
    parts = framing(request_id, model, created, usage=usage)
    return await live.stream(parts, respond, partial(services.engine.allows, caller.principal))
