"""Figures for Prometheus: how many requests, how long, how many answers. No content, no ids, no labels."""

from __future__ import annotations

import os

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from rag.compose.generative import reasons

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """The figures of one application; each has a registry of its own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "toben_requests", "Requests answered", ["route", "method", "status"], registry=self._registry
        )
        self._duration = Histogram(
            "toben_request_seconds", "Time to answer", ["route"], registry=self._registry, buckets=_BUCKETS_S
        )
        self._answers = Counter("toben_answers", "Answers and refusals", ["outcome"], registry=self._registry)
        self._notices = Counter(
            "toben_notices",
            "Answers that a language model was kept from, or that lost a part of what it wrote",
            ["reason"],
            registry=self._registry,
        )
        self.in_progress = Gauge(
            "toben_requests_in_progress",
            "Requests under way",
            registry=self._registry,
            multiprocess_mode="livesum",
        )

        self._alerts = Gauge(
            "toben_alerts",
            "Alerts to auditors in the last 24 hours",
            registry=self._registry,
            multiprocess_mode="mostrecent",
        )

    def alerted(self, count: int) -> None:
        """How many alerts there were in the last 24 hours."""
        self._alerts.set(count)

    def request(self, route: str, method: str, status: int, duration_s: float) -> None:
        """Count a request. `route` is the template of the path, never the path."""
        self._requests.labels(route, method, str(status)).inc()
        self._duration.labels(route).observe(duration_s)

    def answered(self, refused: bool, notice: str = "") -> None:
        """Count an answer or refusal, and what its notice tells of the language model."""
        self._answers.labels("refused" if refused else "answered").inc()
        for reason in reasons(notice):
            self._notices.labels(reason).inc()

    def text(self) -> bytes:
        """All figures in the text format of Prometheus; those of all worker processes where there are several."""
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            return generate_latest(self._registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return generate_latest(together)
