"""The routes, one module for each noun. Each declares its policy; see `api.policy`."""

from __future__ import annotations

from typing import Any

from api.schemas import ErrorResponse

_WHAT = {
    400: "the body is not JSON in UTF-8",
    401: "an identity was given that is not accepted",
    403: "the API key may not be used for this, or the e-learning is not completed",
    404: "missing, or not for this caller",
    413: "the body is too large",
    422: "the body has the wrong shape",
    429: "too many questions; see Retry-After",
    500: "an error of the service",
    503: "not ready, or too busy",
}


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The errors a route may answer with, for the OpenAPI document. Those any route may give are always there."""
    listed = sorted({401, 403, 422, 500, 503, *statuses})
    return {status: {"model": ErrorResponse, "description": _WHAT[status]} for status in listed}
