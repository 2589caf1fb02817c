"""The tracing that is off, and the settings of the one that is on."""

from __future__ import annotations

import io
import sys

import pytest

from zkctl.errors import EnvironmentProblem, UsageError
from zkctl.service.proving.logs import Log
from zkctl.service.proving.settings import ServiceSettings
from zkctl.service.proving.tracing import Step, Tracing, check_trace_settings, open_tracing

ON = ServiceSettings(otlp_endpoint="http://127.0.0.1:1/v1/traces")


def test_no_traces_without_an_endpoint() -> None:
    tracing = open_tracing(ServiceSettings(), "zkp-prover", Log(stream=io.StringIO()))
    assert type(tracing) is Tracing
    with tracing.request({"path": "/v1/zkp/verify"}, "r"), tracing.step(Step.PARSE):
        tracing.note(circuit_id="c")
        tracing.answered("GET", "/", 200)
    assert tracing.step(Step.PARSE) is tracing.step(Step.CACHE)  # nothing is made
    assert tracing.now_ns() == 0


def test_a_missing_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "zkctl.service.proving.otel_tracing", raising=False)
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(EnvironmentProblem, match="traces need the extra `otel`") as caught:
        open_tracing(ON, "zkp-prover", Log(stream=io.StringIO()))
    assert (caught.value.exit_code, caught.value.hint) == (5, 'pip install "zkctl[otel]"')


@pytest.mark.parametrize(
    "url",
    [
        "collector:4318",
        "grpc://c:4317",
        "http://",
        "http://u:p@c/v1/traces",
        "http://c/?k=v",
        "http://c:0/",
    ],
)
def test_an_address_that_is_no_collector(url: str) -> None:
    with pytest.raises(UsageError, match="otlp_endpoint is malformed: expected the http or https"):
        check_trace_settings(url, 1.0)


def test_the_share_of_requests() -> None:
    for percent in (0, 0.25, 100):
        check_trace_settings("https://collector.example.org/v1/traces", percent)
    with pytest.raises(UsageError, match=r"trace_percent is wrong: expected 0 to 100, got 100\.5"):
        check_trace_settings("", 100.5)
