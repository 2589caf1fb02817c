"""The metrics of one process, with a method for each event.

Labels come from fixed sets: a circuit that is not served is `unknown`, and a reason outside its list is an error of ours.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping

from zkctl import __version__
from zkctl.service.proving.families import (
    CACHE_RESULTS,
    FAILURE_OF_VERDICT,
    GENERATION_ERRORS,
    METHODS,
    OTHER,
    RESTART_REASONS,
    UNKNOWN,
    VERIFICATION_FAILURES,
)
from zkctl.service.proving.series import Changes, Series

HOSTILE_SECONDS = 300.0  # equation failures of one key are counted over this time
_MAX_HOSTILE_KEYS, _MAX_HOSTILE_FAILURES = 1000, 1000


class Metrics:
    """The counts and measurements of this process; `drain()` goes to the parent."""

    def __init__(
        self, circuits: Iterable[str] = (), *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._series = Series()
        self._circuits: frozenset[str] = frozenset()
        self._hostile = _FailuresByKey(now)
        self._series.set("zkp_build_info", 1, __version__)
        self.set_circuits(circuits)

    def set_circuits(self, circuits: Iterable[str]) -> None:
        """Set the circuit ids of the registry: the values of the label `circuit_id` besides `unknown`."""
        self._circuits = frozenset(circuits)
        for circuit in sorted(self._circuits):  # a rate needs the zero before the first event
            self._series.count("zkp_proof_generation_total", circuit, by=0)
            self._series.count("zkp_proof_verification_total", circuit, by=0)
            for reason in GENERATION_ERRORS:
                self._series.count("zkp_proof_generation_errors_total", circuit, reason, by=0)
            for reason in VERIFICATION_FAILURES:
                self._series.count("zkp_proof_verification_failures_total", circuit, reason, by=0)

    def drain(self) -> Changes:
        """Return what changed since the last call; a worker sends it to the parent each second and after each job."""
        self._series.set("zkp_hostile_failures", self._hostile.largest())
        return self._series.drain()

    def proof_generated(self, circuit_id: str, seconds: float) -> None:
        """Count a proof that verified, with the time since its job was claimed."""
        circuit = self._circuit(circuit_id)
        self._series.count("zkp_proof_generation_total", circuit)
        self._series.observe("zkp_proof_generation_duration_seconds", seconds, circuit)

    def proof_failed(self, circuit_id: str, reason: str) -> None:
        """Count a job that ended without a proof; the reasons are GENERATION_ERRORS."""
        circuit = self._circuit(circuit_id)
        self._series.count("zkp_proof_generation_total", circuit)
        self._series.count(
            "zkp_proof_generation_errors_total", circuit, _one_of(reason, GENERATION_ERRORS)
        )

    def job_waited(self, seconds: float) -> None:
        """Note the time between the acceptance of a job and its claim."""
        self._series.observe("zkp_job_wait_seconds", max(seconds, 0.0))

    def proof_verified(self, circuit_id: str, seconds: float) -> None:
        """Count a verification with the verdict valid."""
        circuit = self._circuit(circuit_id)
        self._series.count("zkp_proof_verification_total", circuit)
        self._series.observe("zkp_proof_verification_duration_seconds", seconds, circuit)

    def proof_rejected(
        self, circuit_id: str, reason: str, *, seconds: float | None = None, key_id: str = ""
    ) -> None:
        """Count a verification with another verdict, or one that failed inside.

        The reason is one of VERIFICATION_FAILURES or of the answers of `/v1/zkp/verify`.  `key_id` is the id of
        the API key, for the number of wrong proofs of one key.
        """
        circuit = self._circuit(circuit_id)
        reason = _one_of(FAILURE_OF_VERDICT.get(reason, reason), VERIFICATION_FAILURES)
        self._series.count("zkp_proof_verification_total", circuit)
        self._series.count("zkp_proof_verification_failures_total", circuit, reason)
        if seconds is not None:
            self._series.observe("zkp_proof_verification_duration_seconds", seconds, circuit)
        if reason == "equation" and key_id:
            self._hostile.add(key_id)

    def circuit_loaded(self, circuit_id: str, seconds: float) -> None:
        """Note the time to open a circuit's keys."""
        self._series.set("zkp_circuit_load_time_seconds", seconds, self._circuit(circuit_id))

    def worker_restarted(self, reason: str) -> None:
        """Count a worker that was replaced; the reasons are RESTART_REASONS."""
        self._series.count("zkp_worker_restarts_total", _one_of(reason, RESTART_REASONS))

    def cache_request(self, result: str) -> None:
        """Count a request to the cache; the results are CACHE_RESULTS."""
        self._series.count("zkp_cache_requests_total", _one_of(result, CACHE_RESULTS))

    def http_request(self, route: str, method: str, status: int) -> None:
        """Count an answer; `route` is the template of the path, `other` where none matches."""
        known = method if method in METHODS else OTHER
        self._series.count("zkp_http_requests_total", route or OTHER, known, str(status))

    def set_queue(self, depths: Mapping[str, int], oldest_s: float) -> None:
        """Set the number of queued jobs of each circuit and the age of the oldest one."""
        sums = dict.fromkeys(self._circuits, 0)
        for circuit_id, depth in depths.items():
            circuit = self._circuit(circuit_id)
            sums[circuit] = sums.get(circuit, 0) + depth
        for circuit, depth in sums.items():
            self._series.set("zkp_queue_depth", depth, circuit)
        self._series.set("zkp_queue_oldest_seconds", oldest_s)

    def set_provers(self, n_ready: int) -> None:
        """Set the number of workers that are ready."""
        self._series.set("zkp_active_provers", n_ready)

    def set_database(self, up: bool) -> None:
        """Set whether the database answers."""
        self._series.set("zkp_database_up", up)

    def set_cache(self, up: bool) -> None:
        """Set whether Redis answers; true where none is used."""
        self._series.set("zkp_cache_up", up)

    def set_canary(self, circuit_id: str, success: bool) -> None:
        """Set whether the stored proof of a circuit verified at the last try."""
        self._series.set("zkp_canary_success", success, self._circuit(circuit_id))

    def set_replica_lag(self, seconds: float) -> None:
        """Set the largest replay lag of the replicas."""
        self._series.set("zkp_replica_lag_seconds", seconds)

    def set_rollout(self, percent: float) -> None:
        """Set the share of subjects that the service answers; 0 where it is disabled."""
        self._series.set("zkp_flag_rollout_percent", percent)

    def shadow_compared(self, *, is_equal: bool) -> None:
        """Count a verdict of the legacy system that was compared with ours."""
        self._series.count("zkp_shadow_compared_total")
        self._series.count("zkp_shadow_mismatch_total", by=0 if is_equal else 1)

    def set_usage(self, process: str, *, memory_bytes: int, cpu_percent: float) -> None:
        """Set memory and processor use of a process: `parent`, `api` or `worker-N`."""
        self._series.set("zkp_memory_usage_bytes", memory_bytes, process)
        self._series.set("zkp_cpu_usage_percent", cpu_percent, process)

    def set_memory_limit(self, limit_bytes: int) -> None:
        """Set the memory limit of the container, or the memory of the machine."""
        self._series.set("zkp_memory_limit_bytes", limit_bytes)

    def forget_usage(self) -> None:
        """Forget memory and processor use of all processes, before they are set again."""
        self._series.clear("zkp_memory_usage_bytes")
        self._series.clear("zkp_cpu_usage_percent")

    def _circuit(self, circuit_id: str) -> str:
        return circuit_id if circuit_id in self._circuits else UNKNOWN


class _FailuresByKey:
    """The equation failures of each API key within HOSTILE_SECONDS; memory is bounded."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._times: dict[str, deque[float]] = {}

    def add(self, key_id: str) -> None:
        if key_id not in self._times and len(self._times) >= _MAX_HOSTILE_KEYS:
            del self._times[next(iter(self._times))]
        times = self._times.setdefault(key_id, deque(maxlen=_MAX_HOSTILE_FAILURES))
        times.append(self._now())

    def largest(self) -> int:
        oldest = self._now() - HOSTILE_SECONDS
        for times in self._times.values():
            while times and times[0] < oldest:
                times.popleft()
        self._times = {key: times for key, times in self._times.items() if times}
        return max(map(len, self._times.values()), default=0)


def _one_of(value: str, values: tuple[str, ...]) -> str:
    if value not in values:
        raise ValueError(f"the label is {value!r}, expected one of {', '.join(values)}")
    return value
