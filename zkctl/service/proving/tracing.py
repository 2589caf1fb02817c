"""Traces of requests: a span for each request and for its steps, off unless a collector is named.

A span holds what a line of the log may hold, and nothing else.  `otel_tracing.py` sends them; this module imports no package of
OpenTelemetry, and a step that is not traced costs one call.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Unpack
from urllib.parse import urlsplit

from zkctl.errors import UsageError

if TYPE_CHECKING:
    from starlette.types import Scope

    from zkctl.service.proving.jobs import Accepted, Job
    from zkctl.service.proving.logs import LogValues

_NOTHING: AbstractContextManager[Any] = nullcontext()


class TraceStep(StrEnum):
    """The steps of a request that have spans."""

    PARSE = "parse"  # body, shape, inputs
    POLICY = "policy"  # roots, context, nullifier
    CACHE = "cache"
    PAIRING = "pairing"
    QUEUE = "queue"  # from the request for a job to its claim by a worker
    PROVE = "prove"  # from the claim to the stored proof


class Tracing:
    """No traces; the methods are those of a tracing that sends them."""

    def request(self, _scope: Scope, _request_id: str) -> AbstractContextManager[Any]:
        """Return the block of one request."""
        return _NOTHING

    def step(self, _step: TraceStep) -> AbstractContextManager[Any]:
        """Return the block of one step of the present request."""
        return _NOTHING

    def note(self, **values: Unpack[LogValues]) -> None:
        """Add values of the log to the present request."""

    def answered(self, _method: str, _route: str, _status: int) -> None:
        """Name the present request by its method and the template of its path."""

    def now_ns(self) -> int:
        """Return the time for the begin of a job."""
        return 0

    def job(self, _accepted: Accepted, _found: Job, _begun_ns: int) -> None:
        """Add the steps of a job whose request began to store it at `begun_ns`."""

    async def close(self) -> None:
        """Send what is left."""


def check_trace_settings(endpoint: str, percent: float) -> None:
    """Check the address of the collector, "" for none, and the share of traced requests.  Raises: UsageError."""
    try:
        parts = urlsplit(endpoint)
        is_right = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username
        is_right = is_right and (parts.port is None or parts.port > 0)
    except ValueError:
        is_right = False
    if endpoint and (not is_right or parts.query or parts.fragment):
        raise UsageError(
            "otlp_endpoint is malformed: expected the http or https address of a collector",
            hint="write for example http://collector:4318/v1/traces",
        )
    if percent > 100:
        raise UsageError(f"trace_percent is wrong: expected 0 to 100, got {percent:g}")
