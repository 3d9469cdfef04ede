"""The two copies of a store that a leak test makes, each with one version of the plants in it, and their doors."""

from __future__ import annotations

import io
import logging
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import structlog
from fastapi.testclient import TestClient

from api.app import create_app
from api.directory import Caller, Directory
from api.logs import configure
from api.services import Services
from api.settings import AuditSettings, HistorySettings, HttpSettings
from api.wiring import Wiring
from corpus.disclosure import Label, Principal, Status
from corpus.errors import ConfigurationError
from corpus.space import full_disk_told
from corpus.store import Store
from eval.blocks import Before
from eval.plants import COLLECTION, DELETED, GROUP, LATER, OUTSIDE, OWNER, Bed
from ingest.job import Job, Order
from ingest.ledger import Ledger
from ingest.wishes import Change

Request = tuple[str, str, Any]
"""Method, path, and body (bytes, or a value for JSON)."""

_TRAINED = date(2000, 1, 1)
OWN = Principal("leaktest-own", "試験 所管", frozenset({OWNER}), training_completed_on=_TRAINED)
MEMBER = Principal(
    "leaktest-member", "試験 班員", frozenset({OUTSIDE}), frozenset({GROUP}), training_completed_on=_TRAINED
)
OTHER = Principal("leaktest-other", "試験 他課", frozenset({OUTSIDE}), training_completed_on=_TRAINED)
LEFT = replace(OWN, id="leaktest-left", name="試験 転出", valid_until=date(2001, 1, 1))


class World:
    """A copy of the store with one version of the plants in it."""

    def __init__(self, wiring: Wiring, root: Path, bed: Bed) -> None:
        self.bed = bed
        self.root = root / "data"
        with full_disk_told():
            _copy(wiring.store.root, self.root)
        self.before = Before(self.root)
        settings = wiring.settings.model_copy(
            update={
                "data_dir": self.root,
                "database_url": "",
                "user_header": True,
                "http": HttpSettings(questions_per_minute=0, questions_per_day=0),
                "audit": AuditSettings(questions="hash"),
                "history": HistorySettings(),
                "disclosure": wiring.settings.disclosure.model_copy(update={"label_log": None}),
            }
        )
        self.wiring = Wiring(settings)
        self.wiring.__dict__["embedder"] = wiring.embedder
        self.wiring.__dict__["tagger"] = wiring.tagger
        self._plant(root / "plants")

    def close(self) -> None:
        """Close the copy."""
        self.wiring.store.close()

    def _plant(self, folder: Path) -> None:
        folder.mkdir()
        for plant in self.bed.plants:
            (folder / plant.name).write_text(plant.text, encoding="utf-8")
        ledger = folder.with_suffix(".csv")
        ledger.write_text(self.bed.ledger, encoding="utf-8")
        order = Order(collection=COLLECTION, department=OWNER, ledger=Ledger.load(ledger))
        Job(self.store, lambda: self.wiring.embedder).run([folder], order)
        shutil.rmtree(folder)
        ledger.unlink()
        closed = Change(Label(Status.CLOSED), quotes=(self.bed.quote,))
        self.wiring.relabelling.change(self.document(LATER), closed, OWN)
        if DELETED in {plant.name for plant in self.bed.plants}:
            self.wiring.relabelling.remove(self.document(DELETED), OWN)

    @property
    def store(self) -> Store:
        """The copy."""
        return self.wiring.store

    def document(self, name: str) -> str:
        """The id of a planted document."""
        catalogue = self.store.catalogue
        source = catalogue.identify("source", COLLECTION, f"plants/{name}")
        return next(key for key, row in catalogue.documents().items() if row.source_id == source)

    @contextmanager
    def door(self, moment: datetime) -> Iterator[Door]:
        """The application over the copy, with the test's people and those of the office; its clock stands still."""
        people = {p.id: Caller(p) for p in (OWN, MEMBER, OTHER, LEFT)}
        known = self.wiring.directory().callers if self.wiring.directory else {}
        directory = Directory({**known, **people})
        services: Services = replace(
            self.wiring.services(), directory=lambda: directory, keys=None, monotonic=lambda: 0.0
        )
        services = replace(services, holdings=None, now=lambda: moment)
        with Door(services) as door:
            yield door


def _copy(source: Path, target: Path) -> None:
    """The catalogue and the index of a store; models are shared."""
    if not (source / "catalogue.db").exists():
        raise ConfigurationError("漏えい試験は、目録がSQLiteの保存先でだけ動きます。")
    target.mkdir(parents=True)
    target.chmod(0o700)
    with (
        closing(sqlite3.connect(source / "catalogue.db")) as old,
        closing(sqlite3.connect(target / "catalogue.db")) as new,
    ):
        old.backup(new)
    if (source / "index").exists():
        shutil.copytree(source / "index", target / "index")
    if (source / "models").exists():
        (target / "models").symlink_to(source / "models")


class Door:
    """The application, asked as anybody."""

    def __init__(self, services: Services) -> None:
        self._client = TestClient(
            create_app(services),
            base_url="http://localhost",
            client=("127.0.0.1", 50_000),
            raise_server_exceptions=False,
        )

    def __enter__(self) -> Door:
        self._client.__enter__()
        return self

    def __exit__(self, *about: object) -> None:
        self._client.__exit__(*about)

    def send(self, person: Principal | None, request: Request) -> bytes:
        """Everything that comes back, as bytes: status, headers and body; the parts of a Word file unpacked."""
        method, path, body = request
        headers = {"X-Request-ID": "leaktest-request", "Accept": "application/json, text/event-stream"}
        headers |= {"X-Toben-User": person.id} if person else {}
        given = {"content": body} if isinstance(body, bytes) else {"json": body}
        response = self._client.request(method, path, headers=headers, **given)
        head = f"{response.status_code} {sorted(response.headers.multi_items())}\n".encode()
        return head + _unpacked(response.content)


def _unpacked(content: bytes) -> bytes:
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"\n".join(archive.read(name) for name in sorted(archive.namelist()))


@contextmanager
def temporary_files(folder: Path) -> Iterator[None]:
    """Temporary files of the test in a folder of their own, so that they can be looked at."""
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before


@contextmanager
def service_log() -> Iterator[io.StringIO]:
    """The log of the service, written as it writes it, at its most talkative."""
    kept = io.StringIO()
    before, root = structlog.get_config(), logging.getLogger()
    handlers, level = list(root.handlers), root.level
    configure(kept)
    root.setLevel(logging.DEBUG)
    try:
        yield kept
    finally:
        structlog.configure(**before)
        root.handlers[:] = handlers
        root.setLevel(level)
