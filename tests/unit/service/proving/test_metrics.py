"""The events of the service as metrics: fixed labels, zeros before the first event, wrong proofs by key."""

from __future__ import annotations

import pytest

from zkctl.service.proving.families import FAILURE_OF_VERDICT, GENERATION_ERRORS
from zkctl.service.proving.metrics import HOSTILE_SECONDS, Metrics
from zkctl.service.proving.series import MergedMetrics

ID = "membership-v1"


def merged(metrics: Metrics, process: str = "api") -> MergedMetrics:
    found = MergedMetrics()
    found.add(process, metrics.drain())
    return found


def test_zeros_come_before_the_first_event() -> None:
    """Else the first failure would be no increase for rate()."""
    found = merged(Metrics([ID]))
    assert found.value("zkp_proof_generation_total", ID) == 0
    for reason in GENERATION_ERRORS:
        assert found.value("zkp_proof_generation_errors_total", ID, reason) == 0
    assert found.value("zkp_proof_verification_failures_total", ID, "equation") == 0


def test_generation() -> None:
    metrics = Metrics([ID])
    metrics.proof_generated(ID, 0.2)
    metrics.proof_failed(ID, "timeout")
    metrics.job_waited(-0.001)  # two clocks
    found = merged(metrics)
    assert found.value("zkp_proof_generation_total", ID) == 2
    assert found.value("zkp_proof_generation_duration_seconds", ID) == 1
    assert found.value("zkp_proof_generation_errors_total", ID, "timeout") == 1
    assert found.value("zkp_job_wait_seconds") == 1


def test_verification() -> None:
    metrics = Metrics([ID])
    metrics.proof_verified(ID, 0.002)
    for reason in FAILURE_OF_VERDICT:
        metrics.proof_rejected(ID, reason, seconds=0.001)
    metrics.proof_rejected(ID, "internal")
    found = merged(metrics)
    n_verdicts = len(FAILURE_OF_VERDICT)
    assert found.value("zkp_proof_verification_total", ID) == n_verdicts + 2
    assert found.value("zkp_proof_verification_duration_seconds", ID) == n_verdicts + 1
    assert found.value("zkp_proof_verification_failures_total", ID, "root") == 2
    assert found.value("zkp_proof_verification_failures_total", ID, "unavailable") == 1


def test_labels_are_from_fixed_sets() -> None:
    metrics = Metrics([ID])
    metrics.proof_verified("membership-v999", 0.001)
    metrics.http_request("", "BREW", 404)
    found = merged(metrics)
    assert found.value("zkp_proof_verification_total", "unknown") == 1
    assert found.value("zkp_http_requests_total", "other", "other", "404") == 1
    for call in (
        lambda: metrics.proof_failed(ID, "JP-13-113-01"),
        lambda: metrics.proof_rejected(ID, "because"),
        lambda: metrics.worker_restarted("bored"),
        lambda: metrics.cache_request("maybe"),
    ):
        with pytest.raises(ValueError, match="expected one of"):
            call()


def test_gauges() -> None:
    metrics = Metrics([ID, "region-v1"])
    metrics.set_queue({ID: 3, "gone-v1": 1}, 2.5)
    metrics.set_provers(2)
    metrics.set_database(False)
    metrics.set_cache(True)
    metrics.set_canary(ID, True)
    metrics.set_replica_lag(0.5)
    metrics.set_rollout(12.5)
    metrics.circuit_loaded(ID, 0.7)
    metrics.worker_restarted("memory")
    metrics.cache_request("hit")
    metrics.shadow_differed()
    metrics.set_memory_limit(1000)
    metrics.set_usage("api", memory_bytes=10, cpu_percent=5)
    found = merged(metrics)
    expected = {
        ("zkp_queue_depth", ID): 3,
        ("zkp_queue_depth", "region-v1"): 0,
        ("zkp_queue_depth", "unknown"): 1,
        ("zkp_queue_oldest_seconds",): 2.5,
        ("zkp_active_provers",): 2,
        ("zkp_database_up",): 0,
        ("zkp_cache_up",): 1,
        ("zkp_canary_success", ID): 1,
        ("zkp_replica_lag_seconds",): 0.5,
        ("zkp_flag_rollout_percent",): 12.5,
        ("zkp_circuit_load_time_seconds", ID): 0.7,
        ("zkp_worker_restarts_total", "memory"): 1,
        ("zkp_cache_requests_total", "hit"): 1,
        ("zkp_shadow_mismatch_total",): 1,
        ("zkp_memory_limit_bytes",): 1000,
        ("zkp_memory_usage_bytes", "api"): 10,
        ("zkp_cpu_usage_percent", "api"): 5,
    }
    assert {key: found.value(*key) for key in expected} == expected
    metrics.forget_usage()
    assert merged(metrics).value("zkp_memory_usage_bytes", "api") is None


def test_wrong_proofs_of_one_key_are_counted_over_five_minutes() -> None:
    time = 0.0
    metrics = Metrics([ID], now=lambda: time)
    for _ in range(3):
        metrics.proof_rejected(ID, "equation", key_id="a")
    metrics.proof_rejected(ID, "equation", key_id="b")
    metrics.proof_rejected(ID, "root-stale", key_id="a")  # no wrong proof
    metrics.proof_rejected(ID, "equation")  # no key
    assert merged(metrics).value("zkp_hostile_failures") == 3
    time = HOSTILE_SECONDS + 1
    assert merged(metrics).value("zkp_hostile_failures") == 0


def test_the_keys_of_wrong_proofs_are_bounded() -> None:
    metrics = Metrics([ID], now=lambda: 0.0)
    for k in range(1500):
        metrics.proof_rejected(ID, "equation", key_id=f"key {k}")
    assert len(metrics._hostile._times) == 1000
