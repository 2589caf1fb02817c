"""Check 12: SIGTERM under load: exit 0 within 30 s, no 5xx but 503, running jobs done or queued again with their attempt not counted."""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path

import httpx

from tests.service.proving.test_check_11_kills import LOAD, check_done, enqueue, rows
from tests.support.demo_service import PID_BODY, RunningService, serving


def _load(service: RunningService, statuses: list[int], stop: threading.Event) -> None:
    """Ask for health and proofs until the listener is gone; each answer is counted."""
    with httpx.Client(timeout=60, trust_env=False) as http:
        while not stop.is_set():
            try:
                ready = http.get(f"{service.url}/health/ready")
                made = http.post(
                    f"{service.url}/v1/zkp/generate",
                    json=PID_BODY,
                    headers={**service.authorization, "Prefer": "wait=20"},
                )
            except httpx.TransportError:
                return
            statuses += [ready.status_code, made.status_code]


def test_check_12(demo: Path, tmp_path: Path) -> None:
    environ = {**LOAD, "ZKCTL_DRAIN_DELAY_S": "1"}
    with serving(tmp_path, demo, environ=environ) as service:
        enqueue(service, 20)
        statuses: list[int] = []
        stop = threading.Event()
        clients = [threading.Thread(target=_load, args=(service, statuses, stop)) for _ in range(3)]
        for client in clients:
            client.start()
        time.sleep(1)
        begun = time.monotonic()
        assert service.stop(signal.SIGTERM) == 0
        assert time.monotonic() - begun < 30
        stop.set()
        for client in clients:
            client.join(60)
        assert set(statuses) <= {200, 202, 429, 503}
        assert 503 in statuses  # not ready at once
        found = rows(service, "state, attempt, lease")
        assert {state for state, _, _ in found} <= {"done", "queued"}
        assert {attempt for state, attempt, _ in found if state == "queued"} <= {0}
        n = len(found)
    with serving(
        tmp_path, demo, environ=LOAD
    ) as service:  # what was accepted is done after a restart
        places = [f"/v1/zkp/jobs/{row[0]}" for row in rows(service, "id")]
        assert len(places) == n
        check_done(service, places)


def test_a_proof_that_outlives_the_grace_is_released(demo: Path, tmp_path: Path) -> None:
    environ = {**LOAD, "ZKCTL_DRAIN_DELAY_S": "0", "ZKCTL_GRACE_S": "0"}
    with serving(tmp_path, demo, environ=environ) as service:
        enqueue(service, 10)
        assert service.stop(signal.SIGTERM) == 0
        found = rows(service, "state, attempt")
        assert {(state, attempt) for state, attempt in found if state != "done"} == {("queued", 0)}


def test_a_second_signal_stops_at_once(demo: Path, tmp_path: Path) -> None:
    environ = {**LOAD, "ZKCTL_DRAIN_DELAY_S": "20"}
    with serving(tmp_path, demo, environ=environ) as service:
        service.process.send_signal(signal.SIGTERM)
        service.wait_for(503)
        begun = time.monotonic()
        assert service.stop(signal.SIGTERM) == 5
        assert time.monotonic() - begun < 15
