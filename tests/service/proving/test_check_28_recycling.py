"""Check 28, recycling: workers are replaced after so many proofs, above a memory, after a time-out; no job is lost."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from tests.service.proving.test_check_11_kills import LOAD, check_done, enqueue, rows
from tests.support.demo_service import PID_BODY, RunningService, serving


def _restarts(service: RunningService) -> dict[str, float]:
    """The counts of replaced workers by reason, from the metrics."""
    text = service.http.get(f"{service.admin_url}/metrics").text
    name = "zkp_worker_restarts_total{reason="
    lines = [line for line in text.splitlines() if line.startswith(name)]
    pairs = (line.removeprefix(name + '"').split('"} ') for line in lines)
    return {reason: float(count) for reason, count in pairs}


@pytest.mark.parametrize(
    ("environ", "reason"),
    [({"ZKCTL_RECYCLE_JOBS": "4"}, "jobs"), ({"ZKCTL_RECYCLE_RSS_MB": "1"}, "memory")],
)
def test_check_28_a_worker_is_replaced(
    demo: Path, tmp_path: Path, environ: dict[str, str], reason: str
) -> None:
    with serving(tmp_path, demo, environ={**LOAD, **environ}) as service:
        (first,) = service.children("worker")
        if reason == "memory":  # above the limit from the start: replaced again and again
            time.sleep(2)
        else:
            check_done(service, enqueue(service, 9))
        service.wait_for(200)
        assert service.children("worker") != [first]
        assert _restarts(service)[reason] >= 1
        assert "worker_died" not in {event["event"] for event in service.events()}


@pytest.mark.slow
def test_check_28_memory_of_a_worker(demo: Path, tmp_path: Path) -> None:
    """The memory after 2,000 proofs is within 10 % of that after 200."""
    environ = {**LOAD, "ZKCTL_RECYCLE_JOBS": "100000", "ZKCTL_MAX_UNFINISHED_PER_TENANT": "100000"}
    with serving(tmp_path, demo, environ=environ) as service:
        (worker,) = service.children("worker")
        sizes = {}
        for n in range(200, 2001, 200):
            places = enqueue(service, 200)
            assert service.get(places[-1], headers={"Prefer": "wait=55"}).json()["state"] == "done"
            pages = int(Path(f"/proc/{worker}/statm").read_text().split()[1])
            sizes[n] = pages * os.sysconf("SC_PAGE_SIZE")
        print({n: size >> 20 for n, size in sizes.items()})
        assert sizes[2000] < 1.1 * sizes[200]
        assert service.children("worker") == [worker]


def test_a_proof_that_takes_too_long_is_ended(demo: Path, tmp_path: Path) -> None:
    """A stopped process stands for a proof that hangs; the parent kills it and another worker proves the job."""
    with serving(tmp_path, demo, environ={**LOAD, "ZKCTL_PROOF_TIMEOUT_S": "1"}) as service:
        place = _stop_within_a_proof(service)
        check_done(service, [place])
        ((attempt,),) = rows(service, "attempt")
        assert attempt == 2
        assert _restarts(service)["timeout"] == 1


def _stop_within_a_proof(service: RunningService) -> str:
    """Accept a job, and stop its worker once it is running."""
    (worker,) = service.children("worker")
    (place,) = enqueue(service, 1)
    while rows(service, "state") != [("running",)]:
        pass
    os.kill(worker, signal.SIGSTOP)
    assert rows(service, "state") == [("running",)]
    return place


def test_the_circuits_are_read_again(demo: Path, tmp_path: Path) -> None:
    with serving(tmp_path, demo) as service:
        (first,) = service.children("worker")
        assert service.http.post(f"{service.admin_url}/admin/reload").status_code == 200
        while service.children("worker") in ([first], []):
            time.sleep(0.05)
        service.wait_for(200)
        assert service.post("/v1/zkp/generate", PID_BODY).json()["state"] == "done"
        assert _restarts(service)["reload"] == 1


def test_the_children_end_with_their_parent(demo: Path, tmp_path: Path) -> None:
    with serving(tmp_path, demo) as service:
        children = [*service.children("api"), *service.children("worker")]
        service.process.kill()
        service.process.wait(10)
        until = time.monotonic() + 20
        while any(Path(f"/proc/{pid}").exists() for pid in children):
            assert time.monotonic() < until
            time.sleep(0.05)


def test_a_key_of_another_circuit_is_refused(demo: Path, tmp_path: Path) -> None:
    """A pair of keys that are locked, but no pair: the self-test of the worker finds it, and health says so."""
    from tests.support.demo_service import mismatched_demo

    with serving(tmp_path, mismatched_demo(demo, tmp_path), expect_health=False) as service:
        until = time.monotonic() + 60
        while service.get("/health").json()["circuits"] != "partial":
            assert time.monotonic() < until
            time.sleep(0.1)
        answer = service.post("/v1/zkp/generate", PID_BODY)
        assert answer.status_code == 503
        assert answer.json()["type"] == "urn:zkctl:problem:circuit-unavailable"
