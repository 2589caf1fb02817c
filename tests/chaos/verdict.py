"""The settings of a service under faults, and the verdict on a run."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from tests.chaos.driver import Chaos
from tests.chaos.snarkjs import n_verified
from tests.support.demo_service import RunningService
from zkctl.toolchain.bench.service.proof_variants import read_bundle

ENVIRON = {
    "ZKCTL_GENERATE_PER_MINUTE": "60000",
    "ZKCTL_MAX_UNFINISHED_PER_TENANT": "1000",
    "ZKCTL_MAX_QUEUED_PER_CIRCUIT": "1000",
    "ZKCTL_RESPONSE_QUANTUM_MS": "0",
    "ZKCTL_MIGRATE": "true",
}
ALL = ("all", "--demo", "--workers", "2")
SECRET = re.compile(r"JP-13-113-01")
Check = Callable[..., None]


def n_jobs(seconds: float) -> int:
    """As many jobs as the specification has for ten minutes, no less than a second's worth each second."""
    return max(10, int(seconds * 500 / 600))


def run(chaos: Chaos, seconds: float) -> int:
    """Send the jobs of so many seconds and return their number."""
    n = n_jobs(seconds)
    chaos.submit(n, seconds)
    return n


def judge(chaos: Chaos, n: int, vkey: Path, node_modules: Path, others: Collection[str]) -> None:
    """All promises at once; the report says what happened.  Every proof is verified by the service and by snarkjs.

    `others` are the states besides `done` in which a job may end: `failed` only one of fifty, whose worker died three times.
    """
    report = chaos.report()
    print(report)
    assert not chaos.complaints, report
    assert len(chaos.jobs) == n, report
    assert len(chaos.results) == n, report
    states = chaos.states()
    assert set(states) <= {"done", *others}, report
    assert states["failed"] <= max(1, n // 50), report
    assert not SECRET.search("".join(chaos.service.lines))
    proofs = list(chaos.proofs())
    verify_all(chaos.service, proofs)
    assert n_verified(node_modules, vkey, proofs) == len(proofs)


def verify_all(service: RunningService, proofs: Sequence[str]) -> None:
    """Ask the service about each proof; no two are equal."""
    assert len(set(proofs)) == len(proofs)
    for proof in proofs:
        circuit_id = read_bundle(proof).member("circuitId").text()
        answer = service.post("/v1/zkp/verify", {"proof": proof, "circuitId": circuit_id})
        assert answer.json()["valid"] is True, answer.text
