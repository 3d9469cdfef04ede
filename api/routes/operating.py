"""The operators' page and what stands on it. To others these routes do not exist; content comes by no office.

Every list is cut to what the caller may read or label before it is counted and paged; see `api.overview`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from api.dependencies import CallerOf, RequestId, ServicesOf, in_turn
from api.errors import NotFoundError
from api.overview import Held, Overview
from api.policy import OPERATE, OPERATORS_PAGE
from api.routes import errors
from api.services import Services
from corpus.disclosure import Status
from corpus.model import Kind
from ingest.intake import Intake
from ingest.uploads import PREFIX

router = APIRouter(tags=["operation"])
Offset = Annotated[int, Query(ge=0, le=1_000_000)]
Limit = Annotated[int, Query(ge=1, le=200)]
_ALERTS = timedelta(days=90)


class HeldOut(BaseModel):
    """A document with its label. `labelled` is whether the caller may change it."""

    id: str
    title: str
    kind: Kind
    meeting: str
    date: date | None
    department: str
    collection: str
    status: str
    audience: str
    labelled: bool


class HeldResponse(BaseModel):
    """A page of the documents the caller may read."""

    documents: list[HeldOut]
    next_offset: int | None
    request_id: str


class SourceOut(BaseModel):
    """A file that an ingest was given; `reason` says why it was refused."""

    name: str
    collection: str
    department: str
    state: Literal["live", "refused"]
    reason: str
    uploaded: bool
    taken_at: datetime


class SourcesResponse(BaseModel):
    """A page of files, latest first."""

    sources: list[SourceOut]
    next_offset: int | None
    request_id: str


class UseOut(BaseModel):
    """An answer, a list or a file that used a document."""

    at: datetime
    kind: str
    person: str
    passages: int
    withdrawn: bool
    used_in: str


class RecallResponse(BaseModel):
    """Who was shown a document, newest first, as far as the caller may read what was shown."""

    document_id: str
    uses: list[UseOut]
    request_id: str


class UsageOut(BaseModel):
    """One department in one ISO week; `department` is ``*`` for everybody, empty for those without one.

    `people` of `staff` (null where nobody in the principals file belongs to it) asked or searched.
    """

    week: str
    department: str
    people: int
    staff: int | None
    questions: int
    searches: int


class UsageResponse(BaseModel):
    """How much was asked, newest week first."""

    usage: list[UsageOut]
    request_id: str


class UnansweredOut(BaseModel):
    """A question that found no answer, or whose answer was called wrong."""

    id: str
    at: datetime
    why: Literal["not_found", "bad"]
    question: str
    comment: str
    departments: list[str]


class UnansweredResponse(BaseModel):
    """Questions whose asker could read nothing that the caller may not; `days` is how long they are kept."""

    unanswered: list[UnansweredOut]
    days: int
    request_id: str


class AlertOut(BaseModel):
    """Somebody asked in an unusual way."""

    at: datetime
    kind: Literal["refused_ids", "closed_passages"]
    person: str
    count: int


class AlertsResponse(BaseModel):
    """The alerts of the last 90 days, for auditors; empty for other operators."""

    alerts: list[AlertOut]
    request_id: str


def overview_of(services: Services) -> Overview:
    """What operators look at.

    Raises:
        NotFoundError: this service has nothing for them.
    """
    if services.overview is None:
        raise NotFoundError("no overview")
    return services.overview


@router.get(
    "/operators", response_class=HTMLResponse, include_in_schema=False, dependencies=[Depends(OPERATORS_PAGE)]
)
async def operators(request: Request) -> Response:
    """The operators' page: no content in it, that comes through the endpoints."""
    response: Response = request.app.state.templates.TemplateResponse(request, "operators.html")
    return response


@router.get("/v1/labels", responses=errors(404), dependencies=[Depends(OPERATE)])
async def labels(
    request: Request,
    caller: CallerOf,
    services: ServicesOf,
    request_id: RequestId,
    words: Annotated[str, Query(max_length=200)] = "",
    status: Status | None = None,
    offset: Offset = 0,
    limit: Limit = 50,
) -> HeldResponse:
    """The documents the caller may read, with their labels, newest first."""
    overview = overview_of(services)
    found = await in_turn(
        request,
        lambda: overview.documents(
            caller.principal, words=words, status=status, offset=offset, limit=limit + 1
        ),
    )
    return HeldResponse(
        documents=[_held(each) for each in found[:limit]],
        next_offset=offset + limit if len(found) > limit else None,
        request_id=request_id,
    )


@router.get("/v1/sources", responses=errors(404), dependencies=[Depends(OPERATE)])
async def sources(
    request: Request,
    caller: CallerOf,
    services: ServicesOf,
    request_id: RequestId,
    state: Literal["live", "refused"] = "refused",
    offset: Offset = 0,
    limit: Limit = 50,
) -> SourcesResponse:
    """What became of the files that ingests were given."""
    overview = overview_of(services)
    found = await in_turn(
        request, lambda: overview.intakes(caller.principal, state=state, offset=offset, limit=limit + 1)
    )
    return SourcesResponse(
        sources=[_source(each, state) for each in found[:limit]],
        next_offset=offset + limit if len(found) > limit else None,
        request_id=request_id,
    )


@router.get("/v1/documents/{document_id}/recall", responses=errors(404), dependencies=[Depends(OPERATE)])
async def recall(
    request: Request, document_id: str, caller: CallerOf, services: ServicesOf, request_id: RequestId
) -> RecallResponse:
    """Who was shown a document, for those who may label it."""
    overview = overview_of(services)
    found = await in_turn(request, lambda: overview.recall(caller.principal, document_id))
    people = services.directory().callers
    uses = [
        UseOut(
            at=datetime.fromisoformat(use.at),
            kind=use.kind,
            person=people[use.person].principal.name or use.person if use.person in people else use.person,
            passages=use.passages,
            withdrawn=use.withdrawn,
            used_in=use.request_id,
        )
        for use in found
    ]
    return RecallResponse(document_id=document_id, uses=uses, request_id=request_id)


@router.get("/v1/usage", responses=errors(404), dependencies=[Depends(OPERATE)])
async def usage(
    request: Request,
    services: ServicesOf,
    request_id: RequestId,
    weeks: Annotated[int, Query(ge=1, le=106)] = 8,
) -> UsageResponse:
    """Questions and people by ISO week and department: figures, no words."""
    overview = overview_of(services)
    rows = await in_turn(request, lambda: overview.usage(weeks))
    staff = overview.staff(services.directory().callers)
    listed = [
        UsageOut(
            week=row.week,
            department=row.department,
            people=row.people,
            staff=staff.get(row.department) or None,
            questions=row.asked,
            searches=row.searched,
        )
        for row in rows
    ]
    return UsageResponse(usage=listed, request_id=request_id)


@router.get("/v1/unanswered", responses=errors(404), dependencies=[Depends(OPERATE)])
async def unanswered(
    request: Request, caller: CallerOf, services: ServicesOf, request_id: RequestId
) -> UnansweredResponse:
    """Questions that found no answer, as far as the caller may see them."""
    overview = overview_of(services)
    found = await in_turn(request, lambda: overview.unanswered(caller.principal))
    listed = [
        UnansweredOut.model_validate(
            {
                "id": each.id,
                "at": each.at,
                "why": each.why,
                "question": each.question,
                "comment": each.comment,
                "departments": list(each.departments),
            }
        )
        for each in found
    ]
    return UnansweredResponse(
        unanswered=listed, days=services.settings.unanswered_days, request_id=request_id
    )


@router.get("/v1/alerts", responses=errors(404), dependencies=[Depends(OPERATE)])
async def alerts(
    request: Request, caller: CallerOf, services: ServicesOf, request_id: RequestId
) -> AlertsResponse:
    """Who asked in an unusual way; for auditors."""
    overview = overview_of(services)
    found = await in_turn(request, lambda: overview.alerts(caller.principal, _ALERTS))
    listed = [
        AlertOut.model_validate(
            {"at": each.at, "kind": each.kind, "person": each.person, "count": each.count}
        )
        for each in found
    ]
    return AlertsResponse(alerts=listed, request_id=request_id)


def _held(held: Held) -> HeldOut:
    row = held.row
    return HeldOut(
        id=row.id,
        title=row.title,
        kind=row.kind,
        meeting=row.meeting,
        date=row.date,
        department=row.department,
        collection=row.collection,
        status=row.status,
        audience=row.base,
        labelled=held.labelled,
    )


def _source(intake: Intake, state: Literal["live", "refused"]) -> SourceOut:
    uploaded = intake.name.startswith(PREFIX)
    return SourceOut(
        name=intake.name.rpartition("/")[2] if uploaded else intake.name,
        collection=intake.collection,
        department=intake.department,
        state=state,
        reason=intake.reason,
        uploaded=uploaded,
        taken_at=intake.taken_at,
    )
