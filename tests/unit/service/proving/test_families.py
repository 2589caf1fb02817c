"""The table of metrics: the customer's names, kinds and buckets, and the worst case of their number."""

from __future__ import annotations

from zkctl.service.proving.families import FAILURE_OF_VERDICT, FAMILIES, VERIFICATION_FAILURES, Kind

# the customer's guide: these may not change
OF_THE_GUIDE = {
    "zkp_proof_generation_duration_seconds": (Kind.HISTOGRAM, ("circuit_id",)),
    "zkp_proof_generation_total": (Kind.COUNTER, ("circuit_id",)),
    "zkp_proof_generation_errors_total": (Kind.COUNTER, ("circuit_id", "reason")),
    "zkp_proof_verification_duration_seconds": (Kind.HISTOGRAM, ("circuit_id",)),
    "zkp_proof_verification_total": (Kind.COUNTER, ("circuit_id",)),
    "zkp_proof_verification_failures_total": (Kind.COUNTER, ("circuit_id", "reason")),
    "zkp_circuit_load_time_seconds": (Kind.GAUGE, ("circuit_id",)),
    "zkp_memory_usage_bytes": (Kind.GAUGE, ("process",)),
    "zkp_cpu_usage_percent": (Kind.GAUGE, ("process",)),
    "zkp_active_provers": (Kind.GAUGE, ()),
}


def test_the_names_of_the_guide() -> None:
    for name, (kind, labels) in OF_THE_GUIDE.items():
        assert (FAMILIES[name].kind, FAMILIES[name].labels) == (kind, labels), name


def test_thresholds_of_alerts_are_bounds_of_buckets() -> None:
    assert {10, 15, 20} <= set(FAMILIES["zkp_proof_generation_duration_seconds"].buckets)
    assert 0.1 in FAMILIES["zkp_proof_verification_duration_seconds"].buckets
    for family in FAMILIES.values():
        assert list(family.buckets) == sorted(set(family.buckets))
        assert bool(family.buckets) == (family.kind is Kind.HISTOGRAM)


def test_lines_of_a_label_set() -> None:
    assert FAMILIES["zkp_proof_generation_duration_seconds"].n_series == 14 + 3
    assert FAMILIES["zkp_proof_generation_total"].n_series == 1


def test_every_verdict_has_a_reason_of_the_metric() -> None:
    assert set(FAILURE_OF_VERDICT.values()) <= set(VERIFICATION_FAILURES)
