"""How much is asked, what found no answer, and what auditors are told. To others than operators these do not exist."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from api.dependencies import CallerOf, OverviewOf, RequestId, ServicesOf, in_turn
from api.policy import OPERATE
from api.routes import errors

router = APIRouter(tags=["operation"], dependencies=[Depends(OPERATE)])
_ALERTS = timedelta(days=90)


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
    kind: Literal["refused_ids", "closed_passages", "names"]
    person: str
    count: int


class AlertsResponse(BaseModel):
    """The alerts of the last 90 days, for auditors; empty for other operators."""

    alerts: list[AlertOut]
    request_id: str


@router.get("/v1/usage", responses=errors(404))
async def usage(
    request: Request,
    overview: OverviewOf,
    services: ServicesOf,
    request_id: RequestId,
    weeks: Annotated[int, Query(ge=1, le=106)] = 8,
) -> UsageResponse:
    """Questions and people by ISO week and department: figures, no words."""
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


@router.get("/v1/unanswered", responses=errors(404))
async def unanswered(
    request: Request, caller: CallerOf, overview: OverviewOf, services: ServicesOf, request_id: RequestId
) -> UnansweredResponse:
    """Questions that found no answer, as far as the caller may see them."""
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


@router.get("/v1/alerts", responses=errors(404))
async def alerts(
    request: Request, caller: CallerOf, overview: OverviewOf, request_id: RequestId
) -> AlertsResponse:
    """Who asked in an unusual way; for auditors."""
    found = await in_turn(request, lambda: overview.alerts(caller.principal, _ALERTS))
    listed = [
        AlertOut.model_validate(
            {"at": each.at, "kind": each.kind, "person": each.person, "count": each.count}
        )
        for each in found
    ]
    return AlertsResponse(alerts=listed, request_id=request_id)
