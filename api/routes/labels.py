"""Change the label of a document or of a part of it. To those whose record it is not, the record does not exist.

Closing acts at once. Opening is a proposal until another person approves it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.dependencies import CallerOf, RequestId, ServicesOf, in_turn
from api.errors import NotFoundError
from api.labelling import LabelDesk, Proposal, Receipt, audience_of_words
from api.policy import READ, WRITE
from api.routes import errors
from api.services import Services
from corpus.disclosure import Ground, Label, Status
from corpus.labels import Act, LabelEvent, Scope
from ingest.relabel import LabelState
from ingest.wishes import Change

router = APIRouter(tags=["labels"])

Words = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class LabelChange(BaseModel):
    """What is asked for. With parts, `partial` closes the parts and opens the rest; without, it closes all."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: Status
    audience: list[Name] = Field(
        default=[],
        max_length=50,
        description="who reads it, any of: staff, dept:…, group:…; the owner if empty",
    )
    grounds: list[Ground] = Field(default=[], max_length=20)
    reason: Annotated[str, StringConstraints(max_length=1000)] = ""
    hidden: bool = Field(default=False, description="whether even its existence is withheld")
    review_on: date | None = None
    sections: list[Name] = Field(default=[], max_length=50, description="agenda items, by title or number")
    utterances: list[Annotated[int, Field(ge=1, le=100_000)]] = Field(default=[], max_length=200)
    quotes: list[Words] = Field(default=[], max_length=200, description="words of the text")
    replaces: list[Name] = Field(
        default=[], max_length=50, description="ids of events that shall no longer count"
    )

    def change(self) -> Change:
        """The same as a plain value."""
        label = Label(
            self.status,
            audience=audience_of_words(self.audience),
            grounds=frozenset(self.grounds),
            reason=self.reason,
            hidden=self.hidden,
            review_on=self.review_on,
        )
        return Change(label, tuple(self.sections), tuple(self.utterances), tuple(self.quotes))


class ChangeResponse(BaseModel):
    """What became of a change.

    `proposal` is the id to approve where it waits for a second person. `recall` is the number of answers, lists
    and files that had shown what it closed; operators have the list.
    """

    document_id: str
    state: LabelState
    proposal: str | None
    recall: int
    finished: bool = Field(description="whether the index has followed; what is closed is closed either way")
    request_id: str


class ProposalOut(BaseModel):
    """A change that waits for a second person; `title` is empty where the caller may not read the document."""

    id: str
    document_id: str
    title: str
    scope: Scope
    status: Status | None
    audience: list[str]
    reason: str
    by: str
    recorded_at: datetime | None


class ProposalsResponse(BaseModel):
    """What waits for approval, oldest first."""

    proposals: list[ProposalOut]
    request_id: str


class EventOut(BaseModel):
    """One thing that was said or decided; `in_force` is whether it counts now."""

    id: str
    act: Act
    source: str
    scope: Scope
    status: Status | None
    audience: list[str]
    hidden: bool
    reason: str
    by: str
    recorded_at: datetime | None
    in_force: bool


class HistoryResponse(BaseModel):
    """The label events of a document, oldest first."""

    events: list[EventOut]
    request_id: str


def desk_of(services: Services) -> LabelDesk:
    """The desk.

    Raises:
        NotFoundError: this service has none.
    """
    if services.labels is None:
        raise NotFoundError("no desk")
    return services.labels


@router.patch(
    "/v1/documents/{document_id}/label", responses=errors(400, 404, 413), dependencies=[Depends(WRITE)]
)
async def change_label(
    request: Request,
    document_id: str,
    body: LabelChange,
    caller: CallerOf,
    services: ServicesOf,
    request_id: RequestId,
) -> ChangeResponse:
    """Change the label of a document or of parts of it."""
    desk = desk_of(services)
    receipt = await in_turn(
        request, lambda: desk.change(document_id, body.change(), caller.principal, body.replaces)
    )
    return _changed(desk, receipt, request_id)


@router.get("/v1/documents/{document_id}/label", responses=errors(404), dependencies=[Depends(READ)])
async def label_history(
    request: Request, document_id: str, caller: CallerOf, services: ServicesOf, request_id: RequestId
) -> HistoryResponse:
    """What was said and decided about a document, for those who may label it."""
    desk = desk_of(services)
    events, counting = await in_turn(request, lambda: desk.history(document_id, caller.principal))
    return HistoryResponse(
        events=[_event(desk, event, event.id in counting) for event in events], request_id=request_id
    )


@router.get("/v1/label-proposals", responses=errors(404), dependencies=[Depends(READ)])
async def label_proposals(
    request: Request, caller: CallerOf, services: ServicesOf, request_id: RequestId
) -> ProposalsResponse:
    """What waits for a second person, as far as the caller may label it."""
    desk = desk_of(services)
    found = await in_turn(request, lambda: desk.proposals(caller.principal))
    return ProposalsResponse(proposals=[_proposal(each) for each in found], request_id=request_id)


@router.post(
    "/v1/label-proposals/{proposal_id}/approval", responses=errors(404), dependencies=[Depends(WRITE)]
)
async def approve_label(
    request: Request, proposal_id: str, caller: CallerOf, services: ServicesOf, request_id: RequestId
) -> ChangeResponse:
    """Approve a proposal that another person made."""
    desk = desk_of(services)
    receipt = await in_turn(request, lambda: desk.approve(proposal_id, caller.principal))
    return _changed(desk, receipt, request_id)


@router.delete("/v1/label-proposals/{proposal_id}", responses=errors(404), dependencies=[Depends(WRITE)])
async def reject_label(
    request: Request, proposal_id: str, caller: CallerOf, services: ServicesOf, request_id: RequestId
) -> ChangeResponse:
    """Set a proposal aside."""
    desk = desk_of(services)
    receipt = await in_turn(request, lambda: desk.reject(proposal_id, caller.principal))
    return _changed(desk, receipt, request_id)


def _changed(desk: LabelDesk, receipt: Receipt, request_id: str) -> ChangeResponse:
    outcome = receipt.outcome
    proposed = outcome.state is LabelState.PROPOSED
    return ChangeResponse(
        document_id=outcome.document_id,
        state=outcome.state,
        proposal=desk.key("proposal", outcome.decision) if proposed else None,
        recall=len(receipt.uses),
        finished=outcome.finished,
        request_id=request_id,
    )


def _proposal(proposal: Proposal) -> ProposalOut:
    event = proposal.event
    return ProposalOut(
        id=proposal.id,
        document_id=event.document_id,
        title=proposal.title,
        scope=event.scope,
        status=event.label.status if event.label else None,
        audience=_audience(event),
        reason=event.label.reason if event.label else "",
        by=event.by,
        recorded_at=event.recorded_at,
    )


def _event(desk: LabelDesk, event: LabelEvent, in_force: bool) -> EventOut:
    label = event.label
    return EventOut(
        id=desk.key("event", event.id),
        act=event.act,
        source=event.source,
        scope=event.scope,
        status=label.status if label else None,
        audience=_audience(event),
        hidden=bool(label and label.hidden),
        reason=label.reason if label else "",
        by=event.by,
        recorded_at=event.recorded_at,
        in_force=in_force,
    )


def _audience(event: LabelEvent) -> list[str]:
    clauses = event.label.audience if event.label else frozenset()
    return sorted("|".join(sorted(clause)) for clause in clauses)
