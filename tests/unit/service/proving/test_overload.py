"""Refused requests in the metrics and the log."""

from __future__ import annotations

import io
import json

from zkctl.service.proving.logs import Log
from zkctl.service.proving.metrics import Metrics
from zkctl.service.proving.overload import PAUSE_S, OverloadReport
from zkctl.service.proving.series import MergedMetrics

VERIFY = ("POST", "/v1/zkp/verify")


def test_each_refusal_is_counted_and_few_are_logged() -> None:
    stream, times, metrics = io.StringIO(), [0.0], Metrics()
    report = OverloadReport(metrics, Log(stream=stream), {VERIFY}, now=lambda: times[0])
    for k in range(30):
        times[0] = k * PAUSE_S / 10
        report.refused(*VERIFY)
    report.refused("GET", "/v1/zkp/verify")
    report.refused("GET", "/a-private-path")
    report.refused("BREW", "/v1/zkp/verify")
    merged = MergedMetrics()
    merged.add("api", metrics.drain())
    name = "zkp_http_requests_total"
    assert merged.value(name, "/v1/zkp/verify", "POST", "503") == 30
    assert merged.value(name, "other", "GET", "503") == 2
    assert merged.value(name, "other", "other", "503") == 1
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [(each["level"], each["code"], each["reason"]) for each in lines] == [
        ("warning", "ZS086", "overloaded")
    ] * 3
