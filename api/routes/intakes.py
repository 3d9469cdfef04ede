"""``/v1/sources``: what became of files. ``/v1/runs``: what ingests did. To others than operators these do not exist.

Both are cut to what the caller may read or label before they are counted and paged; see `api.overview`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from api.dependencies import CallerOf, Limit, Offset, OverviewOf, RequestId, ServicesOf, in_turn
from api.overview import Ran
from api.policy import OPERATE
from api.routes import errors
from ingest.intake import Intake
from ingest.runs import Origin
from ingest.uploads import PREFIX

router = APIRouter(tags=["operation"], dependencies=[Depends(OPERATE)])


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


class RefusedOut(BaseModel):
    """A file that a run refused, and why."""

    name: str
    reason: str


class RunOut(BaseModel):
    """A run of the ingest, as far as the caller may know of its files."""

    id: int
    begun_at: datetime
    origin: Origin
    by: str = Field(description="who handed the file in; empty for commands and watched folders")
    collection: str
    taken: int
    unchanged: int
    refused: list[RefusedOut] = Field(description="for those who label for the collection's department")
    seconds: dict[str, float] | None = Field(
        description="by phase of the work, for those who label for the collection's department"
    )


class RunsResponse(BaseModel):
    """A page of runs, latest first."""

    runs: list[RunOut]
    next_offset: int | None
    request_id: str


@router.get("/v1/sources", responses=errors(404))
async def sources(
    request: Request,
    caller: CallerOf,
    overview: OverviewOf,
    request_id: RequestId,
    state: Literal["live", "refused"] = "refused",
    offset: Offset = 0,
    limit: Limit = 50,
) -> SourcesResponse:
    """What became of the files that ingests were given."""
    found = await in_turn(
        request, lambda: overview.intakes(caller.principal, state=state, offset=offset, limit=limit + 1)
    )
    return SourcesResponse(
        sources=[_source(each, state) for each in found[:limit]],
        next_offset=offset + limit if len(found) > limit else None,
        request_id=request_id,
    )


@router.get("/v1/runs", responses=errors(404))
async def runs(
    request: Request,
    caller: CallerOf,
    overview: OverviewOf,
    services: ServicesOf,
    request_id: RequestId,
    offset: Offset = 0,
    limit: Limit = 20,
) -> RunsResponse:
    """What ingests of the last 90 days did: commands, watched folders, uploads."""
    found = await in_turn(request, lambda: overview.runs(caller.principal, offset=offset, limit=limit + 1))
    people = services.directory().callers
    names = {key: person.principal.name for key, person in people.items()}
    return RunsResponse(
        runs=[_run(each, names.get(each.run.by) or each.run.by) for each in found[:limit]],
        next_offset=offset + limit if len(found) > limit else None,
        request_id=request_id,
    )


def _source(intake: Intake, state: Literal["live", "refused"]) -> SourceOut:
    uploaded = intake.name.startswith(PREFIX)
    return SourceOut(
        name=_name(intake),
        collection=intake.collection,
        department=intake.department,
        state=state,
        reason=intake.reason,
        uploaded=uploaded,
        taken_at=intake.taken_at,
    )


def _run(ran: Ran, by: str) -> RunOut:
    return RunOut(
        id=ran.run.id,
        begun_at=ran.run.begun_at,
        origin=ran.run.origin,
        by=by,
        collection=ran.run.collection,
        taken=ran.taken,
        unchanged=ran.unchanged,
        refused=[RefusedOut(name=_name(intake), reason=reason) for intake, reason in ran.refused],
        seconds=dict(ran.run.seconds) if ran.kept else None,
    )


def _name(intake: Intake) -> str:
    return intake.name.rpartition("/")[2] if intake.name.startswith(PREFIX) else intake.name
