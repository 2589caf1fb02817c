"""The clock of the service's machine jumps by an hour: leases are the database's, an expiry is not compared with a wrong time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest

from tests.chaos.clocks import FakeClock, jump
from tests.chaos.driver import Chaos, chaos_seconds, chaos_seed
from tests.chaos.verdict import ALL, ENVIRON, Check, run, verify_all
from tests.support.demo_service import PID_BODY, RunningService, serving
from tests.support.servers import postgres_server
from tests.support.stores import KINDS, execute

HOUR = 3600
OFFSETS = (HOUR, -HOUR, 0)


def with_expiry(service: RunningService, proof: str) -> tuple[int, str]:
    """Ask for a verdict that needs the time; status and the problem, if it is one."""
    context = {"verifierId": "shop", "nonce": "5", "expiry": int(time.time()) + 60}
    answer = service.post("/v1/zkp/verify", {"proof": proof, "expect": {"context": context}})
    return answer.status_code, answer.json().get("type", "")


def wait_for_status(service: RunningService, status: str) -> None:
    until = time.monotonic() + 60
    while (found := service.get("/health").json()["status"]) != status:
        assert time.monotonic() < until, f"the health stays {found}"
        time.sleep(0.2)


@contextmanager
def with_clock(
    kind: str, folder: Path, demo: Path
) -> Iterator[tuple[RunningService, FakeClock, str]]:
    """A service with a clock that jumps, and the address of its database, which keeps the right time."""
    clock = FakeClock(folder / "offset")
    environ = ENVIRON | clock.environ
    with postgres_server() if kind == "postgresql" else nullcontext() as server:
        url = f"sqlite://{folder}/state/demo.db"
        if server is not None:
            url = environ["DATABASE_URL"] = server.new_database()
        with serving(folder, demo, *ALL, environ=environ) as service:
            yield service, clock, url


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_jobs_while_the_clock_jumps(kind: str, demo: Path, tmp_path: Path, check: Check) -> None:
    """Every job is done at its first attempt: PostgreSQL has its own time, SQLite that of the service's beginning."""
    seconds = chaos_seconds(10)
    with with_clock(kind, tmp_path, demo) as (service, clock, url):
        chaos = Chaos(service, chaos_seed())
        with chaos.under([jump(clock, OFFSETS)], 2.0, seconds):
            n = run(chaos, seconds)
        chaos.wait_for_results()
        check(chaos, n)
        assert execute(url, "SELECT max(attempt) FROM proofs") == [(1,)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_clock_is_reported(kind: str, demo: Path, tmp_path: Path) -> None:
    """An hour ahead or behind: degraded, proofs and verdicts go on, one that needs the time is 503."""
    with with_clock(kind, tmp_path, demo) as (service, clock, _url):
        for offset in (HOUR, -HOUR):
            clock.set(offset)
            wait_for_status(service, "degraded")
            assert service.get("/health").status_code == 200
            made = service.post("/v1/zkp/generate", PID_BODY)
            assert made.status_code == 200, made.text
            proof = made.json()["proof"]
            verify_all(service, [proof])
            assert with_expiry(service, proof) == (503, "urn:zkctl:problem:clock")
            clock.set(0)
            wait_for_status(service, "healthy")
            assert with_expiry(service, proof)[0] == 200
