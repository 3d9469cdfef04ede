"""Traces: a span for each request and stage, and nothing in them but ids, routes and times."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.engine import StoreEngine
from api.services import Services
from api.settings import TelemetrySettings
from api.telemetry import Tracing, tracing_of
from corpus.embedding import HashEmbedder
from corpus.errors import ConfigurationError
from corpus.store import Store
from ingest.job import Order
from rag.pipeline import Pipeline
from rag.retrieval import Retriever
from tests.stores import NOW, OPEN, TODAY, take, written

export = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter")
sdk = pytest.importorskip("opentelemetry.sdk.trace")

PLAN = written("整備方針", "整備の費用はいくらですか。", "整備の費用は三億円を見込んでいます。")
QUESTION = "整備の費用はいくらですか。"
STAGES = {"filter", "embed", "search", "fuse", "fetch", "compose"}


@pytest.fixture
def memory() -> object:
    """Where spans go."""
    return export.InMemorySpanExporter()


@pytest.fixture
def traced(services: Services, memory: object, tmp_path: Path) -> TestClient:
    """The application over a real store, traced."""
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor

    provider = sdk.TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(memory))
    store = Store.open(tmp_path / "data")
    take(store, tmp_path / "files", {"plan.json": PLAN}, Order(label=OPEN))
    tracing = Tracing(provider)
    pipeline = Pipeline(Retriever(HashEmbedder()), today=lambda: TODAY)
    engine = StoreEngine(store, pipeline, now=lambda: NOW, tracing=tracing)
    app = create_app(replace(services, engine=engine, tracing=tracing))
    return TestClient(app, base_url="http://localhost", raise_server_exceptions=False)


def test_a_question_is_one_trace_of_its_request_and_its_stages(traced: TestClient, memory: object) -> None:
    answer = traced.post("/v1/query", json={"question": QUESTION}, headers={"X-Request-ID": "request-0001"})
    assert "三億円" in answer.text
    spans = {span.name: span for span in memory.get_finished_spans()}
    assert spans.keys() >= STAGES
    request = spans["request"]
    assert dict(request.attributes) == {
        "http.request.method": "POST",
        "http.route": "/v1/query",
        "http.response.status_code": 200,
        "toben.request_id": "request-0001",
    }
    assert {span.context.trace_id for span in spans.values()} == {request.context.trace_id}
    assert spans["compose"].parent.span_id == request.context.span_id


def test_no_words_of_questions_paths_or_texts_are_in_a_span(traced: TestClient, memory: object) -> None:
    traced.post("/v1/query", json={"question": QUESTION, "stream": True})
    traced.post("/v1/search", json={"question": "甲野氏の処分"})
    traced.post("/v1/query", content="{甲野氏".encode())
    traced.get("/v1/documents?meeting=甲野会議")
    traced.get("/v1/passages/甲野")
    spans = memory.get_finished_spans()
    assert len([span for span in spans if span.name == "request"]) == 5
    told = "".join(span.to_json() for span in spans)
    for words in ("整備", "三億", "費用", "甲野", "処分", "%E7"):
        assert words not in told
        assert words.encode("unicode_escape").decode() not in told


def test_of_an_exception_only_its_kind_is_told(memory: object) -> None:
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor

    provider = sdk.TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(memory))
    with pytest.raises(ValueError), Tracing(provider).span("stage"):
        raise ValueError("甲野氏の処分")
    (span,) = memory.get_finished_spans()
    assert dict(span.attributes) == {"error.type": "ValueError"}
    assert span.events == ()
    assert span.status.description is None


def test_without_an_endpoint_nothing_is_traced() -> None:
    tracing = tracing_of(TelemetrySettings())
    assert tracing.clocked(None) is None
    with tracing.span("request"):
        pass


def test_an_endpoint_without_the_extra_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(ConfigurationError, match="otel"):
        tracing_of(TelemetrySettings(endpoint="http://127.0.0.1:4318/v1/traces"))


def test_an_endpoint_gets_the_spans() -> None:
    import http.server
    import threading

    got: list[tuple[str, bytes]] = []

    class Collector(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Collector) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        endpoint = f"http://127.0.0.1:{server.server_port}/v1/traces"
        tracing = tracing_of(TelemetrySettings(endpoint=endpoint))
        with tracing.span("request", lambda: {"toben.request_id": "request-0001"}):
            pass
        tracing.close()
        server.shutdown()
    assert [path for path, _ in got] == ["/v1/traces"]
    assert b"request-0001" in got[0][1]
