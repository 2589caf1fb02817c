"""The clock of the service's machine jumps by an hour: leases are the database's, an expiry is not compared with a wrong time."""

from __future__ import annotations

import time
from pathlib import Path

from tests.chaos.clocks import FakeClock, jump
from tests.chaos.driver import Chaos, chaos_seconds, chaos_seed
from tests.chaos.verdict import ALL, ENVIRON, Check, run, verify_all
from tests.support.demo_service import PID_BODY, RunningService, serving
from tests.support.servers import postgres_server
from tests.support.stores import execute

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


def test_the_clock_of_a_service_jumps(demo: Path, tmp_path: Path, check: Check) -> None:
    """PostgreSQL keeps the right time: every job is done at its first attempt."""
    seconds = chaos_seconds(10)
    clock = FakeClock(tmp_path / "offset")
    with postgres_server() as database:
        url = database.new_database()
        environ = ENVIRON | clock.environ | {"DATABASE_URL": url}
        with serving(tmp_path, demo, *ALL, environ=environ) as service:
            chaos = Chaos(service, chaos_seed())
            with chaos.under([jump(clock, OFFSETS)], 2.0, seconds):
                n = run(chaos, seconds)
            chaos.wait_for_results()
            check(chaos, n)
            assert execute(url, "SELECT max(attempt) FROM proofs") == [(1,)]


def test_a_wrong_clock_is_reported(demo: Path, tmp_path: Path) -> None:
    """An hour ahead or behind: degraded, proofs and verdicts go on, one that needs the time is 503."""
    clock = FakeClock(tmp_path / "offset")
    with postgres_server() as database:
        environ = ENVIRON | clock.environ | {"DATABASE_URL": database.new_database()}
        with serving(tmp_path, demo, *ALL, environ=environ) as service:
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


def test_the_clock_of_an_embedded_database_jumps(demo: Path, tmp_path: Path, check: Check) -> None:
    """SQLite has the machine's time: a job whose deadline has passed by the jump expires, no other is lost or made twice."""
    seconds = chaos_seconds(10)
    clock = FakeClock(tmp_path / "offset")
    with serving(tmp_path, demo, *ALL, environ=ENVIRON | clock.environ) as service:
        chaos = Chaos(service, chaos_seed())
        with chaos.under([jump(clock, OFFSETS)], 2.0, seconds):
            n = run(chaos, seconds)
        clock.set(0)
        chaos.wait_for_results()
        check(chaos, n, others={"expired"})
        assert chaos.states()["done"] > 0
