"""Spans at a real receiver: the share of requests, forms of values, and the end of the process."""

from __future__ import annotations

import asyncio
import io
import json
import time
from typing import Any

import pytest

from tests.support.collector import collecting, deaf_collector
from zkctl.service.proving.logs import Log
from zkctl.service.proving.open_tracing import open_tracing
from zkctl.service.proving.settings import ServiceSettings
from zkctl.service.proving.tracing import TraceStep

PRIVATE = "JP-13-113-01 is a secret"


def scope(path: str = "/v1/zkp/verify", **headers: str) -> dict[str, Any]:
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "path": path, "headers": pairs, "client": ("127.0.0.1", 1)}


def log_of(stream: io.StringIO | None = None) -> Log:
    log = Log("zkp-verifier", stream=stream or io.StringIO())
    log.set_circuits(["membership-v1"])
    return log


def test_values_are_those_of_the_log_and_exceptions_leave_no_text() -> None:
    with collecting() as collector:
        tracing = open_tracing(
            ServiceSettings(otlp_endpoint=collector.url), "zkp-verifier", log_of()
        )
        with (
            pytest.raises(ValueError, match="secret"),
            tracing.request(scope(), "req_1"),
            tracing.step(TraceStep.PARSE),
        ):
            tracing.note(circuit_id=PRIVATE, code="ZS050", reason=PRIVATE, user_id=PRIVATE)
            tracing.note(circuit_id="membership-v1")
            tracing.answered(PRIVATE, "", 500)
            raise ValueError(PRIVATE)
        with tracing.request(scope("/health/ready"), "req_2"):
            tracing.note(circuit_id="membership-v1")
        tracing.note(circuit_id="membership-v1")  # outside of a request
        asyncio.run(tracing.close())
        step, root = collector.spans
        assert (step.name, step.parent, step.attributes) == ("parse", root.span_id, {})
        assert (root.name, root.is_error) == ("other other", True)
        expected = {"request_id": "req_1", "code": "ZS050", "circuit_id": "membership-v1"}
        assert root.attributes == expected
        assert PRIVATE.encode() not in b"".join(collector.bodies)


def test_no_request_is_chosen_at_a_share_of_0() -> None:
    with collecting() as collector:
        settings = ServiceSettings(otlp_endpoint=collector.url, trace_percent=0.0)
        tracing = open_tracing(settings, "zkp-verifier", log_of())
        for _ in range(50):
            with (
                tracing.request(scope(traceparent=f"00-{'a' * 32}-{'b' * 16}-01"), "r"),
                tracing.step(TraceStep.CACHE),
            ):
                pass
        asyncio.run(tracing.close())
        assert collector.spans == []


def test_a_collector_that_goes_and_comes_back_is_a_line_each() -> None:
    stream = io.StringIO()

    def request_sees(event: str) -> None:
        until = time.monotonic() + 20
        while event not in stream.getvalue():
            assert time.monotonic() < until
            with tracing.request(scope(), "r"):
                time.sleep(0.05)

    with collecting() as collector:
        settings = ServiceSettings(otlp_endpoint=collector.url)
        tracing = open_tracing(settings, "zkp-verifier", log_of(stream))
        collector.status = 400
        request_sees("traces_lost")
        collector.status = 200
        request_sees("traces_restored")
        asyncio.run(tracing.close())
    events = [json.loads(line)["event"] for line in stream.getvalue().splitlines()]
    assert events == ["traces_lost", "traces_restored"]


def test_the_end_of_a_process_does_not_wait_for_a_deaf_collector() -> None:
    stream = io.StringIO()
    with deaf_collector() as url:
        tracing = open_tracing(ServiceSettings(otlp_endpoint=url), "zkp-verifier", log_of(stream))
        with tracing.request(scope(), "r"):
            pass
        asyncio.run(asyncio.wait_for(tracing.close(), 60))
