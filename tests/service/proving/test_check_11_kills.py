"""Check 11: workers are killed under load; every job is done, none is lost, attempts stay within three, each proof is valid."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.demo_service import PID_BODY, RunningService, serving

LOAD = {
    "ZKCTL_MAX_UNFINISHED_PER_TENANT": "1000",
    "ZKCTL_MAX_QUEUED_PER_CIRCUIT": "1000",
    "ZKCTL_GENERATE_PER_MINUTE": "100000",
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
        answer = service.get(place, headers={"Prefer": "wait=55"})
        while answer.status_code == 202:
            answer = service.get(place, headers={"Prefer": "wait=55"})
        assert answer.json()["state"] == "done", answer.text
        proofs.append(answer.json()["proof"])
    for proof in proofs:
        body = {"proof": proof, "circuitId": "membership-v1"}
        assert service.post("/v1/zkp/verify", body).json()["valid"] is True
    found = rows(service, "state, attempt, sealed_input is null")
    assert len(found) == len(places)
    assert {(state, is_empty) for state, _, is_empty in found} == {("done", 1)}
    assert max(attempt for _, attempt, _ in found) <= 3


def kill_workers(service: RunningService, rng: random.Random, stop: threading.Event) -> None:
    while not stop.wait(1.0):
        workers = service.children("worker")
        if workers:
            with suppress(ProcessLookupError):
                os.kill(rng.choice(workers), signal.SIGKILL)


@pytest.mark.parametrize("n", [30, pytest.param(300, marks=pytest.mark.slow)])
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
