"""The metrics of the service: the one table of their names, kinds, labels and buckets.

Dashboards, alerts and documents use these names; `zkctl deploy check` compares them with this table.
"""

from __future__ import annotations

from enum import StrEnum

from zkctl.runtime.records import record


class MetricKind(StrEnum):
    """The kinds of metrics, as Prometheus names them."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@record
class Family:
    """One metric.

    `worst` is the function that makes one value of the values of several processes; only gauges have it.
    """

    name: str
    kind: MetricKind
    text: str  # the help line
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()  # upper bounds in seconds, without +Inf
    worst: str = "max"

    @property
    def n_series(self) -> int:
        """The lines of one label set: buckets with +Inf, sum and count of a histogram, else one."""
        return len(self.buckets) + 3 if self.kind is MetricKind.HISTOGRAM else 1


GENERATION_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 7.5, 10, 15, 20, 30, 60)
VERIFICATION_BUCKETS = (
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1,
)  # fmt: skip
WAIT_BUCKETS = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300)

_CIRCUIT = ("circuit_id",)
_REASON = ("circuit_id", "reason")

FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        Family(
            "zkp_proof_generation_duration_seconds",
            MetricKind.HISTOGRAM,
            "Time from the claim of a job to its verified proof.",
            _CIRCUIT,
            GENERATION_BUCKETS,
        ),
        Family(
            "zkp_proof_generation_total",
            MetricKind.COUNTER,
            "Finished jobs, with success or without.",
            _CIRCUIT,
        ),
        Family(
            "zkp_proof_generation_errors_total",
            MetricKind.COUNTER,
            "Jobs that ended without a proof.",
            _REASON,
        ),
        Family(
            "zkp_proof_verification_duration_seconds",
            MetricKind.HISTOGRAM,
            "Time of one verification.",
            _CIRCUIT,
            VERIFICATION_BUCKETS,
        ),
        Family(
            "zkp_proof_verification_total",
            MetricKind.COUNTER,
            "Verifications that returned a verdict or failed inside.",
            _CIRCUIT,
        ),
        Family(
            "zkp_proof_verification_failures_total",
            MetricKind.COUNTER,
            "Verifications whose verdict is not valid, or that failed inside.",
            _REASON,
        ),
        Family(
            "zkp_circuit_load_time_seconds",
            MetricKind.GAUGE,
            "Time to open a circuit's keys.",
            _CIRCUIT,
        ),
        Family("zkp_memory_usage_bytes", MetricKind.GAUGE, "Resident memory.", ("process",)),
        Family(
            "zkp_cpu_usage_percent",
            MetricKind.GAUGE,
            "Processor time in percent of the quota.",
            ("process",),
        ),
        Family("zkp_active_provers", MetricKind.GAUGE, "Workers that are ready."),
        Family("zkp_queue_depth", MetricKind.GAUGE, "Queued jobs.", _CIRCUIT),
        Family("zkp_queue_oldest_seconds", MetricKind.GAUGE, "Age of the oldest queued job."),
        Family(
            "zkp_job_wait_seconds",
            MetricKind.HISTOGRAM,
            "Time from acceptance to the claim of a job.",
            (),
            WAIT_BUCKETS,
        ),
        Family("zkp_database_up", MetricKind.GAUGE, "1 if the database answers.", worst="min"),
        Family(
            "zkp_cache_up", MetricKind.GAUGE, "1 if Redis answers, or is not used.", worst="min"
        ),
        Family(
            "zkp_cache_requests_total", MetricKind.COUNTER, "Requests to the cache.", ("result",)
        ),
        Family(
            "zkp_memory_limit_bytes", MetricKind.GAUGE, "Memory limit of the container or machine."
        ),
        Family(
            "zkp_worker_restarts_total",
            MetricKind.COUNTER,
            "Workers that were replaced.",
            ("reason",),
        ),
        Family(
            "zkp_http_requests_total",
            MetricKind.COUNTER,
            "Answered requests.",
            ("route", "method", "status"),
        ),
        Family(
            "zkp_canary_success",
            MetricKind.GAUGE,
            "1 if the stored proof of the circuit verifies.",
            _CIRCUIT,
            worst="min",
        ),
        Family("zkp_replica_lag_seconds", MetricKind.GAUGE, "Largest replay lag of the replicas."),
        Family(
            "zkp_flag_rollout_percent",
            MetricKind.GAUGE,
            "Share of subjects that the service answers; 0 if it is disabled.",
        ),
        Family(
            "zkp_shadow_compared_total",
            MetricKind.COUNTER,
            "Verdicts of the legacy system that were compared with ours.",
        ),
        Family(
            "zkp_shadow_mismatch_total",
            MetricKind.COUNTER,
            "Verdicts of the legacy system that differ from ours.",
        ),
        Family(
            "zkp_hostile_failures",
            MetricKind.GAUGE,
            "Largest number of equation failures of one API key within five minutes.",
        ),
        Family("zkp_build_info", MetricKind.GAUGE, "1, with the version as a label.", ("version",)),
    )
}

# Values of labels that code writes; a label never holds a value that a client chose.
GENERATION_ERRORS = ("unsatisfied", "invalid-input", "timeout", "crashed", "key", "internal")
VERIFICATION_FAILURES = (
    "equation",
    "root",
    "revocation",
    "context",
    "nullifier",
    "internal",
    "unavailable",
)
CACHE_RESULTS = ("hit", "miss", "error", "off")
RESTART_REASONS = ("crashed", "timeout", "memory", "jobs", "age", "reload")
METHODS = ("GET", "POST", "DELETE", "HEAD", "OPTIONS")
UNKNOWN, OTHER = "unknown", "other"

# reasons of an answer of /v1/zkp/verify (specification 2.2) -> reason of the metric
FAILURE_OF_VERDICT = {
    "equation": "equation",
    "root-unknown": "root",
    "root-stale": "root",
    "revocation-root-stale": "revocation",
    "context-mismatch": "context",
    "context-expired": "context",
    "nullifier-used": "nullifier",
    "circuit-retired": "unavailable",
}
