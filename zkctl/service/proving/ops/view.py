"""A view of the service for its operator: counts, times, names of circuits and processes, and no values of requests."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from zkctl import __version__
from zkctl.runtime.records import record
from zkctl.service.proving.circuits import ServedCircuit
from zkctl.service.proving.flags import Flag
from zkctl.service.proving.ops.samples import HistogramPart, OpsHistory, quantile
from zkctl.service.proving.service import Service

# title, histogram, counter of all results
LATENCIES = (
    ("Generate, from claim to proof", "zkp_proof_generation_duration_seconds"),
    ("Wait in the queue", "zkp_job_wait_seconds"),
    ("Verify", "zkp_proof_verification_duration_seconds"),
)
# counter, its label with the reason, its title
_ERRORS = (
    ("zkp_proof_generation_errors_total", "reason", "generate"),
    ("zkp_proof_verification_failures_total", "reason", "verify"),
    ("zkp_worker_restarts_total", "reason", "worker restarted"),
)
_REQUESTS = "zkp_http_requests_total"
_MIB = 1 << 20


@record
class LatencyView:
    """One histogram; times in seconds."""

    title: str
    n: int
    p50: float | None
    p95: float | None
    parts: Sequence[HistogramPart]


@record
class CircuitView:
    """A circuit, its key and its queue; `canary` is None if no stored proof is tried."""

    circuit: ServedCircuit
    n_queued: int
    load_seconds: float | None
    canary: bool | None


@record
class ErrorView:
    """A kind of failure: its count, and the seconds since the last one (None: before this page's first sample)."""

    where: str
    code: str
    circuit_id: str
    n: int
    seconds_ago: float | None


@record
class ProcessView:
    """A process; an unknown field is None."""

    name: str
    pid: int | None
    state: str
    age_seconds: float | None
    memory_mib: float | None
    cpu_percent: float | None


@record
class OpsView:
    """Everything on the page."""

    service: str
    version: str
    health: Mapping[str, str]
    queue: Sequence[float]  # depth over time
    oldest_seconds: float
    generate_rates: Sequence[float]
    verify_rates: Sequence[float]
    latencies: Sequence[LatencyView]
    circuits: Sequence[CircuitView]
    processes: Sequence[ProcessView]
    flag: Flag | None
    errors: Sequence[ErrorView]
    database_up: bool | None
    cache_up: bool | None


def ops_view(service: Service, history: OpsHistory, health: Mapping[str, str]) -> OpsView:
    """Return the view at the newest sample."""
    parent = service.parent
    known = [] if parent is None else [*parent.others, *parent.workers]
    return OpsView(
        service=service.name,
        version=__version__,
        health=health,
        queue=history.sums("zkp_queue_depth"),
        oldest_seconds=history.value("zkp_queue_oldest_seconds") or 0.0,
        generate_rates=history.rates("zkp_proof_generation_total"),
        verify_rates=history.rates("zkp_proof_verification_total"),
        latencies=[_latency(history, title, name) for title, name in LATENCIES],
        circuits=[_circuit(each, history) for each in service.registry],
        processes=_processes(known, history),
        flag=None if service.flags is None else service.flags.current(),
        errors=_errors(history),
        database_up=_truth(history.value("zkp_database_up")),
        cache_up=_truth(history.value("zkp_cache_up")),
    )


def _truth(value: float | None) -> bool | None:
    return None if value is None else value > 0


def _latency(history: OpsHistory, title: str, name: str) -> LatencyView:
    parts = history.histogram(name)
    n = int(sum(part.n for part in parts))
    return LatencyView(title, n, quantile(parts, 0.5), quantile(parts, 0.95), parts)


def _circuit(circuit: ServedCircuit, history: OpsHistory) -> CircuitView:
    label = {"circuit_id": circuit.id}
    return CircuitView(
        circuit,
        int(history.value("zkp_queue_depth", **label) or 0),
        history.value("zkp_circuit_load_time_seconds", **label),
        _truth(history.value("zkp_canary_success", **label)),
    )


def _processes(known: Sequence[Mapping[str, Any]], history: OpsHistory) -> list[ProcessView]:
    """Return the processes that the parent reports, and those of which only memory and processor use are known."""
    found = {str(process["name"]): process for process in known}
    measured = {labels["process"] for labels, _ in history.series("zkp_memory_usage_bytes")}
    return [_process(name, found.get(name), history) for name in sorted(measured | set(found))]


def _process(name: str, known: Mapping[str, Any] | None, history: OpsHistory) -> ProcessView:
    memory = history.value("zkp_memory_usage_bytes", process=name)
    state = ""
    if known is not None and "ready" in known:
        state = "proving" if known["busy"] else "ready" if known["ready"] else "starting"
    return ProcessView(
        name,
        None if known is None else known["pid"],
        state,
        None if known is None else max(time.monotonic() - known["born"], 0.0),
        None if memory is None else memory / _MIB,
        history.value("zkp_cpu_usage_percent", process=name),
    )


def _errors(history: OpsHistory) -> list[ErrorView]:
    """Return failures that were counted, those of the last minutes first."""
    found = []
    for name, label, where in _ERRORS:
        for labels, n in history.series(name):
            if n:
                ago = history.grew_before(name, labels)
                circuit = labels.get("circuit_id", "")
                found.append(ErrorView(where, labels[label], circuit, int(n), ago))
    for labels, n in history.series(_REQUESTS):
        if n and labels["status"] >= "400":
            ago = history.grew_before(_REQUESTS, labels)
            where = f"{labels['method']} {labels['route']}"
            found.append(ErrorView(where, labels["status"], "", int(n), ago))
    return sorted(found, key=lambda one: (one.seconds_ago is None, one.seconds_ago or 0.0, -one.n))
