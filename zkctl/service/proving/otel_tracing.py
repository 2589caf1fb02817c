"""Traces that go to a collector: OpenTelemetry's SDK, OTLP over HTTP with protobuf, from another thread.

The provider is not the global one and the present request is known to this module only, so that no other package can add a span or an
attribute.  A collector that is slow or away costs spans, never a request: at most `_MOST_WAITING` wait to be sent.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Unpack

from starlette.requests import Request

from zkctl import __version__
from zkctl.errors import EnvironmentProblem
from zkctl.service.proving.client_certificates import is_trusted_peer
from zkctl.service.proving.families import METHODS, OTHER
from zkctl.service.proving.settings import ServiceSettings
from zkctl.service.proving.tracing import TraceStep, Tracing

try:
    from opentelemetry.context import Context
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
    from opentelemetry.sdk.trace.export import (
        BatchSpanProcessor,
        SpanExporter,
        SpanExportResult,
    )
    from opentelemetry.trace import (
        NonRecordingSpan,
        Span,
        SpanContext,
        SpanKind,
        Status,
        StatusCode,
        TraceFlags,
        set_span_in_context,
    )
except ImportError:
    raise EnvironmentProblem(
        "traces need the extra `otel`", hint='pip install "zkctl[otel]"'
    ) from None

if TYPE_CHECKING:
    from starlette.types import Scope

    from zkctl.service.proving.jobs import Accepted, Job
    from zkctl.service.proving.logs import Log, LogValues

_MOST_WAITING, _MOST_IN_A_BATCH = 2048, 512  # spans
_SEND_EACH_S, _SEND_TIMEOUT_S, _FLUSH_S = 1.0, 5.0, 2.0
_NS = 10**9
_TRACED = "/v1/"
_SERVER_FAULT = 500
_PARENT = re.compile(
    r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})"
)  # W3C trace context, level 1
_NOTHING: AbstractContextManager[Any] = nullcontext()

_PRESENT: ContextVar[Span | None] = ContextVar("zkctl_request_span", default=None)


class CollectorExporter(SpanExporter):
    """An exporter whose first failure in a row is a line of the log, as is its first success after one."""

    def __init__(self, exporter: SpanExporter, log: Log) -> None:
        self._exporter, self._log, self._is_lost = exporter, log, False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send spans; a failure loses them."""
        result = self._exporter.export(spans)
        is_lost = result is not SpanExportResult.SUCCESS
        if is_lost != self._is_lost:
            self._is_lost = is_lost
            event = "traces_lost" if is_lost else "traces_restored"
            self._log.event(event, level="warning" if is_lost else "info")
        return result

    def shutdown(self) -> None:
        """Send no more."""
        self._exporter.shutdown()


class OtelTracing(Tracing):
    """The traces of one API process."""

    def __init__(self, settings: ServiceSettings, service: str, log: Log) -> None:
        _silence()
        self._log, self._trusted = log, settings.trusted_proxies
        self._below = round(settings.trace_percent * (1 << 32) / 100)
        exporter = OTLPSpanExporter(settings.otlp_endpoint, timeout=_SEND_TIMEOUT_S)
        # Resource.create would add what the environment says about the process, its command line too
        self._provider = TracerProvider(
            resource=Resource({"service.name": service, "service.version": __version__}),
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(
            BatchSpanProcessor(
                CollectorExporter(exporter, log),
                max_queue_size=_MOST_WAITING,
                schedule_delay_millis=1000 * _SEND_EACH_S,
                max_export_batch_size=_MOST_IN_A_BATCH,
            )
        )
        self._tracer = self._provider.get_tracer("zkctl")

    def request(self, scope: Scope, request_id: str) -> AbstractContextManager[Any]:
        """Return the block of one request; probes and requests outside of the share have no span."""
        if not scope["path"].startswith(_TRACED):
            return _NOTHING
        parent = self._parent(Request(scope)) if self._trusted else None
        is_traced = self._is_chosen() if parent is None else parent.trace_flags.sampled
        return self._request(parent, request_id) if is_traced else _NOTHING

    @contextmanager
    def _request(self, parent: SpanContext | None, request_id: str) -> Iterator[None]:
        context = Context()
        if parent is not None:
            context = set_span_in_context(NonRecordingSpan(parent), context)
        span = self._tracer.start_span("request", context, SpanKind.SERVER)
        token = _PRESENT.set(span)
        self.note(request_id=request_id)
        try:
            yield
        finally:
            _PRESENT.reset(token)
            span.end()

    @contextmanager
    def step(self, step: TraceStep) -> Iterator[None]:
        """Run the block of one step; its exception is not recorded, because its text may hold a value."""
        span = _PRESENT.get()
        if span is None:
            yield
            return
        made = self._tracer.start_span(step.value, set_span_in_context(span, Context()))
        try:
            yield
        finally:
            made.end()

    def note(self, **values: Unpack[LogValues]) -> None:
        """Add values of the log to the present request."""
        span = _PRESENT.get()
        if span is not None:
            span.set_attributes(self._log.attributes(**values))

    def answered(self, method: str, route: str, status: int) -> None:
        """Name the present request by its method and the template of its path."""
        span = _PRESENT.get()
        if span is not None:
            span.update_name(f"{method if method in METHODS else OTHER} {route or OTHER}")
            if status >= _SERVER_FAULT:
                span.set_status(Status(StatusCode.ERROR))

    def now_ns(self) -> int:
        """Return the time in nanoseconds since 1970."""
        return time.time_ns()

    def job(self, accepted: Accepted, found: Job, begun_ns: int) -> None:
        """Add the steps of a job: the database has their lengths, on its own clock."""
        span = _PRESENT.get()
        if span is None or accepted.replayed:
            return
        if found.started_at is None:
            self._add(span, TraceStep.QUEUE, begun_ns, time.time_ns())
            return
        claimed_ns = begun_ns + round(_NS * max(found.started_at - found.queued_at, 0))
        self._add(span, TraceStep.QUEUE, begun_ns, claimed_ns)
        if found.finished_at is not None:
            seconds = max(found.finished_at - found.started_at, 0)
            self._add(span, TraceStep.PROVE, claimed_ns, claimed_ns + round(_NS * seconds))

    async def close(self) -> None:
        """Send what is left, within two seconds."""
        flushing = threading.Thread(target=self._provider.shutdown, daemon=True)
        flushing.start()
        until = time.monotonic() + _FLUSH_S
        while flushing.is_alive() and time.monotonic() < until:
            await asyncio.sleep(_FLUSH_S / 100)

    def _add(self, parent: Span, step: TraceStep, begun_ns: int, ended_ns: int) -> None:
        context = set_span_in_context(parent, Context())
        self._tracer.start_span(step.value, context, start_time=begun_ns).end(ended_ns)

    def _is_chosen(self) -> bool:
        return int.from_bytes(os.urandom(4), "big") < self._below

    def _parent(self, request: Request) -> SpanContext | None:
        """Return the span that a trusted proxy names in the header traceparent, None without one that is well formed."""
        given = request.headers.getlist("traceparent")
        match = _PARENT.fullmatch(given[0]) if len(given) == 1 else None
        if match is None or not is_trusted_peer(request, self._trusted):
            return None
        trace_id, span_id, flags = (int(each, 16) for each in match.groups())
        found = SpanContext(trace_id, span_id, is_remote=True, trace_flags=TraceFlags(flags))
        return found if found.is_valid else None


def _silence() -> None:
    """Keep the SDK's own messages out of the log, whose lines have one form."""
    logger = logging.getLogger("opentelemetry")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
