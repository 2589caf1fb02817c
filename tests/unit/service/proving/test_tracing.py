"""The settings of traces."""

from __future__ import annotations

import pytest

from zkctl.errors import UsageError
from zkctl.service.proving.tracing import check_trace_settings


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
    with pytest.raises(
        UsageError,
        match="otlp_endpoint is malformed: expected the http or https address of a collector",
    ):
        check_trace_settings(url, 1.0)


def test_the_share_of_requests() -> None:
    for percent in (0, 0.25, 100):
        check_trace_settings("https://collector.example.org/v1/traces", percent)
    with pytest.raises(UsageError, match=r"trace_percent is wrong: expected 0 to 100, got 100\.5"):
        check_trace_settings("", 100.5)
