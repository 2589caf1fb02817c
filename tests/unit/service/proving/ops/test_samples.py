"""Samples of metrics: what is read, kept and estimated."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.support.ops_sample import busy_metrics
from zkctl.service.proving.ops.samples import (
    N_SAMPLES,
    HistogramPart,
    OpsHistory,
    SeriesName,
    quantile,
    read_exposition,
)
from zkctl.service.proving.series import MergedMetrics

COUNT = "zkp_proof_verification_total"
A, B = (SeriesName(COUNT, (("circuit_id", name),)) for name in "ab")


def test_the_text_of_our_metrics_is_read() -> None:
    merged = MergedMetrics()
    merged.add("api", busy_metrics().drain())
    values = read_exposition(merged.exposition())
    assert values[SeriesName("zkp_queue_depth", (("circuit_id", "membership-v1"),))] == 7
    assert values[SeriesName("zkp_queue_oldest_seconds")] == 12
    assert values[SeriesName(COUNT, (("circuit_id", "membership-v1"),))] == 41


def test_rates_are_growth_by_time_and_a_restart_is_no_negative_rate() -> None:
    history = OpsHistory()
    for at, a, b in ((0.0, 0, 5), (10.0, 20, 5), (20.0, 50, 6), (30.0, 1, 0)):
        history.add(at, {A: a, B: b})
    assert history.rates(COUNT) == [2.0, 3.1, 0.0]
    assert history.sums(COUNT) == [5.0, 25.0, 56.0, 1.0]
    assert history.value(COUNT, circuit_id="a") == 1
    assert history.value(COUNT) is None
    assert {k["circuit_id"]: v for k, v in history.series(COUNT)} == {"a": 1, "b": 0}


def test_the_last_growth_of_a_count_is_known() -> None:
    history = OpsHistory()
    history.add(0.0, {A: 5.0})
    assert history.grew_before(COUNT, {"circuit_id": "a"}) is None
    history.add(10.0, {A: 6.0, B: 1.0})
    history.add(25.0, {A: 6.0, B: 1.0})
    assert history.grew_before(COUNT, {"circuit_id": "a"}) == 15.0
    assert history.grew_before(COUNT, {"circuit_id": "b"}) == 15.0


def test_samples_have_a_distance_and_a_limit() -> None:
    history = OpsHistory()
    for k in range(4 * N_SAMPLES * 10):
        history.add(float(k), {A: float(k)})
    values = history.sums(COUNT)
    assert len(values) == N_SAMPLES
    assert {b - a for a, b in pairwise(values[:-1])} == {10.0}
    assert history.newest.at == 4 * N_SAMPLES * 10 - 1


def test_an_empty_history() -> None:
    history = OpsHistory()
    assert history.newest.values == {}
    assert history.sums(COUNT) == history.rates(COUNT) == history.histogram("x") == []


def test_a_histogram_is_a_list_of_buckets() -> None:
    history = OpsHistory()
    counts = {"0.1": 3.0, "0.5": 5.0, "+Inf": 6.0}
    values = {SeriesName("x_bucket", (("le", bound),)): n for bound, n in counts.items()}
    history.add(0.0, values)
    assert [(part.above, part.bound, part.n) for part in history.histogram("x")] == [
        (0.0, 0.1, 3.0),
        (0.1, 0.5, 2.0),
        (0.5, float("inf"), 1.0),
    ]


PARTS = [HistogramPart(0, 1, 4), HistogramPart(1, 2, 4), HistogramPart(2, float("inf"), 2)]


@pytest.mark.parametrize(
    ("parts", "share", "time"),
    [
        (PARTS, 0.2, 0.5),
        (PARTS, 0.6, 1.5),
        (PARTS, 0.99, 2.0),
        (PARTS, 1.0, 2.0),
        ([], 0.5, None),
        ([HistogramPart(0, 1, 0)], 0.5, None),
    ],
)
def test_quantiles_are_interpolated(
    parts: list[HistogramPart], share: float, time: float | None
) -> None:
    assert quantile(parts, share) == time
