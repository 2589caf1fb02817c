"""Check 11 at the store: killed and stopped workers lose no job and leave one result."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.support.stores import KINDS, empty_database, execute, new_job
from zkctl.service.proving.jobs import QueueLimits, Retention
from zkctl.service.proving.store.open import open_store

pytestmark = pytest.mark.anyio

LIMITS = QueueLimits(jobs_per_tenant=10**6, queued_per_circuit=10**6, queued=10**6)
JOB_S = 0.1
WORKER = "tests.support.store_worker"


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return empty_database(request, tmp_path)


class Worker:
    """A worker in a process."""

    def __init__(self, url: str, name: str, lease_s: float, job_s: float) -> None:
        self.name = name
        arguments = [url, name, str(lease_s), str(job_s)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", WORKER, *arguments],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    def line(self) -> list[str]:
        """The words of the next line."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().split()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@contextmanager
def worker(url: str, name: str, lease_s: float, job_s: float) -> Iterator[Worker]:
    made = Worker(url, name, lease_s, job_s)
    try:
        yield made
    finally:
        with_stopped_ones = made.process.poll() is None
        if with_stopped_ones:
            os.kill(made.process.pid, signal.SIGKILL)
        made.process.wait()


async def test_a_stopped_worker_that_wakes_up_is_fenced(database_url: str) -> None:
    """SIGSTOP beyond the lease: both workers finish the job, one result is kept."""
    async with open_store(database_url) as store:
        job = (await store.enqueue(new_job(), LIMITS)).job
        with worker(database_url, "stopped", 0.5, 0.4) as first:
            assert first.line() == ["claimed", job.id, "1"]
            os.kill(first.process.pid, signal.SIGSTOP)
            with worker(database_url, "second", 30, 0.1) as second:
                assert second.line() == ["claimed", job.id, "2"]
                assert second.line() == ["done", job.id, "2"]
            os.kill(first.process.pid, signal.SIGCONT)
            assert first.line() == ["fenced", job.id, "1"]
        done = await store.get(job.id, "acme")
    assert done is not None
    assert (done.state, done.public_signals, done.attempt) == ("done", ["second"], 2)


async def kill_workers_until_done(
    url: str, n_jobs: int, *, every_s: float, seed: int
) -> list[tuple]:
    """Run jobs while a random worker is killed again and again; the rows at the end."""
    chance = random.Random(seed)
    async with open_store(url) as store:
        for n in range(n_jobs):
            await store.enqueue(new_job(f"tenant-{n % 7}", max_attempts=3), LIMITS)
        workers = [Worker(url, f"w{n}", 0.6, JOB_S) for n in range(2)]
        try:
            end, n_made = time.monotonic() + 240, len(workers)
            while time.monotonic() < end:
                await asyncio.sleep(every_s)
                counts = await store.counts()
                if not counts.running and not counts.queued:
                    break
                place = chance.randrange(len(workers))
                workers[place].kill()
                await store.abandon(workers[place].name)  # as the parent does at once
                workers[place] = Worker(url, f"w{n_made}", 0.6, JOB_S)
                n_made += 1
                await store.reap(Retention(unserved_s=3600))
        finally:
            for each in workers:
                each.kill()
    return execute(url, "SELECT state, attempt, id FROM proofs")


@pytest.mark.parametrize(
    ("n_jobs", "every_s"), [(30, 0.5), pytest.param(300, 1.0, marks=pytest.mark.slow)]
)
async def test_killed_workers_lose_no_job(database_url: str, n_jobs: int, every_s: float) -> None:
    seed = random.SystemRandom().randrange(1 << 32)
    print("seed", seed)
    rows = await kill_workers_until_done(database_url, n_jobs, every_s=every_s, seed=seed)
    assert len(rows) == n_jobs
    assert {state for state, _, _ in rows} == {"done"}
    assert max(attempt for _, attempt, _ in rows) <= 3
