"""Series of one process, their merging, the limit of their number, and the text for Prometheus."""

from __future__ import annotations

import json
import random

from prometheus_client.parser import text_string_to_metric_families

from zkctl.service.proving.families import FAMILIES
from zkctl.service.proving.series import MAX_SERIES, MergedMetrics, Series

TOTAL, TIME = "zkp_proof_generation_total", "zkp_proof_generation_duration_seconds"


def merged(*processes: tuple[str, Series]) -> MergedMetrics:
    """All processes, each sent as JSON, as through the pipe to the parent."""
    found = MergedMetrics()
    for name, series in processes:
        found.add(name, json.loads(json.dumps(series.drain())))
    return found


def test_counts_of_processes_are_added_and_survive_their_end() -> None:
    first, second = Series(), Series()
    for series in (first, second):
        series.count(TOTAL, "a")
        series.observe(TIME, 0.3, "a")
    both = merged(("worker-1", first), ("worker-2", second))
    both.forget("worker-1")
    assert (both.value(TOTAL, "a"), both.value(TIME, "a")) == (2, 2)
    both.add("worker-2", second.drain())  # nothing new
    assert both.value(TOTAL, "a") == 2


def test_a_gauge_is_the_worst_of_all_processes_and_ends_with_them() -> None:
    up, down = Series(), Series()
    up.set("zkp_database_up", 1)
    down.set("zkp_database_up", 0)
    up.set("zkp_queue_oldest_seconds", 3)
    down.set("zkp_queue_oldest_seconds", 5)
    both = merged(("api", up), ("worker-1", down))
    assert both.value("zkp_database_up") == 0
    assert both.value("zkp_queue_oldest_seconds") == 5
    both.forget("worker-1")
    assert both.value("zkp_database_up") == 1
    assert both.value("zkp_replica_lag_seconds") is None


def test_a_gauge_that_is_cleared() -> None:
    series = Series()
    series.set("zkp_memory_usage_bytes", 5, "worker-1")
    series.clear("zkp_memory_usage_bytes")
    series.set("zkp_memory_usage_bytes", 6, "worker-2")
    found = merged(("parent", series))
    assert found.value("zkp_memory_usage_bytes", "worker-1") is None
    assert found.value("zkp_memory_usage_bytes", "worker-2") == 6


def test_a_value_on_a_bound_is_below_it() -> None:
    series = Series()
    for seconds in (15.0, 15.000001, 1e9):
        series.observe(TIME, seconds, "a")
    lines = merged(("api", series)).exposition().splitlines()
    assert f'{TIME}_bucket{{circuit_id="a",le="15.0"}} 1.0' in lines
    assert f'{TIME}_bucket{{circuit_id="a",le="20.0"}} 2.0' in lines
    assert f'{TIME}_bucket{{circuit_id="a",le="+Inf"}} 3.0' in lines
    assert f'{TIME}_count{{circuit_id="a"}} 3.0' in lines


def test_the_text_has_every_metric_and_no_created_times() -> None:
    text = MergedMetrics().exposition()
    types = dict(line.split()[2:4] for line in text.splitlines() if line.startswith("# TYPE"))
    assert types == {name: family.kind.value for name, family in FAMILIES.items()}
    assert "_created" not in text


def test_labels_are_escaped() -> None:
    series = Series()
    series.count("zkp_http_requests_total", 'a"\\\n', "GET", "200")
    text = merged(("api", series)).exposition()
    (family,) = [f for f in text_string_to_metric_families(text) if f.samples]
    assert family.samples[0].labels["route"] == 'a"\\\n'


def test_the_number_of_series_has_a_limit() -> None:
    """A bound that holds whatever code records: beyond it, label sets are counted as `other`."""
    seed = 14
    print(f"seed {seed}")
    generator, processes = random.Random(seed), [Series() for _ in range(3)]
    for _ in range(3000):
        series, label = generator.choice(processes), f"c{generator.randrange(1 << 30)}"
        series.count(TOTAL, label)
        series.observe(TIME, generator.random(), label)
        series.set("zkp_queue_depth", 1, label)
        series.count("zkp_http_requests_total", f"/{label}", "GET", "200")
    found = merged(*((str(k), series) for k, series in enumerate(processes)))
    lines = [line for line in found.exposition().splitlines() if not line.startswith("#")]
    assert 300 < len(lines) <= MAX_SERIES
    total = sum(float(line.split()[-1]) for line in lines if line.startswith(f"{TOTAL}{{"))
    assert total == 3000
    assert found.value(TOTAL, "other")
