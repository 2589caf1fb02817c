"""Jobs under faults: each accepted job ends, none is lost, one result for each idempotency key, every proof verifies.

Seconds of a test: `make chaos` 60, `make chaos-long` 600 with 500 jobs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.chaos.driver import Chaos, chaos_seconds, chaos_seed
from tests.chaos.faults import kill_child, network, restart, stop_worker
from tests.chaos.snarkjs import n_verified
from tests.support.demo_service import PID_BODY, RunningService, serving
from tests.support.fault_proxy import fault_proxy
from tests.support.servers import postgres_server, redis_server_of_own
from zkctl.formats.json.strict import load_json
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


def n_jobs(seconds: float) -> int:
    """As many jobs as the specification has for ten minutes, no less than a second's worth each second."""
    return max(10, int(seconds * 500 / 600))


Check = Callable[..., None]


@pytest.fixture
def check(demo: Path, node_modules: Path) -> Check:
    """The verdict on a run; every proof is verified by the service and by snarkjs."""

    def judge(chaos: Chaos, n: int, *, all_done: bool = True) -> None:
        check_run(chaos, n, all_done=all_done)
        proofs = list(chaos.proofs())
        verify_all(chaos.service, proofs)
        vkey = demo / "build" / "membership-v1.vkey.json"
        assert n_verified(node_modules, vkey, proofs) == len(proofs)

    return judge


def check_run(chaos: Chaos, n: int, *, all_done: bool) -> None:
    """All promises at once; the report says what happened.

    Without `all_done` one job of fifty may fail, whose worker died three times.
    """
    report = chaos.report()
    print(report)
    assert not chaos.complaints, report
    assert len(chaos.jobs) == n, report
    assert len(chaos.results) == n, report
    states = chaos.states()
    assert set(states) <= {"done", "failed"}, report
    assert states["failed"] <= (0 if all_done else max(1, n // 50)), report
    said = "".join(chaos.service.lines)
    assert not SECRET.search(said)


def verify_all(service: RunningService, proofs: Sequence[str]) -> None:
    assert len(set(proofs)) == len(proofs)
    for proof in proofs:
        circuit_id = read_bundle(proof).member("circuitId").text()
        answer = service.post("/v1/zkp/verify", {"proof": proof, "circuitId": circuit_id})
        assert answer.json()["valid"] is True, answer.text


def run(chaos: Chaos, seconds: float) -> int:
    n = n_jobs(seconds)
    chaos.submit(n, seconds)
    return n


def test_check_11_processes_are_killed(demo: Path, tmp_path: Path, check: Check) -> None:
    """SQLite; a random worker or the API dies each two seconds."""
    seconds = chaos_seconds(10)
    with serving(tmp_path, demo, *ALL, environ=ENVIRON) as service:
        chaos = Chaos(service, chaos_seed())
        with chaos.under([kill_child(service, "worker", "worker", "api")], 2.0, seconds):
            n = run(chaos, seconds)
        chaos.wait_for_results()
        check(chaos, n)
        assert service.process.poll() is None
    attempts = [event for event in service.events() if event["event"] == "job_retried"]
    assert len(attempts) <= 3 * n


def test_the_servers_are_restarted(demo: Path, tmp_path: Path, check: Check) -> None:
    """PostgreSQL and Redis die and come back; nothing is lost, and no process of the service is restarted."""
    seconds = chaos_seconds(10)
    with postgres_server() as database, redis_server_of_own() as cache:
        environ = ENVIRON | {"DATABASE_URL": database.new_database(), "REDIS_URL": cache.url}
        with serving(tmp_path, demo, *ALL, environ=environ) as service:
            before = service.children("api") + service.children("worker")
            chaos = Chaos(service, chaos_seed())
            faults = [restart(database, "postgresql"), restart(cache, "redis")]
            with chaos.under(faults, 2.0, seconds):
                n = run(chaos, seconds)
            chaos.wait_for_results()
            check(chaos, n)
            assert service.children("api") + service.children("worker") == before


@pytest.mark.slow
def test_the_network_fails(demo: Path, tmp_path: Path, check: Check) -> None:
    """Latency of 5 s, resets, black holes and half closed connections before PostgreSQL and Redis."""
    seconds = chaos_seconds(60)
    with (
        postgres_server() as database,
        redis_server_of_own() as cache,
        fault_proxy(database.port) as to_database,
        fault_proxy(cache.port) as to_cache,
    ):
        own = urlsplit(database.new_database())
        url = own._replace(netloc=f"zkctl@127.0.0.1:{to_database.port}").geturl()
        environ = ENVIRON | {
            "DATABASE_URL": url,
            "REDIS_URL": f"redis://127.0.0.1:{to_cache.port}/0",
        }
        with serving(tmp_path, demo, *ALL, environ=environ) as service:
            chaos = Chaos(service, chaos_seed())
            faults = [
                network(to_database, "postgresql", 2.0),
                network(to_cache, "redis", 2.0),
            ]
            with chaos.under(faults, 2.0, seconds):
                n = run(chaos, seconds)
            chaos.wait_for_results()
            check(chaos, n)


@pytest.mark.slow
def test_everything_at_once(demo: Path, tmp_path: Path, check: Check) -> None:
    """The acceptance run: processes, PostgreSQL and Redis die, workers stop for longer than a lease."""
    seconds = chaos_seconds(60)
    with postgres_server() as database, redis_server_of_own() as cache:
        environ = ENVIRON | {"DATABASE_URL": database.new_database(), "REDIS_URL": cache.url}
        with serving(tmp_path, demo, *ALL, environ=environ) as service:
            chaos = Chaos(service, chaos_seed())
            kills = kill_child(service, "worker", "worker", "api")
            faults = [kills, kills, restart(database, "postgresql"), restart(cache, "redis")]
            with chaos.under([*faults, stop_worker(service, 30.0)], 2.0, seconds):
                n = run(chaos, seconds)
            chaos.wait_for_results()
            check(chaos, n, all_done=False)


@pytest.mark.slow
def test_rolling_restarts(demo: Path, tmp_path: Path, check: Check) -> None:
    """Twenty stops and starts of the whole service under load: every stop ends with 0, every job is done."""
    key, seed = "", chaos_seed()
    done: dict[str, str] = {}
    for turn in range(20):
        with serving(tmp_path, demo, *ALL, environ=ENVIRON) as service:
            key = key or service.key
            chaos = Chaos(service, seed + turn)
            chaos.submit(3, 0.3)
            assert not chaos.complaints, chaos.report()
            done.update(chaos.jobs)
            assert service.stop() == 0
    with serving(tmp_path, demo, *ALL, environ=ENVIRON) as service:
        chaos = Chaos(service, seed, jobs=done)
        chaos.wait_for_results()
        check(chaos, 60)


def test_a_damaged_key_makes_one_circuit_unavailable(demo: Path, tmp_path: Path) -> None:
    """A zkey that differs from the lock: 503 for its circuit, health degraded, no 500."""
    with serving(tmp_path, demo, *ALL, environ=ENVIRON):
        pass
    (key,) = (tmp_path / "state").rglob("*.zkey")
    raw = bytearray(key.read_bytes())
    raw[-1] ^= 1
    key.chmod(0o600)
    key.write_bytes(raw)
    with serving(tmp_path, demo, *ALL, environ=ENVIRON, expect_ready=True) as service:
        service.wait_for(200, "/health/live")
        health = load_json(service.get("/health").content)
        assert (health["status"], health["circuits"]) == ("degraded", "partial")
        answer = service.post("/v1/zkp/generate", PID_BODY)
        assert answer.status_code == 503
        assert answer.json()["type"] == "urn:zkctl:problem:circuit-unavailable"
        assert "retry-after" in answer.headers
        assert json.dumps(PID_BODY["pid"]) not in answer.text
