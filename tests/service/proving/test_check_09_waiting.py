"""Check 9: a request waits for its job, or leaves with its place; a waiter that loses its server finds the result there."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import httpx
import pytest

from tests.support.demo_service import PID_BODY, serving
from tests.support.service_api import InProcessApi, open_api

GENERATE = "/v1/zkp/generate"


def test_check_9_wait_0_and_wait_25(api: InProcessApi) -> None:
    queued = api.post(GENERATE, api.body(), headers={"Prefer": "wait=0"})
    assert queued.status_code == 202
    assert queued.json()["state"] in ("queued", "running")
    assert queued.headers["retry-after"] == "1"
    location = queued.headers["location"]
    assert location == f"/v1/zkp/jobs/{queued.json()['jobId']}"
    found = api.get(location, headers={"Prefer": "wait=25"})
    assert found.json()["state"] == "done"
    assert found.json()["proof"].startswith("zkp1.")
    direct = api.post(GENERATE, api.body(), headers={"Prefer": "wait=25"})
    assert direct.status_code == 200
    assert direct.json()["publicSignals"][3:] == ["7", "9"]
    assert direct.headers["zkp-witness-visible"] == "holder-host"
    asynchronous = api.post(GENERATE, api.body(), headers={"Prefer": "respond-async"})
    assert asynchronous.status_code == 202
    api.get(asynchronous.headers["location"], headers={"Prefer": "wait=25"})


@pytest.mark.parametrize("prefer", ["wait=56", "wait=-1", "wait=x", "wait", "wait=1e1"])
def test_a_malformed_wait_is_refused(api: InProcessApi, prefer: str) -> None:
    answer = api.post(GENERATE, api.body(), headers={"Prefer": prefer})
    assert answer.status_code == 400
    assert answer.json()["detail"] == "expected Prefer: wait=0 to wait=55"


def test_other_preferences_do_not_count(api: InProcessApi) -> None:
    headers = {"Prefer": "return=minimal, wait=25"}
    assert api.post(GENERATE, api.body(), headers=headers).status_code == 200


def test_too_many_waiters_leave_at_once(demo: Path, tmp_path: Path) -> None:
    with open_api(tmp_path, demo, worker=False, max_waiters=2) as api:
        asked = {"method": "POST", "path": GENERATE, "json": api.body()}
        answers = api.together([asked | {"headers": {"Prefer": "wait=1"}}] * 5)
        assert {answer.status_code for answer in answers} == {202}


def test_a_stopping_process_ends_its_waits(demo: Path, tmp_path: Path) -> None:
    from zkctl.service.proving.lifecycle import LifecycleState

    with open_api(tmp_path, demo, worker=False) as api:

        def stop() -> None:
            lifecycle = api.service.lifecycle
            api.loop.call_soon_threadsafe(lifecycle.advance, LifecycleState.STOPPING)

        threading.Timer(0.3, stop).start()
        answer = api.post(GENERATE, api.body(), headers={"Prefer": "wait=55"})
        assert answer.status_code == 202
        assert "location" in answer.headers


def test_check_9_the_api_process_is_killed(demo: Path, tmp_path: Path) -> None:
    with serving(tmp_path, demo) as service:
        service.wait_for(200)
        [worker], [first] = service.children("worker"), service.children("api")
        os.kill(worker, signal.SIGSTOP)
        queued = service.post(GENERATE, PID_BODY, headers={"Prefer": "wait=0"})
        location = queued.headers["location"]
        failed: list[str] = []

        def wait() -> None:
            try:
                service.get(location, headers={"Prefer": "wait=25"})
            except httpx.TransportError as problem:
                failed.append(type(problem).__name__)

        waiter = threading.Thread(target=wait)
        waiter.start()
        service.get("/health")
        os.kill(first, signal.SIGKILL)
        waiter.join(30)
        assert failed
        os.kill(worker, signal.SIGCONT)
        service.wait_for(200)
        found = service.get(location, headers={"Prefer": "wait=25"})
        assert found.json()["state"] == "done"
        assert service.children("api") != [first]
