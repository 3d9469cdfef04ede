"""One table from exceptions to answers, one JSON shape for all: ``{"error": {"code", "message", "request_id"}}``.

Messages are constant, but that a wrong body is told the names of the fields that are wrong: nothing of the
values sent, of a document or of an exception gets into them. What is missing and what is withheld are the
same 404.

ApiError                    base of what the doors themselves refuse
├── NotFoundError           missing or withheld
├── IdentityError           an identity was given and is not accepted here
├── CrossSiteError          another site made a browser send this
├── ScopeError              the API key may not be used for this
├── TrainingError           the caller has not completed the e-learning
├── ProviderError           the OpenID provider cannot be reached
├── BadRequestError         the body is not JSON in UTF-8
├── InvalidRequestError     the body has the wrong shape
├── TooLargeError           the body is longer than the limit
├── RateLimitError          too many questions
└── OverloadedError         too many questions are waiting
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.exceptions import HTTPException

from corpus import errors as corpus_errors
from corpus.errors import TobenError
from eval import errors as eval_errors
from ingest import errors as ingest_errors
from rag import errors as rag_errors


class ApiError(TobenError):
    """Something that a door refuses."""


class NotFoundError(ApiError):
    """Missing or withheld: the caller cannot tell which."""


class IdentityError(ApiError):
    """An identity was given that is unknown, expired, or not accepted on this way in."""


class CrossSiteError(ApiError):
    """A request with a session did not come from the page."""


class ProviderError(ApiError):
    """The OpenID provider cannot be reached or answers nonsense (transient)."""


class ScopeError(ApiError):
    """The API key is good, but not for this route."""


class TrainingError(ApiError):
    """The caller has not completed the e-learning that the office requires."""


class BadRequestError(ApiError):
    """The body cannot be read as JSON in UTF-8."""


class InvalidRequestError(ApiError):
    """The body is JSON of the wrong shape."""


class TooLargeError(ApiError):
    """The body is longer than the limit."""


class RateLimitError(ApiError):
    """Too many questions in the time allowed; `retry_after_s` says how long to wait, in seconds."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"retry after {retry_after_s} s")
        self.retry_after_s = retry_after_s


class OverloadedError(ApiError):
    """Too many questions are waiting for their turn."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an exception looks from outside."""

    status: int
    code: str
    message: str


NOT_FOUND = Outcome(404, "not_found", "見つかりませんでした。")
BAD_REQUEST = Outcome(400, "bad_request", "リクエストを読み取れませんでした。UTF-8のJSONを送ってください。")
INVALID = Outcome(422, "invalid_request", "リクエストの内容が正しくありません。")
METHOD = Outcome(405, "method_not_allowed", "この操作はできません。")
TOO_LARGE = Outcome(413, "too_large", "送られた内容が大きすぎます。")
IDENTITY = Outcome(401, "identity_not_accepted", "利用者を確認できませんでした。")
SCOPE = Outcome(403, "scope_missing", "このAPIキーではこの操作はできません。")
CROSS_SITE = Outcome(403, "cross_site", "この画面からの操作ではないため、受け付けませんでした。")
PROVIDER = Outcome(503, "login_unavailable", "ただいまログインできません。しばらくしてからお試しください。")
RATE = Outcome(429, "rate_limited", "質問の回数が上限に達しました。しばらくしてからお試しください。")
BUSY = Outcome(503, "unavailable", "ただいま利用できません。しばらくしてからお試しください。")
NOT_READY = Outcome(503, "not_ready", "準備中です。しばらくしてからお試しください。")
UNTRAINED = Outcome(403, "training_required", "eラーニングを受講してから利用してください。")
LABEL = Outcome(422, "label_refused", "この公開区分にはできません。")
UNREADABLE = Outcome(422, "unreadable_source", "このファイルは取り込めませんでした。")
INTERNAL = Outcome(500, "internal_error", "処理できませんでした。受付番号を添えて管理者にお知らせください。")

TABLE: dict[type[Exception], Outcome] = {
    TobenError: INTERNAL,
    ApiError: INTERNAL,
    NotFoundError: NOT_FOUND,
    IdentityError: IDENTITY,
    CrossSiteError: CROSS_SITE,
    ProviderError: PROVIDER,
    ScopeError: SCOPE,
    TrainingError: UNTRAINED,
    BadRequestError: BAD_REQUEST,
    InvalidRequestError: INVALID,
    TooLargeError: TOO_LARGE,
    RateLimitError: RATE,
    OverloadedError: BUSY,
    corpus_errors.ConfigurationError: INTERNAL,
    corpus_errors.AuditError: BUSY,
    corpus_errors.DisclosureError: NOT_FOUND,  # the policy cannot decide: denied, and denied looks missing
    corpus_errors.CatalogueError: INTERNAL,
    corpus_errors.StoreBusyError: BUSY,
    corpus_errors.StoreReadOnlyError: BUSY,
    corpus_errors.StoreFullError: BUSY,
    corpus_errors.StoreDamagedError: BUSY,
    corpus_errors.PassageIndexError: INTERNAL,
    corpus_errors.IndexNotReadyError: NOT_READY,
    corpus_errors.ManifestMismatchError: NOT_READY,
    rag_errors.GenerationError: BUSY,
    rag_errors.GeneratorUnavailableError: BUSY,
    rag_errors.GeneratorBusyError: BUSY,
    rag_errors.CutOffError: BUSY,
    rag_errors.UngroundedAnswerError: BUSY,
    rag_errors.ListenerGoneError: BUSY,
    ingest_errors.SourceError: UNREADABLE,
    ingest_errors.UnreadableSourceError: UNREADABLE,
    ingest_errors.SourceUnavailableError: BUSY,
    ingest_errors.LedgerError: UNREADABLE,
    ingest_errors.LabelError: LABEL,
    ingest_errors.UnknownRecordError: NOT_FOUND,
    eval_errors.SuiteError: INTERNAL,
    RequestValidationError: INVALID,
}

_BY_STATUS = {400: BAD_REQUEST, 401: IDENTITY, 404: NOT_FOUND, 405: METHOD, 413: TOO_LARGE, 422: INVALID}


def outcome_of(exc: Exception) -> Outcome:
    """What the outside sees of `exc`: the entry of its class or of the nearest base; else an internal error."""
    if isinstance(exc, HTTPException):
        return _BY_STATUS.get(exc.status_code, INTERNAL)
    if isinstance(exc, RequestValidationError):
        return _validation(exc)
    if type(exc) is ingest_errors.LabelError:
        return replace(LABEL, message=str(exc))  # one of our own sentences, without a word of the text
    for cls in type(exc).__mro__:
        if cls in TABLE:
            return TABLE[cls]
    return INTERNAL


def _validation(exc: RequestValidationError) -> Outcome:
    """400 for what is not JSON, else 422 with the fields of the schema that are wrong."""
    faults = exc.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return BAD_REQUEST
    fields = sorted({name for fault in faults if (name := _field(fault["loc"], fault["type"]))})
    listed = f"（{', '.join(fields)}）" if fields else ""
    return replace(INVALID, message=INVALID.message + listed)


def _field(loc: tuple[int | str, ...], kind: str) -> str:
    """A field's dotted name. A key that the schema does not have is the caller's own word and is left out."""
    inside = loc[1:-1] if kind == "extra_forbidden" else loc[1:]
    return ".".join(part for part in inside if isinstance(part, str))


def body_of(outcome: Outcome, request_id: str) -> dict[str, dict[str, str]]:
    """The JSON of an error."""
    return {"error": {"code": outcome.code, "message": outcome.message, "request_id": request_id}}


def response_of(exc: Exception, request_id: str) -> JSONResponse:
    """The answer that stands for `exc`."""
    outcome = outcome_of(exc)
    headers: dict[str, str] = {}
    if isinstance(exc, RateLimitError):
        headers["Retry-After"] = str(exc.retry_after_s)
    if outcome.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(body_of(outcome, request_id), status_code=outcome.status, headers=headers)


def _methods(request: Request) -> str:
    """The methods of all routes that have the path of a request; Starlette names those of the first alone."""
    path = request.url.path
    routes = (context.original_route for context in iter_route_contexts(request.app.routes))
    methods = {
        method
        for route in routes
        if isinstance(route, APIRoute) and route.path_regex.match(path)
        for method in route.methods or ()
    }
    return ", ".join(sorted(methods))


def install(app: FastAPI) -> None:
    """Answer every exception by the table. What no handler sees is caught by `api.middleware`."""

    async def handle(request: Request, exc: Exception) -> JSONResponse:
        request.state.error = exc
        response = response_of(exc, request.state.request_id)
        if response.status_code == METHOD.status:
            response.headers["Allow"] = _methods(request)
        return response

    for cls in (TobenError, RequestValidationError, HTTPException):
        app.add_exception_handler(cls, handle)
