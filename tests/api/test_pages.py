"""Pictures of the original's pages: only for those who may read all of the file; to others like a missing page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.auth import Caller, Directory
from api.engine import StoreEngine
from api.holdings import Holdings
from api.services import Services
from api.settings import Settings
from corpus.audit import Audit
from corpus.disclosure import PUBLIC, Label, Principal, Status
from corpus.embedding import HashEmbedder
from corpus.model import Document, LabelClaim, Page
from corpus.store import Store
from ingest import sandbox
from ingest.job import Order
from ingest.wishes import Change
from rag.pipeline import Pipeline
from rag.retrieval import Retriever
from tests.api.fake import FeedbackList
from tests.stores import (
    IT,
    NOW,
    OPEN,
    SALT,
    TODAY,
    WELFARE,
    job,
    labels,
    marked,
    only_document,
    take,
    written,
)

NOTE = written("橋の整備", "橋はいつ架け替えますか。", "橋は令和九年に架け替えます。")
DIRECTORY = Directory({p.id: Caller(p) for p in (IT, WELFARE)})
As = Callable[[Principal], TestClient]
SAME = {"X-Request-ID": "same-request-id"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "data", salt=SALT)
    yield opened
    opened.close()
    sandbox.close_children()


@pytest.fixture
def audit(store: Store) -> Iterator[Audit]:
    opened = Audit(store.root / "audit.db")
    yield opened
    opened.close()


@pytest.fixture
def client_as(store: Store, audit: Audit) -> As:
    return client_over(store, audit)


def client_over(store: Store, audit: Audit) -> As:
    """Makes clients of people over one store."""
    engine = StoreEngine(
        store, Pipeline(Retriever(HashEmbedder()), today=lambda: TODAY), now=lambda: NOW, audit=audit
    )
    app = create_app(
        Services(
            engine=engine,
            settings=Settings(user_header=True),
            directory=lambda: DIRECTORY,
            feedback=FeedbackList(),
            holdings=Holdings(store, labels(store), lambda: job(store), now=lambda: NOW),
            now=lambda: NOW,
        )
    )

    def make(principal: Principal) -> TestClient:
        headers = {} if principal is PUBLIC else {"X-Toben-User": principal.id}
        return TestClient(app, base_url="http://localhost", headers=headers, client=("127.0.0.1", 5))

    return make


def kept_as_pdf(store: Store, folder: Path, document: Document, order: Order) -> str:
    """Take a document whose kept original is a PDF of two pages; its id."""
    take(store, folder, {"a.json": document}, order)
    name = store.originals.new_name("a.pdf")
    drawn = pdfium.PdfDocument.new()
    for _ in range(2):
        drawn.new_page(300, 400)
    drawn.save(str(store.originals.path(name)))
    with store.catalogue.write() as connection:
        connection.exec_driver_sql("UPDATE sources SET original = ?", (name,))
    return only_document(store)


def test_a_page_is_shown_to_whoever_may_read_the_whole_file(
    client_as: As, store: Store, audit: Audit, tmp_path: Path
) -> None:
    key = kept_as_pdf(store, tmp_path / "in", NOTE, Order(keep=True, label=OPEN))
    for who in (PUBLIC, WELFARE):
        assert client_as(who).get(f"/v1/documents/{key}").json()["page_pictures"] is True
        page = client_as(who).get(f"/v1/documents/{key}/pages/2.png")
        assert (page.status_code, page.headers["content-type"]) == (200, "image/png")
        assert page.content.startswith(b"\x89PNG")
        assert page.headers["x-toben-pages"] == "2"
        assert page.headers["cache-control"] == "no-store"
        assert "etag" not in page.headers
        assert "last-modified" not in page.headers
    assert [entry.body["kind"] for entry in audit.uses(documents=[key])].count("export") == 2


def test_withheld_missing_and_beyond_the_end_are_one_answer(
    client_as: As, store: Store, tmp_path: Path
) -> None:
    key = kept_as_pdf(store, tmp_path / "in", NOTE, Order(keep=True))
    assert client_as(IT).get(f"/v1/documents/{key}/pages/1.png").status_code == 200
    unknown = client_as(WELFARE).get(f"/v1/documents/{'0' * 32}/pages/1.png", headers=SAME)
    assert unknown.status_code == 404
    for path in (f"/v1/documents/{key}/pages/1.png", f"/v1/documents/{key}/pages/9.png"):
        for more in ({}, {"Range": "bytes=0-9"}, {"If-None-Match": "*"}):
            withheld = client_as(WELFARE).get(path, headers=SAME | more)
            assert (withheld.status_code, withheld.content) == (404, unknown.content)
            assert withheld.headers == unknown.headers
    beyond = client_as(IT).get(f"/v1/documents/{key}/pages/9.png", headers=SAME)
    assert (beyond.status_code, beyond.content) == (404, unknown.content)


def test_of_a_partly_closed_file_no_page_is_shown_to_those_who_read_the_rest(
    client_as: As, store: Store, tmp_path: Path
) -> None:
    key = kept_as_pdf(store, tmp_path / "in", marked(NOTE, "令和九年"), Order(keep=True, label=OPEN))
    text = client_as(WELFARE).get(f"/v1/documents/{key}")
    assert (text.status_code, text.json()["page_pictures"]) == (200, False)
    assert client_as(WELFARE).get(f"/v1/documents/{key}/pages/1.png").status_code == 404
    assert client_as(IT).get(f"/v1/documents/{key}/pages/1.png").status_code == 200


HIDDEN = Label(Status.CLOSED, hidden=True)
THREE_PAGES = replace(
    written(
        "橋の整備", "橋はいつ架け替えますか。", "橋の用地は秘策で買います。", "橋は令和九年に架け替えます。"
    ),
    pages=(Page(0, "1"), Page(13, "2"), Page(27, "3")),
)


def never_held() -> Document:
    """The same record as if the second page had never been."""
    short = written("橋の整備", "橋はいつ架け替えますか。", "橋は令和九年に架け替えます。")
    first, last = short.utterances
    last = replace(last, speaker="話者3", role=first.role)
    sections = (short.sections[0], replace(short.sections[1], title="議題3"))
    pages = (Page(0, "1"), Page(last.start, "2"))
    claims = (LabelClaim(OPEN, "form"),)
    return replace(short, utterances=(first, last), sections=sections, pages=pages, claims=claims)


def test_a_kept_file_with_a_hidden_part_is_like_one_that_was_never_kept(
    store: Store, audit: Audit, tmp_path: Path
) -> None:
    """Two worlds: a kept file of three pages, one of which is withheld, and a file of two that was not kept."""
    held = marked(THREE_PAGES, "橋の用地は秘策で買います。", HIDDEN)
    key = kept_as_pdf(store, tmp_path / "one" / "in", held, Order(keep=True))
    other = Store.open(tmp_path / "other", salt=SALT)
    take(other, tmp_path / "two" / "in", {"a.json": never_held()})
    assert only_document(other) == key
    worlds = [client_over(each, audit)(WELFARE) for each in (store, other)]
    for path in ("", "/original", "/related", "/label", *(f"/pages/{n}.png" for n in (1, 2, 3, 4))):
        for more in ({}, {"Range": "bytes=0-9"}, {"If-None-Match": "*"}):
            one, two = (each.get(f"/v1/documents/{key}{path}", headers=SAME | more) for each in worlds)
            assert (one.status_code, one.content, one.headers) == (two.status_code, two.content, two.headers)
    opened = worlds[0].get(f"/v1/documents/{key}").json()
    assert [utterance["page"] for utterance in opened["utterances"]] == ["1", "2"]
    other.close()


def test_of_a_file_with_a_hidden_part_nobody_sees_pages_and_its_readers_have_the_file(
    client_as: As, store: Store, tmp_path: Path
) -> None:
    key = kept_as_pdf(
        store, tmp_path / "in", marked(THREE_PAGES, "橋の用地は秘策で買います。", HIDDEN), Order(keep=True)
    )
    assert client_as(IT).get(f"/v1/documents/{key}").json()["page_pictures"] is False
    assert client_as(IT).get(f"/v1/documents/{key}/pages/1.png").status_code == 404
    assert client_as(IT).get(f"/v1/documents/{key}/original").status_code == 200


def test_narrowing_takes_the_pages_away_at_once(client_as: As, store: Store, tmp_path: Path) -> None:
    key = kept_as_pdf(store, tmp_path / "in", NOTE, Order(keep=True, label=OPEN))
    assert client_as(WELFARE).get(f"/v1/documents/{key}/pages/1.png").status_code == 200
    labels(store).change(key, Change(Label(Status.CLOSED), quotes=("令和九年",)), IT)
    assert client_as(WELFARE).get(f"/v1/documents/{key}/pages/1.png").status_code == 404


def test_a_file_that_holds_more_than_its_text_is_shown_to_its_keepers_only(
    client_as: As, store: Store, tmp_path: Path
) -> None:
    key = kept_as_pdf(store, tmp_path / "in", NOTE, Order(keep=True, label=OPEN))
    with store.catalogue.write() as connection:
        connection.exec_driver_sql("UPDATE sources SET guarded = 1")
    assert client_as(WELFARE).get(f"/v1/documents/{key}/pages/1.png").status_code == 404
    assert client_as(IT).get(f"/v1/documents/{key}/pages/1.png").status_code == 200


def test_what_is_no_pdf_has_no_pages(client_as: As, store: Store, tmp_path: Path) -> None:
    take(store, tmp_path / "in", {"a.json": NOTE}, Order(keep=True, label=OPEN))
    key = only_document(store)
    assert client_as(PUBLIC).get(f"/v1/documents/{key}").json()["page_pictures"] is False
    assert client_as(PUBLIC).get(f"/v1/documents/{key}/pages/1.png").status_code == 404
