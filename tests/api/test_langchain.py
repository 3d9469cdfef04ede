"""The example of docs/endpoint.md for LangChain, run as it is printed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from langchain_core.retrievers import BaseRetriever

from corpus.audit import Audit
from corpus.embedding import HashEmbedder
from corpus.model import Passage
from corpus.store import Store
from ingest.job import Order
from rag.answer import Retrieved
from rag.retrieval import LangChainRetriever
from tests.rag.building import found, passage
from tests.stores import OPEN, SALT, STAFF, take, written

DOCS = Path(__file__).parents[2] / "docs" / "endpoint.md"
LUNCH = written(
    "給食の記録", "学校給食費の無償化はいつから始まりますか。", "学校給食費の無償化は四月から始まります。"
)
INSIDE = written("給食の打合せ", "学校給食費の無償化の財源は。", "学校給食費の無償化の財源は基金です。")


def example() -> str:
    """The block of the document that makes a retriever."""
    blocks = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    (block,) = [block for block in blocks if "LangChainRetriever" in block]
    return str(block)


@pytest.fixture
def made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> dict[str, Any]:
    """The names that the example makes, and as `printed` what it prints, run over a store with a public and an inner record."""
    monkeypatch.setattr("api.wiring.load_embedder", lambda *_, **__: HashEmbedder())
    store = Store.open(tmp_path / "data", salt=SALT)
    take(store, tmp_path / "open", {"a.json": replace(LUNCH, date=date(2025, 9, 8))}, Order(label=OPEN))
    take(store, tmp_path / "inside", {"b.json": INSIDE}, Order(label=STAFF))
    store.close()
    monkeypatch.setenv("TOBEN_DATA_DIR", str(tmp_path / "data"))
    names: dict[str, Any] = {}
    exec(compile(example(), str(DOCS), "exec"), names)
    return {**names, "printed": capsys.readouterr().out}


def test_the_example_prints_what_the_public_may_read(made: dict[str, Any]) -> None:
    printed = made["printed"]
    assert "2025-09-08" in printed
    assert "四月から始まります" in printed
    assert "基金" not in printed


def test_the_retriever_goes_into_a_chain_and_its_search_is_on_record(
    made: dict[str, Any], tmp_path: Path
) -> None:
    assert isinstance(made["retriever"], BaseRetriever)
    before = Audit(tmp_path / "data" / "audit.db").head()[0]
    chain = made["retriever"] | (lambda documents: [each.metadata["audience"] for each in documents])
    audiences = chain.invoke("学校給食費の無償化の財源は")
    assert audiences and set(audiences) == {"public"}
    assert Audit(tmp_path / "data" / "audit.db").head()[0] == before + 1


def test_a_document_tells_where_it_is_from() -> None:
    hits: Sequence[Retrieved] = found(
        passage("街灯を百二十基設けます。", compartment="staff", start=4, end=16)
    )
    source: Passage = hits[0].passage
    (document,) = LangChainRetriever(retrieve=lambda _: hits).invoke("街灯")
    assert (document.id, document.page_content) == (source.id, source.text)
    assert document.metadata == {
        "title": source.title,
        "meeting": source.meeting,
        "date": "2025-06-12",
        "speaker": "環境部長 川瀬実",
        "audience": "staff",
        "document_id": source.document_id,
        "start": 4,
        "end": 16,
        "rank": 1,
    }
