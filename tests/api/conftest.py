"""The doors over a made-up town, as several people."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.auth import Caller, Directory
from api.logs import LibraryLog, configure
from api.services import Services
from api.settings import Settings
from corpus.disclosure import Principal
from tests.api.fake import NOON, FakeEngine, FeedbackList
from tests.api.keeping import history
from tests.api.serving import served

CLERK = Principal(id="clerk", name="青木 遥", departments=frozenset({"政策部情報政策課"}))
PERSONNEL = Principal(id="personnel", name="白石 学", departments=frozenset({"総務部人事課"}))
OPERATOR = Principal(id="operator", name="運用担当", staff=False)
DIRECTORY = Directory(
    {p.id: Caller(p, operator=p is OPERATOR) for p in (CLERK, PERSONNEL, OPERATOR)},
)


@pytest.fixture
def engine() -> FakeEngine:
    """The test double behind the doors."""
    return FakeEngine()


@pytest.fixture
def feedback() -> FeedbackList:
    """Where feedback goes."""
    return FeedbackList()


@pytest.fixture
def services(engine: FakeEngine, feedback: FeedbackList) -> Services:
    """What the application stands on, with X-Toben-User switched on."""
    return Services(
        engine=engine,
        settings=Settings(user_header=True),
        directory=lambda: DIRECTORY,
        feedback=feedback,
        history=history(engine),
        now=lambda: NOON,
        monotonic=lambda: 0.0,
    )


@pytest.fixture
def app(services: Services) -> FastAPI:
    """The application."""
    return create_app(services)


As = Callable[[str], TestClient]


@pytest.fixture
def client_as(app: FastAPI) -> Iterator[As]:
    """Makes a client on this machine that names a user; the empty name is nobody in particular."""

    def make(user: str) -> TestClient:
        headers = {"X-Toben-User": user} if user else {}
        return TestClient(
            app,
            base_url="http://localhost",
            headers=headers,
            client=("127.0.0.1", 50_000),
            raise_server_exceptions=False,
        )

    yield make


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What the service logs, configured as in service."""
    stream = io.StringIO()
    configure(stream)
    yield stream
    structlog.reset_defaults()
    root = logging.getLogger()
    root.handlers = [handler for handler in root.handlers if not isinstance(handler, LibraryLog)]


@pytest.fixture
def public(client_as: As) -> TestClient:
    """Nobody in particular."""
    return client_as("")


@pytest.fixture
def clerk(client_as: As) -> TestClient:
    """A member of staff."""
    return client_as("clerk")


@pytest.fixture
def address(app: FastAPI) -> Iterator[str]:
    """The address of the application on a real server."""
    with served(app) as url:
        yield url
