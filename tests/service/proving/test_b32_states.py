"""Report B32: each accepted job has an id from the first answer on, and its state survives the death of every process."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

from tests.support.demo_service import PID_BODY, RunningService, serving
from tests.support.stores import execute
from zkctl.service.proving.states import EDGES, FINISHED, JobState

WAIT = {"Prefer": "wait=55"}


def kill_everything(service: RunningService) -> None:
    """SIGKILL to the parent and to all its children at once."""
    children = service.children("worker") + service.children("api")
    for pid in (service.process.pid, *children):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    service.process.wait(30)


def accept(service: RunningService) -> str:
    answer = service.post("/v1/zkp/generate", PID_BODY, headers={"Prefer": "respond-async"})
    assert answer.status_code == 202
    body = answer.json()
    assert body["state"] in ("queued", "running")
    assert answer.headers["location"] == f"/v1/zkp/jobs/{body['jobId']}"
    return str(body["jobId"])


def test_jobs_go_on_after_every_process_was_killed(demo: Path, tmp_path: Path) -> None:
    environ = {"ZKCTL_LEASE_S": "3"}
    with serving(tmp_path, demo, environ=environ) as service:
        service.wait_for()
        done = accept(service)
        assert service.get(f"/v1/zkp/jobs/{done}", headers=WAIT).json()["state"] == "done"
        others = [accept(service) for _ in range(3)]
        kill_everything(service)
    (file,) = tmp_path.glob("state/*.db")
    rows = execute(f"sqlite://{file}", "SELECT id, state FROM proofs")
    states = {name: JobState(state) for name, state in rows}
    assert states.keys() == {done, *others}
    assert states[done] == "done"
    with serving(tmp_path, demo, environ=environ, keys=False) as service:
        service.wait_for()
        for job in (done, *others):
            found = service.get(f"/v1/zkp/jobs/{job}", headers=WAIT)
            assert found.status_code == 200, found.text
            assert (found.json()["state"], found.json()["jobId"]) == ("done", job)
    for name, state, attempt in execute(
        f"sqlite://{file}", "SELECT id, state, attempt FROM proofs"
    ):
        assert state in FINISHED
        assert states[name] == state or EDGES[states[name]], name
        assert attempt <= 2
