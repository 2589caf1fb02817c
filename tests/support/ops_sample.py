"""A service with some history for the tests of the operator's page: a registry, workers and metrics, but no processes."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from zkctl.service.proving.circuits import CircuitState, Registry, ServedCircuit
from zkctl.service.proving.flag_table import change_flag, read_flag
from zkctl.service.proving.flags import Flag
from zkctl.service.proving.logs import Log
from zkctl.service.proving.metrics import Metrics
from zkctl.service.proving.series import MergedMetrics
from zkctl.service.proving.service import Service
from zkctl.service.proving.settings import ServiceSettings

HOSTILE = "<script>alert(1)</script>"
CIRCUITS = (
    ServedCircuit(
        "membership-v1",
        "membership",
        1,
        CircuitState.ACTIVE,
        "groth16",
        "bn128",
        digests={"zkey": "a1" * 32, "vkey": "b2" * 32},
    ),
    ServedCircuit(
        "region-v1", "region", 1, CircuitState.UNAVAILABLE, reason=f"the zkey differs {HOSTILE}"
    ),
)


@dataclass
class SampleParent:
    """Stands for the channel to the parent process: workers, and the merged metrics of this process."""

    metrics: Metrics
    merged: MergedMetrics = field(default_factory=MergedMetrics)
    workers: list[dict[str, Any]] = field(
        default_factory=lambda: [
            {
                "name": "worker-0",
                "pid": 4711,
                "ready": True,
                "busy": True,
                "born": time.monotonic() - 90,
            },
            {
                "name": "worker-1",
                "pid": 4712,
                "ready": False,
                "busy": False,
                "born": time.monotonic() - 1,
            },
        ]
    )
    others: list[dict[str, Any]] = field(
        default_factory=lambda: [{"name": "parent", "pid": 4700, "born": time.monotonic() - 100}]
    )
    is_degraded: bool = False

    async def metrics_text(self) -> str:
        self.merged.add("api", self.metrics.drain())
        return self.merged.exposition()


@dataclass
class SampleFlags:
    """The flag of a database, read when it is asked for."""

    database: Any
    flag: Flag = field(default_factory=Flag)

    def current(self) -> Flag:
        return self.flag

    async def look(self) -> None:
        self.flag = await read_flag(self.database)

    async def change(self, **changes: Any) -> None:
        self.flag = await change_flag(self.database, changes, changed_by="cli")


@dataclass(frozen=True)
class SampleKey:
    """What an API key allows."""

    subject: str
    scopes: frozenset[str]
    id: str = "k1"
    tenant: str = "t1"


@dataclass
class SampleKeys:
    """API keys by their text."""

    known: Mapping[str, SampleKey]

    async def authenticate(self, text: str) -> SampleKey | None:
        return self.known.get(text)


ADMIN_KEY, VERIFY_KEY = "zk_test_admin", "zk_test_verify"
KEYS = SampleKeys(
    {
        ADMIN_KEY: SampleKey("did:example:operator", frozenset({"admin"})),
        VERIFY_KEY: SampleKey("did:example:verifier", frozenset({"verify"})),
    }
)


def busy_metrics() -> Metrics:
    """Metrics of a service that has worked: proofs, verdicts, failures, a queue."""
    metrics = Metrics([each.id for each in CIRCUITS])
    for k in range(40):
        metrics.proof_generated("membership-v1", 0.2 + k / 100)
        metrics.job_waited(0.01 * k)
        metrics.proof_verified("membership-v1", 0.001 + k / 10_000)
    metrics.proof_failed("membership-v1", "unsatisfied")
    metrics.proof_rejected("membership-v1", "root-unknown", seconds=0.002)
    metrics.http_request("/v1/zkp/verify", "POST", 422)
    metrics.http_request("/v1/zkp/verify", "POST", 200)
    metrics.set_queue({"membership-v1": 7}, 12.0)
    metrics.set_database(True)
    metrics.set_cache(False)
    metrics.circuit_loaded("membership-v1", 0.4)
    metrics.set_canary("membership-v1", True)
    metrics.set_usage("parent", memory_bytes=40 << 20, cpu_percent=1.0)
    metrics.set_usage("worker-0", memory_bytes=300 << 20, cpu_percent=48.4)
    return metrics


def sample_service(store: Any, **changes: Any) -> Service:
    """The service over a store whose database has the table of flags."""
    metrics = busy_metrics()
    parts: dict[str, Any] = {
        "settings": ServiceSettings(),
        "registry": Registry(CIRCUITS),
        "store": store,
        "keys": KEYS,
        "cache": None,
        "metrics": metrics,
        "log": Log("zkp-prover"),
        "flags": SampleFlags(store.database if store is not None else None),
        "parent": SampleParent(metrics),
    }
    return Service(**(parts | changes))
