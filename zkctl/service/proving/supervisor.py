"""The parent of the service: starts the children, replaces those that end, ends those that hang, and merges metrics.

It holds no job, no input and no witness.  The children are one API process and the workers.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from zkctl.runtime.isolated import Streams, start_module
from zkctl.service.proving.control import Channel, Message
from zkctl.service.proving.logs import Log
from zkctl.service.proving.metrics import Metrics
from zkctl.service.proving.series import MergedMetrics
from zkctl.service.proving.usage import Usage

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
DEATHS, DEATHS_WITHIN_S = 5, 60.0  # more are a degraded service
SERVED_S = 1.0  # a process that was ready so long did its work: requests wait for the next one
LOOK_S = 0.25
SILENCE_S = 10.0  # besides the time of one proof
PAUSED_S = 5.0
USAGE_S = 5.0  # between two measurements of memory and processor time
API, WORKER = "api", "worker"
_REFUSALS = (2, 3, 4, 5)  # exit codes of a process whose settings, files or machine are wrong
_PLANNED = ("jobs", "age", "reload")  # reasons to replace a worker that are no fault
_MODULES = {
    API: "zkctl.service.proving.api_process",
    WORKER: "zkctl.service.proving.worker_process",
}


@dataclass
class Child:
    """A place for a child process, and the process in it."""

    role: str
    name: str  # api, worker-1, worker-2 ...
    process: subprocess.Popen[bytes] | None = None
    channel: Channel | None = None
    worker_id: str = ""  # the name of this process in the database
    is_ready: bool = False
    heard: float = 0.0  # the time of the last message; a process sends one each second
    job_since: float | None = None
    circuit: str = ""  # of the job
    n_jobs: int = 0  # that the process ended
    leaving: str | None = None  # the reason that the child reported for its end
    killed_for: str = ""
    pause_s: float = 0.0
    born: float = 0.0
    ready_at: float | None = None


@dataclass
class Supervision:
    """The start message of a child, the descriptors of its listeners, the number of workers, and the time limit of one proof."""

    start_of: Callable[[Child], Message]
    listeners: tuple[int, ...]
    workers: int
    proof_timeout_s: float
    on_message: Callable[[Child, Message], None] = lambda _child, _message: None
    on_change: Callable[[], None] = lambda: None  # a child became ready, or ended


@dataclass
class Supervisor:
    """The children and their states."""

    supervision: Supervision
    metrics: Metrics
    log: Log
    merged: MergedMetrics = field(default_factory=MergedMetrics)
    now: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        """Make the places of the children."""
        workers = [Child(WORKER, f"worker-{k + 1}") for k in range(self.supervision.workers)]
        self.children = [Child(API, "api"), *workers]
        self.stopping = asyncio.Event()
        self.born = self.now()
        self.cannot_start = False  # the API process refused to start, and never was ready
        self._deaths: deque[float] = deque(maxlen=DEATHS)
        self._dead_workers: list[str] = []  # their jobs are put back by the API process
        self._broken: set[str] = set()  # circuits that failed a worker's self-test
        self._n_started = 0
        self._api_was_ready = False

    @property
    def api(self) -> Child:
        """The API process."""
        return self.children[0]

    @property
    def workers(self) -> list[Child]:
        """The workers."""
        return self.children[1:]

    @property
    def is_degraded(self) -> bool:
        """True if children die again and again."""
        is_full = len(self._deaths) == DEATHS
        return is_full and self.now() - self._deaths[0] < DEATHS_WITHIN_S

    async def run(self) -> None:
        """Run all children until `stopping` is set and they have ended."""
        looking = asyncio.create_task(self._look())
        try:
            await asyncio.gather(*(self._keep(child) for child in self.children))
        finally:
            looking.cancel()

    def send(self, name: str, *, role: str | None = None, **fields: Any) -> None:
        """Send a message to all children, or those of a role."""
        for child in self.children:
            if child.channel is not None and role in (None, child.role):
                child.channel.send(name, **fields)

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Send a signal to every child."""
        for child in self.children:
            if child.process is not None and child.process.poll() is None:
                child.process.send_signal(number)

    async def _keep(self, child: Child) -> None:
        """Run the processes of one place, one after the other."""
        while not self.stopping.is_set():
            await self._run_once(child)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), child.pause_s)

    async def _run_once(self, child: Child) -> None:
        ours, theirs = socket.socketpair()
        self._n_started += 1
        child.worker_id = f"{socket.gethostname()}-{os.getpid()}-{self._n_started}"
        child.is_ready, child.leaving, child.killed_for, child.job_since = False, None, "", None
        child.n_jobs, child.ready_at = 0, None
        child.born = self.now()
        with theirs:
            child.process = _start(child.role, theirs.fileno(), self.supervision.listeners)
        child.channel = await Channel.over(ours)
        child.channel.send("start", **self.supervision.start_of(child))
        following = asyncio.create_task(self._follow(child))
        await _ended(child.process)
        try:
            await asyncio.wait_for(following, 1.0)  # the messages before its end
        except TimeoutError:
            following.cancel()
        await child.channel.close()
        child.channel = None
        self._after(child)

    async def _follow(self, child: Child) -> None:
        """Take the messages of a child until its end."""
        assert child.channel is not None
        async for message in child.channel.messages():
            name, child.heard = message["name"], self.now()
            if name == "metrics":
                self.merged.add(child.name, message["delta"])
            elif name == "ready":
                child.is_ready, child.ready_at = True, self.now()
                if child.role == WORKER:
                    self.metrics.set_circuits(message["circuits"])
                    self._broken -= set(message["circuits"])
                self._send_status()
                if child is self.api:
                    self._api_was_ready = True
                    self._put_back()
                    self._send_broken()
            elif name == "broken":
                self._broken |= set(message["circuits"])
                self._send_broken()
            elif name == "began":
                child.job_since, child.circuit = self.now(), message["circuit"]
            elif name == "ended":
                child.job_since = None
                child.n_jobs += 1
            elif name == "leaving":
                child.leaving = message["reason"]
            elif name == "collect":
                self._answer_collect(child, message)
            else:
                self.supervision.on_message(child, message)

    def _after(self, child: Child) -> None:
        """Note the end of a process and choose the pause before the next one."""
        assert child.process is not None
        child.is_ready = False
        self.merged.forget(child.name)
        reason = child.killed_for or child.leaving
        if child is self.api and not self._api_was_ready and child.process.returncode in _REFUSALS:
            self.cannot_start = True  # it has said why; the next one would say the same
            self.stopping.set()
            self.kill()
        if child.role == WORKER:
            if child.job_since is not None:
                self.metrics.proof_failed(child.circuit, child.killed_for or "crashed")
            self._dead_workers.append(child.worker_id)
            self._put_back()
        if self.stopping.is_set():
            return
        if reason and child.process.returncode in (0, -signal.SIGKILL):
            level = "info" if reason in _PLANNED else "warning"
            self.log.event("worker_recycled", level=level, reason=reason)
            self.metrics.worker_restarted(reason)
            child.pause_s = 0.0
        else:
            self._deaths.append(self.now())
            self.log.event("worker_died", level="error", code=child.role)
            if child.role == WORKER:
                self.metrics.worker_restarted("crashed")
            longer = min(max(2 * child.pause_s, FIRST_PAUSE_S), LONGEST_PAUSE_S)
            child.pause_s = FIRST_PAUSE_S if self._was_useful(child) else longer
        self._send_status()

    def _was_useful(self, child: Child) -> bool:
        """Return whether a process that died did its work: the next one begins after the shortest pause."""
        served = 0.0 if child.ready_at is None else self.now() - child.ready_at
        return child.n_jobs > 0 or served > SERVED_S

    async def _look(self) -> None:
        """End processes that hang, and look after the gauges."""
        usage, measured = Usage(), float("-inf")
        looked = self.now()
        while True:
            await asyncio.sleep(LOOK_S)
            if self.now() - measured >= USAGE_S:
                usage.measure(self._pids(), self.metrics)
                measured = self.now()
            paused = self.now() - looked - LOOK_S
            looked = self.now()
            for child in self.children:
                if paused > PAUSED_S:  # perhaps all processes were stopped: none is late
                    child.heard += paused
                    child.job_since = None if child.job_since is None else child.job_since + paused
                self._end_if_late(child)
            self.metrics.set_provers(sum(child.is_ready for child in self.workers))

    def _end_if_late(self, child: Child) -> None:
        """End a worker whose proof takes too long, and a process that is silent for so long."""
        limit = self.supervision.proof_timeout_s
        is_late = child.job_since is not None and self.now() - child.job_since > limit
        is_silent = child.is_ready and self.now() - child.heard > limit + SILENCE_S
        if (is_late or is_silent) and child.process is not None:
            child.killed_for = "timeout"
            child.process.kill()

    def _pids(self) -> dict[str, int]:
        """Return the running processes by the names of the metrics."""
        children = {each.name: each.process.pid for each in self.children if each.process}
        return {"parent": os.getpid(), **children}

    def _put_back(self) -> None:
        """Let the API process end the leases of dead workers; a later API process receives the order instead."""
        if self.api.is_ready and self.api.channel is not None and self._dead_workers:
            self.api.channel.send("dead-workers", workers=self._dead_workers)
            self._dead_workers = []

    def _send_broken(self) -> None:
        """Send the API process the circuits that failed the self-test: their requests are refused."""
        if self.api.is_ready and self._broken:
            self.send("broken", role=API, circuits=sorted(self._broken))

    def _send_status(self) -> None:
        """Send the API process the states of the workers."""
        self.send("status", role=API, **self.status())
        self.supervision.on_change()

    def status(self) -> Message:
        """Return the states of the processes, as the operator's page shows them; `born` is monotonic time of this machine."""
        workers = [
            {
                "name": child.name,
                "pid": child.process.pid if child.process else None,
                "ready": child.is_ready,
                "busy": child.job_since is not None,
                "born": child.born,
            }
            for child in self.workers
        ]
        born = {"parent": self.born, "api": self.api.born}
        others = [
            {"name": name, "pid": pid, "born": born[name]}
            for name, pid in self._pids().items()
            if name in born
        ]
        return {"workers": workers, "others": others, "degraded": self.is_degraded}

    def _answer_collect(self, child: Child, message: Message) -> None:
        self.merged.add("parent", self.metrics.drain())
        assert child.channel is not None
        child.channel.send("collected", id=message["id"], text=self.merged.exposition())


def _start(role: str, end: int, listeners: tuple[int, ...]) -> subprocess.Popen[bytes]:
    """Start a child; the API process inherits the listeners, and standard output goes to the log's stream."""
    inherited = (end, *listeners) if role == API else (end,)
    streams = Streams(subprocess.DEVNULL, sys.stderr.fileno(), None, inherited)
    return start_module(_MODULES[role], [str(each) for each in inherited], streams, own_group=True)


async def _ended(process: subprocess.Popen[bytes]) -> None:
    """Wait for the end of a process."""
    loop, done = asyncio.get_running_loop(), asyncio.Event()
    handle = os.pidfd_open(process.pid)
    try:
        loop.add_reader(handle, done.set)
        await done.wait()
    finally:
        loop.remove_reader(handle)
        os.close(handle)
    process.wait()
