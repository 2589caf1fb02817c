"""A collector of traces: OTLP over HTTP on a random port of loopback; it decodes what the real exporter sends.

with collecting() as collector:
    ... collector.url ...
    collector.wait_for(lambda spans: ...)
"""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


@dataclass(frozen=True)
class ReceivedSpan:
    """One span as the collector received it; ids are hexadecimal, `parent` is "" for none."""

    name: str
    trace_id: str
    span_id: str
    parent: str
    attributes: dict[str, Any]
    resource: dict[str, Any]
    is_error: bool
    n_events: int
    begun_ns: int
    ended_ns: int


@dataclass
class Collector:
    """The requests that arrived: their paths, raw bodies and spans."""

    url: str = ""
    paths: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    spans: list[ReceivedSpan] = field(default_factory=list)
    status: int = 200  # of the answers

    def wait_for(
        self, is_done: Callable[[list[ReceivedSpan]], bool], seconds: float = 20
    ) -> list[ReceivedSpan]:
        """Return the spans once they are what a test waits for."""
        until = time.monotonic() + seconds
        while not is_done(list(self.spans)):
            assert time.monotonic() < until, [each.name for each in self.spans]
            time.sleep(0.05)
        return list(self.spans)

    def take(self, path: str, body: bytes) -> None:
        from opentelemetry.proto.collector.trace.v1 import trace_service_pb2

        self.paths.append(path)
        self.bodies.append(body)
        if not path.endswith("/v1/traces"):
            return
        request = trace_service_pb2.ExportTraceServiceRequest.FromString(body)
        for group in request.resource_spans:
            resource = _members(group.resource.attributes)
            for scope in group.scope_spans:
                self.spans += [_span(each, resource) for each in scope.spans]


def _span(span: Any, resource: dict[str, Any]) -> ReceivedSpan:
    return ReceivedSpan(
        *(span.name, span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex()),
        attributes=_members(span.attributes),
        resource=resource,
        is_error=span.status.code == span.status.STATUS_CODE_ERROR,
        n_events=len(span.events) + len(span.links),
        begun_ns=span.start_time_unix_nano,
        ended_ns=span.end_time_unix_nano,
    )


def _members(attributes: Any) -> dict[str, Any]:
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in attributes}


@contextmanager
def collecting() -> Iterator[Collector]:
    """Receive traces until the end of the block."""
    pytest.importorskip("opentelemetry.proto")
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            if collector.status == 200:
                collector.take(self.path, body)
            self.send_response(collector.status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        collector.url = f"http://127.0.0.1:{server.server_port}/v1/traces"
        yield collector
        server.shutdown()


@contextmanager
def deaf_collector() -> Iterator[str]:
    """The address of a server that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1/traces"
