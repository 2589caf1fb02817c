"""Waiters: one query for all, and no waiter is forgotten."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.stores import execute, new_job
from zkctl.service.proving.jobs import JobResult, QueueLimits
from zkctl.service.proving.store.finished_jobs import FinishedJobs
from zkctl.service.proving.store.queue import JobQueue

pytestmark = pytest.mark.anyio

LIMITS = QueueLimits(jobs_per_tenant=1000)
RESULT = JobResult(b"s" * 32, "z", "v", public_signals=["1"], proof={"a": "1"})


async def test_hundred_waiters_for_twenty_jobs(store: JobQueue) -> None:
    jobs = [(await store.enqueue(new_job(), LIMITS)).job for _ in range(20)]
    waiters = [
        asyncio.create_task(store.wait(job.id, "acme", 60)) for job in jobs for _ in range(5)
    ]
    await asyncio.sleep(0.05)
    for job in await store.claim(["membership-v1"], "w", most=20):
        assert await store.finish(job, RESULT)
    found = await asyncio.gather(*waiters)
    assert [each and each.state for each in found] == ["done"] * 100


async def test_a_change_without_a_notice_is_found(store: JobQueue, database_url: str) -> None:
    job = (await store.enqueue(new_job(), LIMITS)).job
    waiter = asyncio.create_task(store.wait(job.id, "acme", 60))
    await asyncio.sleep(0.05)
    execute(
        database_url,
        "UPDATE proofs SET state = 'expired', finished_at = deadline, sealed_input = NULL",
    )
    found = await waiter
    assert found is not None
    assert found.state == "expired"


async def test_the_subscription_ends_with_the_last_waiter(store: JobQueue) -> None:
    finished = FinishedJobs(store.database)
    async with finished.expect("a") as future:
        assert not future.done()
    async with finished.expect("a"), finished.expect("a"):
        pass
    await finished.close()
