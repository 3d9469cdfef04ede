"""Documents, passages and threads by id. What is withheld answers like what does not exist."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from api.dependencies import CallerOf, PresenterOf, RequestId, ServicesOf, in_turn
from api.errors import NotFoundError
from api.policy import READ
from api.routes import errors
from api.schemas import (
    DocumentResponse,
    DocumentsResponse,
    PassageResponse,
    ThreadResponse,
)
from api.services import ThreadView
from corpus.model import Kind
from rag.question import Filters

router = APIRouter(tags=["read"], dependencies=[Depends(READ)])

Word = Annotated[str | None, Query(min_length=1, max_length=200)]


def _filters(
    first: Annotated[date | None, Query(alias="from", description="first day of the meetings")] = None,
    last: Annotated[date | None, Query(alias="to", description="last day of the meetings")] = None,
    meeting: Word = None,
    speaker: Word = None,
    department: Word = None,
    kind: Kind | None = None,
) -> Filters:
    """The conditions of a list as the same filters that a question has."""
    return Filters(
        from_=first,
        to=last,
        meetings=(meeting,) if meeting else (),
        speakers=(speaker,) if speaker else (),
        departments=(department,) if department else (),
        kinds=(kind.value,) if kind else (),
    )


@router.get("/v1/documents", responses=errors())
async def documents(
    request: Request,
    caller: CallerOf,
    services: ServicesOf,
    presenter: PresenterOf,
    request_id: RequestId,
    filters: Annotated[Filters, Depends(_filters)],
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> DocumentsResponse:
    """The documents the caller may read, newest first."""
    found = await in_turn(
        request,
        lambda: services.engine.documents(caller.principal, offset=offset, limit=limit + 1, filters=filters),
    )
    return DocumentsResponse(
        documents=[presenter.document(info) for info in found[:limit]],
        next_offset=offset + limit if len(found) > limit else None,
        request_id=request_id,
    )


@router.get("/v1/documents/{document_id}", responses=errors(404))
async def document(
    request: Request,
    document_id: str,
    caller: CallerOf,
    services: ServicesOf,
    presenter: PresenterOf,
    request_id: RequestId,
) -> DocumentResponse:
    """A document as the caller may read it: table of contents and utterances."""

    def open_it() -> DocumentResponse | None:
        view = services.engine.document(caller.principal, document_id)
        if view is None:
            return None
        pages = services.holdings is not None and services.holdings.has_pages(caller.principal, document_id)
        return presenter.view(view, request_id, page_pictures=pages)

    opened = await in_turn(request, open_it)
    if opened is None:
        raise NotFoundError(document_id)
    return opened


@router.get("/v1/passages/{passage_id}", responses=errors(404))
async def passage(
    request: Request,
    passage_id: str,
    caller: CallerOf,
    services: ServicesOf,
    presenter: PresenterOf,
    request_id: RequestId,
) -> PassageResponse:
    """A passage with its header."""
    found = await in_turn(request, lambda: services.engine.passage(caller.principal, passage_id))
    if found is None:
        raise NotFoundError(passage_id)
    return PassageResponse(passage=presenter.passage(found), request_id=request_id)


@router.get("/v1/passages/{passage_id}/thread", responses=errors(404))
async def thread(
    request: Request,
    passage_id: str,
    caller: CallerOf,
    services: ServicesOf,
    presenter: PresenterOf,
    request_id: RequestId,
) -> ThreadResponse:
    """The question and the answers a passage belongs to; both lists are empty where it belongs to none."""

    def open_thread() -> ThreadResponse | None:
        if services.engine.passage(caller.principal, passage_id) is None:
            return None
        found = services.engine.thread(caller.principal, passage_id)
        return presenter.thread(found or ThreadView(), request_id)

    opened = await in_turn(request, open_thread)
    if opened is None:
        raise NotFoundError(passage_id)
    return opened
