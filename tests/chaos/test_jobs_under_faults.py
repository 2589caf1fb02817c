"""Jobs under faults: each accepted job ends, none is lost, one result for each idempotency key, every proof verifies.

Seconds of a test: `make chaos` 60, `make chaos-long` 600 with 500 jobs.
"""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.chaos.driver import Chaos, chaos_seconds, chaos_seed
from tests.chaos.faults import kill_child, network, restart, stop_worker
from tests.chaos.verdict import ALL, ENVIRON, Check, run
from tests.support.demo_service import PID_BODY, serving
from tests.support.fault_proxy import fault_proxy
from tests.support.servers import postgres_server, redis_server_of_own
from zkctl.formats.json.strict import load_json


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
            check(chaos, n, others={"failed"})


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
