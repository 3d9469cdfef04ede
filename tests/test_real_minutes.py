"""The main job on real minutes, read in place: taken without a label, a record stays with its department."""

import itertools
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.directory import Caller, Directory
from api.engine import StoreEngine
from api.feedback import FeedbackFile
from api.services import Services
from api.settings import Settings
from corpus.disclosure import Label, Principal, Status
from corpus.embedding import HashEmbedder
from corpus.reading import Reader
from corpus.store import Store
from ingest.job import Job, Order, Outcome
from rag.pipeline import Pipeline
from rag.retrieval import Retriever

RECORD = "data/minutes/toshima_2025-05-30.txt"
PLENARY = "data/minutes/tokyo_plenary_2020/2020-04-17.json"
OWNER = Principal("owner", departments=frozenset({"情報政策課"}))
OTHER = Principal("other", departments=frozenset({"福祉課"}))
QUESTIONS = ["DX推進計画の期間は", "生成AIは職員の何割が使っていますか", "感染症への対応は", "窓口の改革"]


def store(folder: Path, *orders: tuple[Path, Order]) -> Store:
    made = Store.open(folder, salt="5a" * 16)
    for path, order in orders:
        report = Job(made, HashEmbedder, today=lambda: date(2026, 1, 5)).run([path], order)
        assert report.count(Outcome.TAKEN) == 1, report.results
    return made


def client(made: Store) -> TestClient:
    engine = StoreEngine(made, Pipeline(Retriever(HashEmbedder()), today=lambda: date(2026, 1, 5)))
    callers = {p.id: Caller(p) for p in (OWNER, OTHER)}
    services = Services(
        engine=engine,
        settings=Settings(data_dir=made.root, user_header=True),
        directory=lambda: Directory(callers),
        feedback=FeedbackFile(made.root / "feedback.jsonl"),
    )
    return TestClient(create_app(services), base_url="http://127.0.0.1:8000", client=("127.0.0.1", 50000))


@pytest.fixture
def worlds(tmp_path: Path, shared: Path) -> tuple[Store, Store]:
    """A store with the record, taken without a label, and one that never had it."""
    plenary = (shared / PLENARY, Order(label=Label(Status.OPEN)))
    with_it = store(tmp_path / "with", plenary, (shared / RECORD, Order()))
    return with_it, store(tmp_path / "without", plenary)


def asked(made: Store, user: str | None) -> list[tuple[int, bytes]]:
    headers = {"X-Toben-User": user} if user else {}
    seen: list[tuple[int, bytes]] = []
    with client(made) as http:
        posts: list[tuple[str, dict[str, Any]]] = [
            ("/v1/query", {"question": q, "top_k": 20}) for q in QUESTIONS
        ]
        posts += [("/v1/search", {"question": q, "top_k": 50}) for q in QUESTIONS]
        for (path, body), number in zip(posts, itertools.count()):
            answer = http.post(path, json=body, headers={**headers, "X-Request-Id": f"{number:032x}"})
            seen.append((answer.status_code, _without_id(answer.content, answer.json())))
        answer = http.get("/v1/documents", headers=headers)
        seen.append((answer.status_code, _without_id(answer.content, answer.json())))
    return seen


def _without_id(content: bytes, body: dict[str, Any]) -> bytes:
    return content.replace(str(body.get("request_id", "")).encode(), b"")


def test_a_record_taken_without_a_label_is_not_there_for_the_public(worlds: tuple[Store, Store]) -> None:
    with_it, without = worlds
    assert asked(with_it, None) == asked(without, None)
    assert asked(with_it, "other") == asked(without, "other")


def test_its_department_reads_it(worlds: tuple[Store, Store]) -> None:
    with_it, without = worlds
    assert asked(with_it, "owner") != asked(without, "owner")
    titles = [row.title for row in Reader(with_it, OWNER).documents().values()]
    assert any("行政情報化推進本部" in title for title in titles)


def test_the_published_copy_is_answered_with_the_section_that_says_so(tmp_path: Path, shared: Path) -> None:
    made = store(tmp_path / "open", (shared / RECORD, Order(label=Label(Status.OPEN))))
    with client(made) as http:
        body = http.post("/v1/query", json={"question": "zevoは職員の何割くらいが使っていますか。"}).json()
        assert "1割強" in body["answer"]["text"]
        assert body["citations"][0]["agenda"].startswith("報告（１）")
        refused = http.post("/v1/query", json={"question": "zevoの年間利用料はいくらですか。"}).json()
        assert refused["answer"] is None
        assert refused["refusal"]["code"] == "not_found"
