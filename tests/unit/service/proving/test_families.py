"""The table of metrics: the customer's names, kinds and buckets, and the document that lists them."""

from __future__ import annotations

import re

from tests.conftest import ROOT
from zkctl.service.proving import families
from zkctl.service.proving.families import (
    FAILURE_OF_VERDICT,
    FAMILIES,
    VERIFICATION_FAILURES,
    MetricKind,
)
from zkctl.service.proving.logs import EVENTS, EXPLANATIONS, KEYS

PAGE = ROOT / "docs/reference/observability.md"
# the customer's guide: these may not change
OF_THE_GUIDE = {
    "zkp_proof_generation_duration_seconds": (MetricKind.HISTOGRAM, ("circuit_id",)),
    "zkp_proof_generation_total": (MetricKind.COUNTER, ("circuit_id",)),
    "zkp_proof_generation_errors_total": (MetricKind.COUNTER, ("circuit_id", "reason")),
    "zkp_proof_verification_duration_seconds": (MetricKind.HISTOGRAM, ("circuit_id",)),
    "zkp_proof_verification_total": (MetricKind.COUNTER, ("circuit_id",)),
    "zkp_proof_verification_failures_total": (MetricKind.COUNTER, ("circuit_id", "reason")),
    "zkp_circuit_load_time_seconds": (MetricKind.GAUGE, ("circuit_id",)),
    "zkp_memory_usage_bytes": (MetricKind.GAUGE, ("process",)),
    "zkp_cpu_usage_percent": (MetricKind.GAUGE, ("process",)),
    "zkp_active_provers": (MetricKind.GAUGE, ()),
}


def test_the_names_of_the_guide() -> None:
    for name, (kind, labels) in OF_THE_GUIDE.items():
        assert (FAMILIES[name].kind, FAMILIES[name].labels) == (kind, labels), name


def test_thresholds_of_alerts_are_bounds_of_buckets() -> None:
    assert {10, 15, 20} <= set(FAMILIES["zkp_proof_generation_duration_seconds"].buckets)
    assert 0.1 in FAMILIES["zkp_proof_verification_duration_seconds"].buckets
    for family in FAMILIES.values():
        assert list(family.buckets) == sorted(set(family.buckets))
        assert bool(family.buckets) == (family.kind is MetricKind.HISTOGRAM)


def test_lines_of_a_label_set() -> None:
    assert FAMILIES["zkp_proof_generation_duration_seconds"].n_series == 14 + 3
    assert FAMILIES["zkp_proof_generation_total"].n_series == 1


def test_every_verdict_has_a_reason_of_the_metric() -> None:
    assert set(FAILURE_OF_VERDICT.values()) <= set(VERIFICATION_FAILURES)


def test_the_document_has_every_metric() -> None:
    rows = re.findall(
        r"^\| `(zkp_\w+)` \| (\w+) \| (.*?) \| (.*) \|$", PAGE.read_text(), re.MULTILINE
    )
    assert rows == [
        (each.name, each.kind.value, ", ".join(f"`{x}`" for x in each.labels) or "-", each.text)
        for each in FAMILIES.values()
    ]


def test_the_document_has_every_value_of_a_label_and_every_event() -> None:
    text = PAGE.read_text()
    for name in ("GENERATION_ERRORS", "VERIFICATION_FAILURES", "RESTART_REASONS", "CACHE_RESULTS"):
        assert ", ".join(f"`{value}`" for value in getattr(families, name)) in text
    events = text.partition("| events |")[2].partition("## Health")[0]
    assert set(re.findall(r"`(\w+)`", events)) == EVENTS
    keys = re.findall(r"^\| `(\w+)` \|", text.partition("## Log")[2], re.MULTILINE)
    assert tuple(keys) == KEYS
    assert all(f"`{each}`" in text for each in EXPLANATIONS)
