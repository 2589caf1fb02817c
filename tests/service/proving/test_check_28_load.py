"""Check 28: a load in an open loop without errors; the memory of workers; a leaking worker is replaced.

The default tests assert counts.  Times are asserted in the slow ones, whose tables are in docs/design/service-results.md.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.demo_service import RunningService, serving
from tests.support.process_watch import watching
from tests.support.servers import PostgresServer
from zkctl.toolchain.bench.service.outcomes import LoadSummary
from zkctl.toolchain.bench.service.plan import load_plan
from zkctl.toolchain.bench.service.run import bench_service

ROOMY = {"ZKCTL_GENERATE_PER_MINUTE": "6000", "ZKCTL_RESPONSE_QUANTUM_MS": "0"}
PATIENT = ROOMY | {"ZKCTL_MAX_WAIT_MS": "60000"}  # nothing is refused on a slow machine
LOOSE = ("verify.p95=60000", "generate.p95=60000", "errors=0", "refused=0")


def load(
    service: RunningService, rate: float, seconds: float, mix: str, *objectives: str
) -> LoadSummary:
    return bench_service(
        load_plan(service.url, rate, seconds, mix, objectives or LOOSE), key=service.key
    )


def said(summary: LoadSummary) -> str:
    return json.dumps({one.kind: one.causes for one in summary.kinds})


def test_check_28_smoke(demo: Path, tmp_path: Path) -> None:
    with serving(tmp_path, demo, environ=PATIENT) as service:
        summary = load(service, 21, 5, "verify=20,generate=1")
        assert summary.all_met, said(summary)
        assert {one.kind: one.served for one in summary.kinds} == {"verify": 100, "generate": 5}
        assert service.stop() == 0


def test_malformed_bodies_beside_valid_ones(demo: Path, tmp_path: Path) -> None:
    with serving(tmp_path, demo, environ=PATIENT) as service:
        summary = load(service, 110, 5, "malformed=10,verify=1")
        assert summary.all_met, said(summary)
        assert service.get("/health").status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize("database", ["embedded", "postgresql"])
def test_check_28_smoke_of_a_minute(
    demo: Path, tmp_path: Path, database: str, postgres: PostgresServer
) -> None:
    """Section 12, smoke: 20 verify/s and 0.5 generate/s for 60 s."""
    environ = dict(ROOMY)
    if database == "postgresql":
        environ |= {"DATABASE_URL": postgres.new_database(), "ZKCTL_MIGRATE": "true"}
    with serving(tmp_path, demo, environ=environ) as service:
        objectives = ("verify.p95=100", "generate.p95=10000", "errors=0", "refused=0")
        summary = load(service, 20.5, 60, "verify=40,generate=1", *objectives)
        assert summary.all_met, said(summary)


@pytest.mark.slow
def test_check_28_memory_of_a_worker(demo: Path, tmp_path: Path) -> None:
    """The memory of a worker after 2,000 proofs is within 10 % of that after 200."""
    environ = {**ROOMY, "ZKCTL_RECYCLE_JOBS": "100000", "ZKCTL_MAX_UNFINISHED_PER_TENANT": "1000"}
    with serving(tmp_path, demo, environ=environ) as service:
        assert load(service, 8, 25, "generate").all_met
        (worker,) = service.children("worker")
        with watching(service.process.pid) as watch:
            assert load(service, 8, 225, "generate").all_met
        assert service.children("worker") == [worker]
        sizes = [size for _, size in watch.rss[worker]]
        assert max(sizes[-5:]) <= 1.1 * sizes[0]
