"""Checks 14 and 19 on a whole service: PostgreSQL is restarted with -m immediate under load."""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path

import httpx

from tests.support.demo_service import PID_BODY, RunningService, serving
from tests.support.servers import postgres_server
from tests.support.stores import execute

RECOVERY_S = 5
INPUTS = (
    "SELECT count(*) FROM proofs WHERE state IN ('done', 'failed', 'cancelled', 'expired')"
    " AND sealed_input IS NOT NULL"
)


class Clients:
    """Clients that ask for jobs and circuits without pause; each answer with its time."""

    def __init__(self, service: RunningService, n: int) -> None:
        self.service, self.stopped = service, False
        self.answers: list[tuple[float, int, str]] = []  # began, status, body
        self.strange: list[str] = []
        self.threads = [threading.Thread(target=self._run, args=(k,)) for k in range(n)]
        for each in self.threads:
            each.start()

    def _run(self, number: int) -> None:
        headers = {**self.service.authorization, "Prefer": "respond-async"}
        with httpx.Client(timeout=30, trust_env=False, headers=headers) as http:
            while not self.stopped:
                began = time.monotonic()
                try:
                    answer = http.post(f"{self.service.url}/v1/zkp/generate", json=PID_BODY)
                    self.answers.append((began, answer.status_code, answer.text))
                except httpx.TransportError as problem:
                    self.strange.append(repr(problem))
                time.sleep(0.25)

    def stop(self) -> None:
        self.stopped = True
        for each in self.threads:
            each.join(60)


def test_requests_fail_with_503_only_while_the_server_is_down(demo: Path, tmp_path: Path) -> None:
    with postgres_server(options=()) as server:
        url = server.new_database()
        environ = {"DATABASE_URL": url, "ZKCTL_MIGRATE": "true", "ZKCTL_POOL_SIZE": "20"}
        environ |= {
            "ZKCTL_MAX_UNFINISHED_PER_TENANT": "1000",
            "ZKCTL_MAX_QUEUED_PER_CIRCUIT": "1000",
        }
        environ |= {"ZKCTL_GENERATE_PER_MINUTE": "100000"}
        with serving(tmp_path, demo, environ=environ) as service:
            service.wait_for()
            processes = service.children("api") + service.children("worker")
            clients = Clients(service, 2)
            time.sleep(1)
            server.stop(signal.SIGQUIT)
            down = time.monotonic()
            time.sleep(1)
            health = service.get("/health")
            server.start()
            up = time.monotonic()
            service.wait_for(seconds=RECOVERY_S + 10)
            time.sleep(RECOVERY_S / 2)
            clients.stop()
            assert (health.status_code, health.json()["database"]) == (503, "disconnected")
            assert not clients.strange
            check_answers(clients, down, up)
            check_jobs(service, clients)
            assert service.children("api") + service.children("worker") == processes
        assert execute(url, INPUTS) == [(0,)]


def check_answers(clients: Clients, down: float, up: float) -> None:
    """Check that nothing but 202 was answered, and 503 with Retry-After while the server was down."""
    failed = [(began, status, body) for began, status, body in clients.answers if status != 202]
    assert {status for _, status, _ in failed} <= {503}, failed[:3]
    assert all('"urn:zkctl:problem:database-unavailable"' in body for _, _, body in failed)
    assert all(down - 3 < began < up + RECOVERY_S for began, _, _ in failed)
    assert [began for began, status, _ in clients.answers if status == 202 and began > up]


def check_jobs(service: RunningService, clients: Clients) -> None:
    """Check that each accepted job is finished."""
    jobs = [
        httpx.Response(202, text=body).json()["jobId"] for _, s, body in clients.answers if s == 202
    ]
    for job in jobs:
        headers = {"Prefer": "wait=55"}
        found = service.get(f"/v1/zkp/jobs/{job}", headers=headers).json()
        assert found["state"] == "done", found
