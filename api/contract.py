"""The OpenAPI document: what FastAPI derives from the routes, plus how a caller says who it is."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

_WAYS_IN = {
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "an API key (`toben key create`); the word `public` asks as nobody in particular",
    },
    "user": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Toben-User",
        "description": "an id of the principals file; only on the machine of the service, while switched on",
    },
}


def of(app: FastAPI) -> dict[str, Any]:
    """The document of `app`, made once. Identity is optional: without one, only public text takes part."""
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title,
            version=app.version,
            summary=app.summary,
            routes=app.routes,
            tags=app.openapi_tags,
        )
        made["components"]["securitySchemes"] = _WAYS_IN
        made["security"] = [{}, {"key": []}, {"user": []}]
        app.openapi_schema = made
    return app.openapi_schema
