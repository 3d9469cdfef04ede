"""``/v1/labels``: documents with their labels. ``…/recall``: who was shown a document. To others these do not exist.

Every list is cut to what the caller may read or label before it is counted and paged; see `api.overview`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from api.dependencies import CallerOf, Limit, Offset, OverviewOf, RequestId, ServicesOf, in_turn
from api.overview import Held
from api.policy import OPERATE
from api.routes import errors
from corpus.disclosure import Status
from corpus.model import Kind

router = APIRouter(tags=["operation"], dependencies=[Depends(OPERATE)])


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


@router.get("/v1/labels", responses=errors(404))
async def labels(
    request: Request,
    caller: CallerOf,
    overview: OverviewOf,
    request_id: RequestId,
    words: Annotated[str, Query(max_length=200)] = "",
    status: Status | None = None,
    offset: Offset = 0,
    limit: Limit = 50,
) -> HeldResponse:
    """The documents the caller may read, with their labels, newest first."""
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


@router.get("/v1/documents/{document_id}/recall", responses=errors(404))
async def recall(
    request: Request,
    document_id: str,
    caller: CallerOf,
    overview: OverviewOf,
    services: ServicesOf,
    request_id: RequestId,
) -> RecallResponse:
    """Who was shown a document, for those who may label it."""
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
