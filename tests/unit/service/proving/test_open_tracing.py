"""The choice between no traces and those that go to a collector."""

from __future__ import annotations

import io
import sys

import pytest

from zkctl.errors import EnvironmentProblem
from zkctl.service.proving.logs import Log
from zkctl.service.proving.open_tracing import open_tracing
from zkctl.service.proving.settings import ServiceSettings
from zkctl.service.proving.tracing import TraceStep, Tracing

ON = ServiceSettings(otlp_endpoint="http://127.0.0.1:1/v1/traces")


def test_no_traces_without_an_endpoint() -> None:
    tracing = open_tracing(ServiceSettings(), "zkp-prover", Log(stream=io.StringIO()))
    assert type(tracing) is Tracing
    with tracing.request({"path": "/v1/zkp/verify"}, "r"), tracing.step(TraceStep.PARSE):
        tracing.note(circuit_id="c")
        tracing.answered("GET", "/", 200)
    assert tracing.step(TraceStep.PARSE) is tracing.step(TraceStep.CACHE)  # nothing is made
    assert tracing.now_ns() == 0


def test_a_missing_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "zkctl.service.proving.otel_tracing", raising=False)
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(EnvironmentProblem, match="traces need the extra `otel`") as caught:
        open_tracing(ON, "zkp-prover", Log(stream=io.StringIO()))
    assert (caught.value.exit_code, caught.value.hint) == (5, 'pip install "zkctl[otel]"')
