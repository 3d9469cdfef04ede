"""``POST /v1/export``: an answer as a Word file, every source read again with the caller's rights of this moment."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response

from api.dependencies import METERED, CallerOf, ServicesOf, in_turn
from api.errors import InvalidRequestError, NotFoundError
from api.policy import READ
from api.routes import errors
from api.schemas import ExportCitation, ExportRequest
from api.services import Services
from api.word import MEDIA_TYPE, Quoted, word_file
from corpus.disclosure import Principal
from rag.answer import Sentence

router = APIRouter(tags=["ask"])


@router.post(
    "/v1/export",
    dependencies=[Depends(READ), METERED],
    response_class=Response,
    responses={
        200: {
            "description": "A .docx file",
            "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
        },
        **errors(400, 404, 413, 429),
    },
)
async def export(request: Request, body: ExportRequest, caller: CallerOf, services: ServicesOf) -> Response:
    """Make a Word file of an answer given before. A source that may no longer be read is a 404."""
    numbers = {citation.n for citation in body.citations}
    if any(n not in numbers for sentence in body.sentences for n in sentence.citations):
        raise InvalidRequestError("a sentence cites a number that is not there")

    def make() -> bytes:
        sources = [_quoted(services, caller.principal, citation) for citation in body.citations]
        services.engine.exported(caller.principal, [source.passage.id for source in sources])
        sentences = [Sentence(sentence.text, tuple(sentence.citations)) for sentence in body.sentences]
        return word_file(body.question, sentences, sources, caller.principal.name, services.now())

    made = await in_turn(request, make)
    disposition = {"Content-Disposition": 'attachment; filename="answer.docx"'}
    return Response(made, media_type=MEDIA_TYPE, headers=disposition)


def _quoted(services: Services, principal: Principal, citation: ExportCitation) -> Quoted:
    """The words of a source as it stands now; what the caller sent of it counts for nothing."""
    passage = services.engine.passage(principal, citation.passage_id)
    if passage is None:
        raise NotFoundError(citation.passage_id)
    if not passage.start <= citation.start < citation.end <= passage.end:
        raise InvalidRequestError("the quote lies outside its passage")
    quote = passage.text[citation.start - passage.start : citation.end - passage.start]
    return Quoted(citation.n, passage, quote)
