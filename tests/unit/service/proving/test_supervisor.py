"""The parent with children that are doubles: back-off, states, and what the API process is sent."""

from __future__ import annotations

import io
import os
import signal
from typing import Any

import pytest

from zkctl.service.proving.logs import Log
from zkctl.service.proving.metrics import Metrics
from zkctl.service.proving.supervisor import (
    DEATHS,
    FIRST_PAUSE_S,
    LONGEST_PAUSE_S,
    SERVED_S,
    Child,
    Supervision,
    Supervisor,
)


class Process:
    """The end of a child."""

    def __init__(self, returncode: int) -> None:
        self.returncode, self.pid, self.n_killed = returncode, 4711, 0

    def kill(self) -> None:
        self.n_killed += 1

    def poll(self) -> int:
        return self.returncode


class Sent:
    """A channel that keeps what is sent."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, dict[str, Any]]] = []

    def send(self, name: str, **fields: Any) -> None:
        self.messages.append((name, fields))


class Scene:
    def __init__(self) -> None:
        self.clock, self.changes = 0.0, 0
        supervision = Supervision(lambda _child: {}, (), 2, 20.0, on_change=self.change)
        self.log = io.StringIO()
        self.supervisor = Supervisor(
            supervision, Metrics(["c"]), Log(stream=self.log), now=lambda: self.clock
        )
        self.sent = Sent()
        self.supervisor.api.channel = self.sent  # type: ignore[assignment]
        self.supervisor.api.is_ready = True

    def change(self) -> None:
        self.changes += 1

    def end(self, child: Child, code: int, **state: Any) -> None:
        child.process, child.born = Process(code), self.clock  # type: ignore[assignment]
        child.worker_id = "host-1-2"
        for name, value in {"leaving": None, "killed_for": "", "job_since": None, **state}.items():
            setattr(child, name, value)
        self.supervisor._after(child)


def test_pauses_grow_until_a_worker_is_useful() -> None:
    scene = Scene()
    child = scene.supervisor.workers[0]
    pauses = []
    for _ in range(9):
        scene.end(child, -signal.SIGKILL)
        pauses.append(child.pause_s)
    assert pauses[:3] == [FIRST_PAUSE_S, 2 * FIRST_PAUSE_S, 4 * FIRST_PAUSE_S]
    assert pauses[-1] == LONGEST_PAUSE_S
    scene.end(child, 1, n_jobs=1)
    assert child.pause_s == FIRST_PAUSE_S


@pytest.mark.parametrize("role", ["api", "worker"])
def test_a_process_that_was_ready_for_a_while_is_replaced_soon(role: str) -> None:
    """Requests wait in the listening socket until the next API process begins."""
    scene = Scene()
    child = next(each for each in scene.supervisor.children if each.role == role)
    scene.clock = 100.0
    for served, pause in ((SERVED_S / 2, 1), (SERVED_S / 2, 2), (SERVED_S + 1, 1), (None, 2)):
        ready_at = None if served is None else scene.clock - served
        scene.end(child, -signal.SIGKILL, ready_at=ready_at)
        assert child.pause_s == pause * FIRST_PAUSE_S


def test_deaths_within_a_minute_are_a_degraded_service() -> None:
    scene = Scene()
    for k in range(DEATHS):
        assert not scene.supervisor.is_degraded
        scene.clock = float(k)
        scene.end(scene.supervisor.workers[0], 1)
    assert scene.supervisor.is_degraded
    assert scene.sent.messages[-1][1]["degraded"] is True
    scene.clock = 61.0
    assert not scene.supervisor.is_degraded


@pytest.mark.parametrize(("reason", "level"), [("jobs", "info"), ("memory", "warning")])
def test_a_worker_that_leaves_is_replaced_at_once(reason: str, level: str) -> None:
    scene = Scene()
    scene.end(scene.supervisor.workers[1], 0, leaving=reason)
    assert scene.supervisor.workers[1].pause_s == 0
    assert f'"level": "{level}"' in scene.log.getvalue()
    assert "worker_recycled" in scene.log.getvalue()


def test_the_jobs_of_a_dead_worker_are_put_back() -> None:
    scene = Scene()
    scene.supervisor.api.is_ready = False
    scene.end(scene.supervisor.workers[0], -signal.SIGKILL, job_since=1.0, circuit="c")
    assert not scene.sent.messages or scene.sent.messages[0][0] == "status"
    scene.supervisor.api.is_ready = True
    scene.supervisor._put_back()
    assert ("dead-workers", {"workers": ["host-1-2"]}) in scene.sent.messages
    text = str(scene.supervisor.metrics.drain())
    assert "crashed" in text


@pytest.mark.parametrize(
    ("job_since", "heard", "is_ended"),
    [(None, 70.5, False), (75.0, 99.0, True), (85.0, 99.0, False), (None, 69.5, True)],
)
def test_a_process_that_hangs_is_ended(
    job_since: float | None, heard: float, is_ended: bool
) -> None:
    scene = Scene()
    child = scene.supervisor.workers[0]
    child.process, child.is_ready = Process(0), True  # type: ignore[assignment]
    child.job_since, child.heard, scene.clock = job_since, heard, 100.0
    scene.supervisor._end_if_late(child)
    assert (child.killed_for == "timeout") == is_ended
    assert child.process.n_killed == is_ended


def test_the_states_of_workers() -> None:
    scene = Scene()
    scene.clock = 5.0
    status = scene.supervisor.status()
    first, second = status["workers"]
    assert (first["name"], second["name"]) == ("worker-1", "worker-2")
    assert (first["ready"], first["busy"], first["born"]) == (False, False, 0.0)
    assert [(one["name"], one["pid"]) for one in status["others"]] == [("parent", os.getpid())]


@pytest.mark.parametrize(
    ("code", "was_ready", "gives_up"),
    [(2, False, True), (5, False, True), (5, True, False), (-signal.SIGKILL, False, False)],
)
def test_an_api_process_that_refuses_its_settings_ends_the_service(
    code: int, was_ready: bool, gives_up: bool
) -> None:
    scene = Scene()
    scene.supervisor._api_was_ready = was_ready
    scene.end(scene.supervisor.api, code)
    assert scene.supervisor.cannot_start is scene.supervisor.stopping.is_set() is gives_up
