"""Hand files in, and ask how far they are. For staff of a department; to others these routes do not exist."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import anyio
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from api.dependencies import CallerOf, RequestId, ServicesOf, in_turn
from api.errors import NotFoundError
from api.holdings import Holdings
from api.incoming import receive
from api.policy import READ, WRITE
from api.routes import errors
from api.services import Services
from corpus.disclosure import Principal
from ingest.uploads import Upload, UploadState

router = APIRouter(tags=["hand in"])

PATH = "/v1/documents"

_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "additionalProperties": False,
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "collection": {"type": "string", "maxLength": 200},
                        "kind": {"type": "string", "maxLength": 50},
                        "replaces": {"type": "string", "maxLength": 64},
                    },
                }
            }
        },
    }
}


class UploadOut(BaseModel):
    """A file that was handed in. `documents` are the ids of what was taken from it."""

    id: str
    name: str
    collection: str
    state: UploadState
    reason: str = ""
    documents: list[str] = []
    received_at: datetime


class UploadResponse(BaseModel):
    """One upload."""

    upload: UploadOut
    request_id: str


class UploadsResponse(BaseModel):
    """The caller's uploads, newest first."""

    uploads: list[UploadOut]
    request_id: str


class CollectionOut(BaseModel):
    """A collection. `writable` is whether the caller may hand in files to it; `documents` those the caller may read."""

    name: str
    documents: int
    writable: bool


class CollectionsResponse(BaseModel):
    """The collections that the caller reads or may hand in files to."""

    collections: list[CollectionOut]
    request_id: str


def holdings_of(services: Services) -> Holdings:
    """The files behind the documents.

    Raises:
        NotFoundError: this service keeps none.
    """
    if services.holdings is None:
        raise NotFoundError("no holdings")
    return services.holdings


@router.post(
    PATH,
    status_code=202,
    responses=errors(400, 404, 413),
    dependencies=[Depends(WRITE)],
    openapi_extra=_FORM,
)
async def hand_in(
    request: Request, response: Response, caller: CallerOf, services: ServicesOf, request_id: RequestId
) -> UploadResponse:
    """Hand in a file. It is acknowledged when it is safe, and taken in the background: ask for its state."""
    holdings, person = holdings_of(services), caller.principal
    if not holdings.may_upload(person):
        raise NotFoundError("for staff of a department")  # before the body is read
    original = holdings.originals.new_name("")
    target = holdings.originals.incoming(original)
    try:
        form = await receive(request, target)
        named = holdings.originals.new_name(form.name)
        target = target.rename(holdings.originals.incoming(named))
        upload = await in_turn(
            request,
            lambda: holdings.hand_in(
                person, original=named, name=form.name, sha256=form.sha256, **form.fields
            ),
        )
    finally:
        await anyio.to_thread.run_sync(lambda: target.unlink(missing_ok=True))
    response.headers["Location"] = f"/v1/uploads/{upload.id}"
    return UploadResponse(upload=_out(holdings, person, upload), request_id=request_id)


@router.get("/v1/uploads", responses=errors(404), dependencies=[Depends(WRITE)])
async def uploads(
    request: Request, caller: CallerOf, services: ServicesOf, request_id: RequestId
) -> UploadsResponse:
    """The caller's uploads, newest first."""
    holdings = holdings_of(services)
    if not holdings.may_upload(caller.principal):
        raise NotFoundError("for staff of a department")
    found = await in_turn(request, lambda: holdings.uploads(caller.principal))
    listed = [_out(holdings, caller.principal, each) for each in found[:100]]
    return UploadsResponse(uploads=listed, request_id=request_id)


@router.get("/v1/uploads/{upload_id}", responses=errors(404), dependencies=[Depends(WRITE)])
async def upload(
    request: Request, upload_id: str, caller: CallerOf, services: ServicesOf, request_id: RequestId
) -> UploadResponse:
    """How far an upload of the caller is."""
    holdings = holdings_of(services)
    found = await in_turn(request, lambda: holdings.upload(caller.principal, upload_id))
    return UploadResponse(upload=_out(holdings, caller.principal, found), request_id=request_id)


@router.get("/v1/collections", responses=errors(404), dependencies=[Depends(READ)])
async def collections(
    request: Request, caller: CallerOf, services: ServicesOf, request_id: RequestId
) -> CollectionsResponse:
    """The collections in which the caller reads something, and those to which the caller may hand in files."""
    holdings = holdings_of(services)

    def gather() -> list[CollectionOut]:
        counts = holdings.counts(caller.principal)
        mine = {row.name for row in holdings.collections(caller.principal)}
        if not holdings.may_upload(caller.principal):
            mine = set()
        return [
            CollectionOut(name=name, documents=counts.get(name, 0), writable=name in mine)
            for name in sorted({*counts, *mine})
        ]

    return CollectionsResponse(collections=await in_turn(request, gather), request_id=request_id)


def _out(holdings: Holdings, person: Principal, upload: Upload) -> UploadOut:
    return UploadOut(
        id=upload.id,
        name=upload.name,
        collection=upload.collection,
        state=upload.state,
        reason=upload.reason,
        documents=holdings.documents_of(person, upload),
        received_at=upload.received_at,
    )
