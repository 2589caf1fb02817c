"""The loads of the service with their objectives, and the growth of its processes: rows for docs/design/service-results.md.

.venv/bin/python tests/bench/service_load.py smoke ten-times --seconds 60 --database postgresql
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.support.demo_service import PID_BODY, RunningService, serving, shared_demo
from tests.support.process_watch import ProcessWatch, watching
from tests.support.servers import postgres_server
from zkctl.service.proving.circuits import Registry
from zkctl.service.proving.settings import ServiceSettings
from zkctl.toolchain.bench.run import machine
from zkctl.toolchain.bench.service.outcomes import LoadSummary
from zkctl.toolchain.bench.service.plan import load_plan
from zkctl.toolchain.bench.service.proof_variants import read_bundle
from zkctl.toolchain.bench.service.run import bench_service

ENVIRON = {
    "ZKCTL_GENERATE_PER_MINUTE": "60000",
    "ZKCTL_VERIFY_PER_S": "100000",
    "ZKCTL_VERIFY_BURST": "100000",
    "ZKCTL_MAX_UNFINISHED_PER_TENANT": "1000",
}


@dataclass(frozen=True)
class Load:
    """A row of section 12."""

    rate: float
    seconds: float
    mix: str
    objectives: tuple[str, ...] = ()


STRICT = ("errors=0.1", "refused=0.1")
OVERLOADED = ("verify.p95=500", "refused=100", "errors=0.1")
LOADS = {
    "smoke": Load(20.5, 60, "verify=40,generate=1", ("errors=0", "refused=0")),
    "guide": Load(1000 / 3600 * 2, 3600, "generate=1,verify=1", STRICT),
    "ten-times": Load(10_000 / 3600 * 2, 900, "generate=1,verify=1", STRICT),
    "stress": Load(1000, 60, "verify", OVERLOADED),
    "stress-double": Load(2000, 60, "verify", OVERLOADED),
    "stress-mixed": Load(1020, 60, "verify=50,generate=1", OVERLOADED),
    "alone": Load(20, 60, "verify", STRICT),  # to compare with garbage
    "garbage": Load(2020, 60, "malformed=100,verify=1", ("errors=0.1", "refused=0.1")),
}


def show(name: str, load: Load, summary: LoadSummary, watch: ProcessWatch) -> None:
    """Two rows of Markdown for each load, one for each kind of request."""
    for one in summary.kinds:
        times = " | ".join("-" if ms is None else f"{ms:.0f}" for ms in (one.p50, one.p95, one.p99))
        print(
            f"| {name} | {one.kind} {one.rate:.2f}/s | {one.sent} | {one.refused} | {one.errors} | {times} |"
        )
        if one.errors:
            print(f"  answers of {one.kind}: {one.causes}")
    settled = min(600.0, load.seconds / 6)
    growth = watch.growth(settled)
    print(
        f"  growth of each process after its first {settled:.0f} s: { {k: f'{v:.1f} %' for k, v in growth.items()} }"
    )
    cpu = {role: f"{watch.cpu_seconds(role):.1f} s" for role in ("api", "worker", "parent")}
    print(
        f"  processor time {cpu}; sent late by {summary.late_p99:.0f} ms (p99); objectives met: {summary.all_met}"
    )


def show_recovery(service: RunningService, bundle: str) -> None:
    """The seconds after an overload until an ordinary load is served whole and quickly."""
    plan = load_plan(service.url, 20, 10, "verify", OVERLOADED)
    summary = bench_service(replace(plan, bundle=bundle), key=service.key)
    (found,) = summary.kinds
    slow = [one.at for one in found.slices if one.n_bad or (one.p95 or 0) > 100]
    until = max(slow, default=0.0) + plan.seconds / len(found.slices) if slow else 0.0
    print(f"  recovered after {until:.1f} s: refused {found.refused}, errors {found.errors}")


@contextmanager
def running(database: str) -> Iterator[RunningService]:
    folder = Path(tempfile.mkdtemp(prefix="service-load-"))
    demo = shared_demo(folder)
    server: Any = postgres_server() if database == "postgresql" else nullcontext()
    with server as postgres:
        environ = dict(ENVIRON)
        if postgres is not None:
            environ |= {"DATABASE_URL": postgres.new_database(), "ZKCTL_MIGRATE": "true"}
        with serving(folder, demo, "all", "--demo", "--workers", "2", environ=environ) as service:
            yield service


def cost_of_a_verification(service: RunningService, rate: float, n: int = 1500) -> None:
    """Processor time of the API process for one verification, and that of the same pairing in this process.

    In process the verifications come at the same rate: after a pause a processor's caches are cold, and the same work takes up to twice
    as long as without pauses.
    """
    bundle = service.post("/v1/zkp/generate", PID_BODY).json()["proof"]
    plan = load_plan(service.url, rate, n / rate, "verify", ["errors=0", "refused=0"])
    with watching(service.process.pid) as watch:
        summary = bench_service(plan, key=service.key)
    assert summary.all_met
    over_http = 1000 * watch.cpu_seconds("api") / n
    settings = ServiceSettings(circuits=service.folder / "state" / "demo")
    registry = Registry.load(settings, settings.circuits / "service.yaml")
    key = registry.find("membership").ready_key()
    root = read_bundle(bundle)
    inside, without_pauses = (cpu_ms(lambda: verify_once(key, root), each) for each in (rate, None))
    print(
        f"| verify at {rate:.0f}/s, CPU ms | over HTTP {over_http:.2f} | in process {inside:.2f} | "
        f"without pauses {without_pauses:.2f} | ratio {over_http / inside:.2f}, {over_http / without_pauses:.2f} |"
    )


def cpu_ms(work: Callable[[], object], rate: float | None, n: int = 300) -> float:
    """Median processor time of a call, of calls at a rate or without pauses."""
    times = []
    start = time.monotonic()
    for k in range(n):
        if rate is not None:
            time.sleep(max(0, start + k / rate - time.monotonic()))
        before = time.process_time()
        assert work()
        times.append(1000 * (time.process_time() - before))
    return statistics.median(times)


def verify_once(key: Any, root: Any) -> bool:
    """Parse and verify as the service does for a new proof."""
    from zkctl.field import FieldArray
    from zkctl.formats.json.points import proofs_of
    from zkctl.formats.json.snarkjs_groth16 import parse_proof
    from zkctl.groth16.verify import verify

    (proof,) = proofs_of(key.curve, [parse_proof(root.member("proof"), key.curve)])
    values = [int(each.text()) for each in root.member("publicSignals").elements()]
    return verify(key.vkey, FieldArray.from_ints(key.curve.scalar_field, values), proof)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("loads", nargs="+", choices=[*LOADS, "cost"])
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--database", default="embedded", choices=["embedded", "postgresql"])
    given = parser.parse_args()
    print(f"{machine()}; {given.database}; load of the machine {os.getloadavg()[0]:.1f}")
    for name in given.loads:
        with running(given.database) as service:
            if name == "cost":
                for rate in (100, 200, 300):
                    cost_of_a_verification(service, rate)
                continue
            load = LOADS[name]
            seconds = given.seconds or load.seconds
            bundle = service.post("/v1/zkp/generate", PID_BODY).json()["proof"]
            plan = load_plan(service.url, load.rate, seconds, load.mix, load.objectives)
            with watching(service.process.pid) as watch:
                summary = bench_service(plan, key=service.key)
            show(name, load, summary, watch)
            if load.objectives == OVERLOADED:
                show_recovery(service, bundle)


if __name__ == "__main__":
    main()
