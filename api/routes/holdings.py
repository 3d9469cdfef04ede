"""The file behind a document, what belongs to a document, and its deletion."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from api.dependencies import CallerOf, RequestId, ServicesOf, in_turn
from api.policy import READ, WRITE
from api.routes import errors
from api.routes.uploads import holdings_of
from corpus.catalogue import DocumentRow
from corpus.editions import Copy, edition_name

router = APIRouter(tags=["read"])

_TYPES = {".pdf": "application/pdf", ".txt": "text/plain", ".csv": "text/csv", ".json": "application/json"}
"""Other formats, HTML first of all, are given out as bytes: a browser must not run what a document holds."""


class RelatedOut(BaseModel):
    """A document that belongs to another. `material` is its number as a material (資料1)."""

    document_id: str
    title: str
    date: date | None
    edition: str
    copy_kind: Copy
    material: str
    superseded: bool


class RelatedResponse(BaseModel):
    """What belongs to a document, as far as the caller may read it."""

    document: RelatedOut
    versions: list[RelatedOut]
    copies: list[RelatedOut]
    materials: list[RelatedOut]
    records: list[RelatedOut]
    request_id: str


class DeletedResponse(BaseModel):
    """A document that is gone. `finished` is whether the index has followed; nobody reads it either way."""

    document_id: str
    finished: bool
    request_id: str


@router.get("/v1/documents/{document_id}/related", responses=errors(404), dependencies=[Depends(READ)])
async def related(
    request: Request, document_id: str, caller: CallerOf, services: ServicesOf, request_id: RequestId
) -> RelatedResponse:
    """Other versions and copies of the record, and the materials of the meeting."""
    holdings = holdings_of(services)
    found = await in_turn(request, lambda: holdings.related(caller.principal, document_id))
    return RelatedResponse(
        document=_out(found.row),
        versions=[_out(row) for row in found.versions],
        copies=[_out(row) for row in found.copies],
        materials=[_out(row) for row in found.materials],
        records=[_out(row) for row in found.records],
        request_id=request_id,
    )


@router.get(
    "/v1/documents/{document_id}/original",
    responses={**errors(404), 200: {"content": {"application/octet-stream": {}}, "description": "the file"}},
    response_class=StreamingResponse,
    dependencies=[Depends(READ)],
)
async def original(
    request: Request, document_id: str, caller: CallerOf, services: ServicesOf
) -> StreamingResponse:
    """The file a document was taken from, for those who may read everything in it."""
    holdings = holdings_of(services)

    def open_it() -> StreamingResponse:
        found = holdings.original(caller.principal, document_id)
        services.engine.exported(caller.principal, holdings.passages_of(caller.principal, document_id))
        return StreamingResponse(
            found.pieces,
            media_type=_TYPES.get(found.suffix, "application/octet-stream"),
            headers={
                "Content-Length": str(found.size),
                "Content-Disposition": f'attachment; filename="document-{document_id[:8]}{found.suffix}"',
            },
        )

    return await in_turn(request, open_it)


@router.get(
    "/v1/documents/{document_id}/pages/{number}.png",
    responses={**errors(404), 200: {"content": {"image/png": {}}, "description": "the page"}},
    response_class=Response,
    dependencies=[Depends(READ)],
)
async def page_picture(
    request: Request,
    document_id: str,
    number: Annotated[int, Path(ge=1, le=10_000)],
    caller: CallerOf,
    services: ServicesOf,
) -> Response:
    """A page of the PDF a document was taken from, for those who may read everything in it. Pages count from 1."""
    holdings = holdings_of(services)

    def draw() -> Response:
        drawn = holdings.page(caller.principal, document_id, number)
        shown = holdings.passages_on(caller.principal, document_id, number)
        services.engine.exported(caller.principal, shown)
        return Response(drawn.png, media_type="image/png", headers={"X-Toben-Pages": str(drawn.pages)})

    return await in_turn(request, draw)


@router.delete("/v1/documents/{document_id}", responses=errors(404), dependencies=[Depends(WRITE)])
async def delete(
    request: Request, document_id: str, caller: CallerOf, services: ServicesOf, request_id: RequestId
) -> DeletedResponse:
    """Delete a document: for people of the department that keeps it, and for those who approve disclosure."""
    holdings = holdings_of(services)
    finished = await in_turn(request, lambda: holdings.delete(caller.principal, document_id))
    return DeletedResponse(document_id=document_id, finished=finished, request_id=request_id)


def _out(row: DocumentRow) -> RelatedOut:
    return RelatedOut(
        document_id=row.id,
        title=row.title,
        date=row.date,
        edition=edition_name(row.edition),
        copy_kind=row.copy,
        material=row.material,
        superseded=row.superseded,
    )
