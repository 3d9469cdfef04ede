"""OpenTelemetry traces: a span for each request and each stage of it, with ids, routes and times alone.

Off unless an endpoint is set; then the extra ``otel`` must be installed. No question, no text, no name and no
message of an exception gets into a span. Our own provider is used, never the global one, so that nothing of
what other libraries trace is sent along.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from api.settings import TelemetrySettings
from corpus.errors import ConfigurationError
from rag.clock import Clock

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span

Facts = dict[str, str | int]


class Tracing:
    """Makes spans where there is a provider; without one every call does nothing."""

    def __init__(self, provider: TracerProvider | None = None) -> None:
        """Trace to `provider`, which is closed with this."""
        self._provider = provider
        self._tracer = provider.get_tracer("toben") if provider is not None else None

    @contextmanager
    def span(self, name: str, facts: Callable[[], Facts] = dict) -> Iterator[None]:
        """A span around what happens inside; `facts` are asked for at its end. Only ids and routes belong in them."""
        if self._tracer is None:
            yield
            return
        # what is told of an exception by itself holds its message
        with self._tracer.start_as_current_span(
            name, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield
            except BaseException as exc:
                _failed(span, type(exc).__name__)
                raise
            finally:
                span.set_attributes(facts())

    def clocked(self, clock: Clock | None) -> Clock | None:
        """A clock that adds to `clock` and makes a span of each stage; `clock` itself where nothing is traced."""
        if self._tracer is None:
            return clock
        return Clock(clock.stages if clock is not None else {}, trace=self.span)

    def close(self) -> None:
        """Send what has not been sent."""
        if self._provider is not None:
            self._provider.shutdown()


def tracing_of(settings: TelemetrySettings) -> Tracing:
    """Traces to the endpoint of the settings; none where there is none.

    Raises:
        ConfigurationError: an endpoint is set and the extra is not installed.
    """
    if not settings.endpoint:
        return Tracing()
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.sdk.trace.sampling import TraceIdRatioBased
    except ImportError as exc:
        raise ConfigurationError(
            "TOBEN_TELEMETRY__ENDPOINT には、追加の部品が要ります：pip install 'toben[otel]'"
        ) from exc
    provider = TracerProvider(
        sampler=TraceIdRatioBased(settings.ratio), resource=Resource({"service.name": "toben"})
    )
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=settings.endpoint)))
    return Tracing(provider)


def _failed(span: Span, kind: str) -> None:
    from opentelemetry.trace import StatusCode

    span.set_status(StatusCode.ERROR)
    span.set_attribute("error.type", kind)
