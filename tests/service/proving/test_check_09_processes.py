"""Check 9: wait=0 is 202 with a Location, wait=25 is 200; a waiter whose API process is killed finds the result."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from typing import Any

import httpx

from tests.support.demo_service import PID_BODY, RunningService, serving


def test_check_9_prefer(served: RunningService) -> None:
    at_once = served.post("/v1/zkp/generate", PID_BODY, headers={"Prefer": "wait=0"})
    assert at_once.status_code == 202
    assert at_once.json()["state"] in ("queued", "running")
    assert int(at_once.headers["Retry-After"]) >= 1
    done = served.get(at_once.headers["Location"], headers={"Prefer": "wait=25"})
    assert (done.status_code, done.json()["state"]) == (200, "done")
    waited = served.post("/v1/zkp/generate", PID_BODY, headers={"Prefer": "wait=25"})
    assert (waited.status_code, waited.json()["state"]) == (200, "done")


def test_check_9_a_killed_api_process(demo: Path, tmp_path: Path) -> None:
    with serving(tmp_path, demo) as service:
        (worker,) = service.children("worker")
        (api,) = service.children("api")
        os.kill(worker, signal.SIGSTOP)
        seen: list[Any] = []

        def wait() -> None:
            headers = {"Prefer": "wait=25", "Idempotency-Key": "k1"}
            try:
                seen.append(service.post("/v1/zkp/generate", PID_BODY, headers=headers))
            except httpx.TransportError as problem:
                seen.append(problem)

        waiting = threading.Thread(target=wait)
        waiting.start()
        location = _location(service)
        os.kill(api, signal.SIGKILL)
        waiting.join(30)
        assert isinstance(seen[0], httpx.TransportError)
        os.kill(worker, signal.SIGCONT)
        service.wait_for(200)
        assert service.children("api") != [api]
        headers = {"Prefer": "wait=25", "Idempotency-Key": "k1"}
        again = service.post("/v1/zkp/generate", PID_BODY, headers=headers)
        assert again.headers["Idempotency-Replayed"] == "true"
        assert again.json()["state"] == "done"
        found = service.get(location)
        assert found.json()["proof"] == again.json()["proof"]


def _location(service: RunningService) -> str:
    """The job of the waiter: the same key and request give the same job, also while it runs."""
    headers = {"Prefer": "wait=0", "Idempotency-Key": "k1"}
    return service.post("/v1/zkp/generate", PID_BODY, headers=headers).headers["Location"]
