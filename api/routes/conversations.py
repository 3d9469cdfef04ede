"""``/v1/conversations``: what the caller has asked, shown again within what may be read now, and deleted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from api import schemas
from api.dependencies import CallerOf, PresenterOf, RequestId, ServicesOf, in_turn
from api.errors import NotFoundError
from api.history import LESS, History, Recalled
from api.policy import ASK
from api.presentation import Presenter
from api.routes import errors
from api.services import Services
from rag.answer import Style

router = APIRouter(tags=["conversations"], dependencies=[Depends(ASK)])


class ConversationOut(BaseModel):
    """A conversation in the list; `title` is its first question."""

    id: str
    title: str
    turns: int
    updated_at: str = Field(description="when the last question was asked, in the time of the office")


class ConversationsResponse(BaseModel):
    """The caller's conversations, newest first."""

    conversations: list[ConversationOut]
    days: int = Field(description="how long they are kept after the last question; 0: they are not kept")
    request_id: str


class TurnOut(BaseModel):
    """A question and what may be shown of its answer now."""

    question: str
    style: Style
    filters: dict[str, Any] = Field(description="as they were asked with")
    asked_at: str = Field(description="in the time of the office")
    answer: schemas.AnswerOut | None
    refusal: schemas.RefusalOut | None
    notice: str
    notice_codes: list[str] = Field(
        description="the notice for programs; `less`: a part may not be shown now"
    )
    followups: list[str] = Field(
        description="after the last answer, questions that one can ask next, made of what may be read now"
    )
    citations: list[schemas.CitationOut]
    request_id: str = Field(description="of the request that asked")


class ConversationResponse(BaseModel):
    """One conversation of the caller, oldest turn first."""

    id: str
    turns: list[TurnOut]
    request_id: str


class ForgottenResponse(BaseModel):
    """How many conversations are gone."""

    deleted: int
    request_id: str


def history_of(services: Services) -> History:
    """Where conversations are kept.

    Raises:
        NotFoundError: this service keeps none.
    """
    if services.history is None:
        raise NotFoundError("no history")
    return services.history


@router.get("/v1/conversations", responses=errors())
async def conversations(
    request: Request, caller: CallerOf, services: ServicesOf, request_id: RequestId
) -> ConversationsResponse:
    """The caller's conversations. Nobody in particular has none."""
    history = services.history
    kept = await in_turn(request, lambda: history.listed(caller.principal)) if history else []
    return ConversationsResponse(
        conversations=[
            ConversationOut(
                id=each.id, title=each.title, turns=each.turns, updated_at=_written(each.updated_at)
            )
            for each in kept
        ],
        days=history.days(caller.principal) if history else 0,
        request_id=request_id,
    )


@router.get("/v1/conversations/{conversation_id}", responses=errors(404))
async def conversation(
    request: Request,
    conversation_id: str,
    caller: CallerOf,
    services: ServicesOf,
    presenter: PresenterOf,
    request_id: RequestId,
) -> ConversationResponse:
    """A conversation of the caller; answers hold what the caller may read at this moment."""
    history = history_of(services)

    def gather() -> list[TurnOut]:
        turns = history.open(caller.principal, conversation_id)
        last = turns[-1] if turns else None
        shown = [_out(presenter, turn) for turn in turns]
        if last is not None and last.answer.refusal is None:
            question = last.asked.completed or last.asked.question
            found = services.engine.offered(caller.principal, question, last.answer)
            shown[-1] = shown[-1].model_copy(update={"followups": [each.text for each in found]})
        return shown

    return ConversationResponse(
        id=conversation_id, turns=await in_turn(request, gather), request_id=request_id
    )


@router.delete("/v1/conversations/{conversation_id}", responses=errors(404))
async def forget(
    request: Request, conversation_id: str, caller: CallerOf, services: ServicesOf, request_id: RequestId
) -> ForgottenResponse:
    """Delete a conversation of the caller."""
    history = history_of(services)
    gone = await in_turn(request, lambda: history.delete(caller.principal, conversation_id))
    return ForgottenResponse(deleted=gone, request_id=request_id)


@router.delete("/v1/conversations", responses=errors())
async def forget_all(
    request: Request, caller: CallerOf, services: ServicesOf, request_id: RequestId
) -> ForgottenResponse:
    """Delete all conversations of the caller."""
    history = services.history
    gone = await in_turn(request, lambda: history.delete(caller.principal)) if history else 0
    return ForgottenResponse(deleted=gone, request_id=request_id)


def _out(presenter: Presenter, turn: Recalled) -> TurnOut:
    answer = turn.answer
    return TurnOut(
        question=turn.asked.question,
        style=turn.asked.style,
        filters=dict(turn.asked.filters),
        asked_at=_written(turn.asked_at),
        answer=None if answer.refusal else presenter.answer(answer),
        refusal=presenter.refusal(answer),
        notice=answer.notice,
        notice_codes=["less"] if answer.notice == LESS else [],
        followups=[],
        citations=[presenter.citation(citation) for citation in answer.citations],
        request_id=turn.asked.request_id,
    )


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")
