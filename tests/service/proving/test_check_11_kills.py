"""Check 11: workers are killed under load; every job is done, none is lost, attempts stay within three, each proof is valid."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import threading
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.support.demo_service import PID_BODY, RunningService, serving

LOAD = {
    "ZKCTL_MAX_UNFINISHED_PER_TENANT": "1000",
    "ZKCTL_MAX_QUEUED_PER_CIRCUIT": "1000",
    "ZKCTL_GENERATE_PER_MINUTE": "100000",
    "ZKCTL_JOB_DEADLINE_S": "3600",  # on a busy machine 300 proofs take longer than the default
}


def rows(service: RunningService, columns: str) -> list[tuple]:
    """Columns of all jobs, read beside the running service."""
    connection = sqlite3.connect(f"file:{service.folder}/state/demo.db?mode=ro", uri=True)
    try:
        return connection.execute(f"select {columns} from proofs order by id").fetchall()  # noqa: S608
    finally:
        connection.close()


def enqueue(service: RunningService, n: int) -> list[str]:
    """Accept n jobs; return their places."""
    headers = {"Prefer": "respond-async"}
    answers = [service.post("/v1/zkp/generate", PID_BODY, headers=headers) for _ in range(n)]
    assert {answer.status_code for answer in answers} == {202}
    return [answer.headers["Location"] for answer in answers]


def check_done(service: RunningService, places: list[str]) -> None:
    proofs = []
    for place in places:
        job = service.get(place, headers={"Prefer": "wait=55"}).json()
        while job["state"] in ("queued", "running"):
            job = service.get(place, headers={"Prefer": "wait=55"}).json()
        assert job["state"] == "done", job
        proofs.append(job["proof"])
    for proof in proofs:
        body = {"proof": proof, "circuitId": "membership-v1"}
        assert service.post("/v1/zkp/verify", body).json()["valid"] is True
    found = rows(service, "state, attempt, sealed_input is null")
    assert len(found) == len(places)
    assert {(state, is_empty) for state, _, is_empty in found} == {("done", 1)}
    assert max(attempt for _, attempt, _ in found) <= 3


def _n_ready(service: RunningService) -> float:
    with httpx.Client(trust_env=False) as http, suppress(httpx.TransportError):
        text = http.get(f"{service.admin_url}/metrics").text
        lines = [line for line in text.splitlines() if line.startswith("zkp_active_provers ")]
        return float(lines[0].split()[1]) if lines else 0.0
    return 0.0


def kill_workers(service: RunningService, rng: random.Random, stop: threading.Event) -> None:
    """Kill a random worker each second, if one is ready: on a busy machine a start may take longer than a second."""
    while not stop.wait(1.0):
        workers = service.children("worker")
        if workers and _n_ready(service):
            with suppress(ProcessLookupError):
                os.kill(rng.choice(workers), signal.SIGKILL)


@pytest.mark.parametrize(
    "n", [30, pytest.param(300, marks=[pytest.mark.slow, pytest.mark.timeout(1800)])]
)
def test_check_11(demo: Path, tmp_path: Path, n: int) -> None:
    seed = 11
    print(f"seed {seed}")
    with serving(tmp_path, demo, "all", "--demo", "--workers", "3", environ=LOAD) as service:
        stop = threading.Event()
        killing = threading.Thread(target=kill_workers, args=(service, random.Random(seed), stop))
        killing.start()
        try:
            check_done(service, enqueue(service, n))
        finally:
            stop.set()
            killing.join()
        assert any(event["event"] == "worker_died" for event in service.events())


def kill_while_it_runs(service: RunningService, place: str, n_times: int) -> bool:
    """Kill the worker that has a job n times before its result is stored; False if it was too quick once."""
    killed: set[int] = set()
    job_id = place.rpartition("/")[2]
    while len(killed) < n_times:
        states = {name: (state, n) for name, state, n in rows(service, "id, state, attempt")}
        state, attempt = states[job_id]
        if state == "done":
            return False
        if state == "running" and attempt == len(killed) + 1:
            (pid,) = set(service.children("worker")) - killed
            os.kill(pid, signal.SIGKILL)
            killed.add(pid)
    return True


def test_a_worker_killed_between_claim_and_result(demo: Path, tmp_path: Path) -> None:
    """Its claim is committed and its proof is not: twice another worker has the job, and there is one result."""
    with serving(tmp_path, demo, environ=LOAD) as service:
        service.wait_for()
        places = enqueue(service, 1)
        while not kill_while_it_runs(service, places[-1], 2):
            places += enqueue(service, 1)
        check_done(service, places)
        assert rows(service, "attempt")[-1] == (3,)
        assert service.get("/health").status_code == 200
