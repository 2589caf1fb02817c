"""Check 14: PostgreSQL is restarted at once under load: 503 only while it is down, and no process of the service is restarted."""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path
from typing import Any

import httpx

from tests.support.demo_service import PID_BODY, RunningService, serving
from tests.support.servers import PostgresServer, postgres_server

ENVIRON = {"ZKCTL_GENERATE_PER_MINUTE": "60000", "ZKCTL_MIGRATE": "true"}
GRACE_S = 5.0  # from the server's return to the first success (section 11)


class Askers:
    """Clients that ask without a pause; each answer with the time of its sending."""

    def __init__(self, service: RunningService, bodies: dict[str, Any]) -> None:
        self.service, self.bodies = service, bodies
        self.answers: list[tuple[float, str, int, bool]] = []
        self.stop = threading.Event()
        self.threads = [threading.Thread(target=self._ask, args=(p,), daemon=True) for p in bodies]
        for thread in self.threads:
            thread.start()

    def _ask(self, path: str) -> None:
        with httpx.Client(timeout=30, trust_env=False, headers=self.service.authorization) as http:
            while not self.stop.is_set():
                begun = time.monotonic()
                answer = http.post(self.service.url + path, json=self.bodies[path])
                has_time = "retry-after" in answer.headers
                self.answers.append((begun, path, answer.status_code, has_time))
                time.sleep(0.02)

    def end(self) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join(60)


def restarted(database: PostgresServer, seconds: float) -> tuple[float, float]:
    """Stop the server without a checkpoint and start it again; when it went and when it answered again."""
    gone = time.monotonic()
    database.stop(signal.SIGQUIT)
    time.sleep(seconds)
    database.start()
    return gone, time.monotonic()


def test_check_14_database_restart(demo: Path, tmp_path: Path) -> None:
    with postgres_server() as database:
        environ = ENVIRON | {"DATABASE_URL": database.new_database()}
        with serving(tmp_path, demo, environ=environ) as service:
            proof = service.post("/v1/zkp/generate", PID_BODY).json()["proof"]
            challenge = {"verifierId": "shop"}  # written to the database each time
            asking = Askers(
                service,
                {
                    "/v1/zkp/verify": {"proof": proof, "circuitId": "membership-v1"},
                    "/v1/zkp/challenges": challenge,
                },
            )
            before = service.children("api") + service.children("worker")
            time.sleep(1)
            outages = []
            for _ in range(2):
                outages.append(restarted(database, 1.0))
                time.sleep(GRACE_S + 1)
            asking.end()
            assert service.children("api") + service.children("worker") == before
            assert service.post("/v1/zkp/generate", PID_BODY).json()["state"] == "done"
    failed = [each for each in asking.answers if each[2] >= 400]
    assert failed  # the outage was seen
    for at, path, status, has_time in failed:
        assert (status, has_time) == (503, True), (path, status)
        assert any(gone - 1 <= at <= back + GRACE_S for gone, back in outages), (path, at, outages)
    kept = [each for each in asking.answers if each[0] > outages[-1][1] + GRACE_S]
    assert {path for _, path, _, _ in kept} == set(asking.bodies)
    assert all(status < 400 for _, _, status, _ in kept)
