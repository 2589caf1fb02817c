"""The job store, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from tests.support.stores import enqueue, execute, new_job
from zkctl.service.proving.jobs import (
    Accepted,
    IdempotencyKeyReused,
    Job,
    JobResult,
    QueueFull,
    QueueLimits,
    ReapedJob,
    Retention,
    TooManyJobs,
)
from zkctl.service.proving.states import EDGES, JobState
from zkctl.service.proving.store.database import RuleBroken, StoreUnavailable
from zkctl.service.proving.store.open import open_store
from zkctl.service.proving.store.queue import JobQueue

pytestmark = pytest.mark.anyio

CIRCUIT = "membership-v1"
LIMITS = QueueLimits()
RESULT = JobResult(b"s" * 32, "zkey", "vkey", public_signals=["1", "2"], proof={"pi_a": ["1", "2"]})


async def accept(store: JobQueue, tenant: str = "acme", **values) -> Job:
    return (await enqueue(store, new_job(tenant, **values), LIMITS)).job


async def claim_one(store: JobQueue, worker: str = "worker-1", lease_s: float = 15) -> Job:
    (job,) = await store.claim([CIRCUIT], worker, lease_s)
    return job


async def state_of(store: JobQueue, job: Job) -> JobState:
    found = await store.get(job.id, job.tenant)
    assert found is not None
    return found.state


async def test_a_job_is_queued_claimed_and_done(store: JobQueue) -> None:
    job = await accept(store, expected={"root": "5"}, result_key=b"k" * 32, sealing_aad=b"aad")
    assert (job.state, job.turn, job.attempt, job.lease) == ("queued", 0, 0, None)
    assert job.deadline - job.queued_at == pytest.approx(300, abs=1)
    running = await claim_one(store)
    assert (running.id, running.state, running.attempt, running.worker) == (
        *(job.id, "running", 1),
        "worker-1",
    )
    assert (running.sealed_input, running.sealing_aad) == (b"sealed-input-of-a-test", b"aad")
    assert (running.expected, running.result_key) == ({"root": "5"}, b"k" * 32)
    assert await store.heartbeat(running)
    assert await store.finish(running, RESULT, ttl_s=60)
    done = await store.get(job.id, "acme")
    assert done is not None
    assert done.state == "done"
    assert done.is_finished
    assert (done.proof, done.public_signals) == ({"pi_a": ["1", "2"]}, ["1", "2"])
    assert (done.sealed_input, done.expected, done.result_key, done.lease) == (None,) * 4
    assert (done.statement_id, done.zkey_digest, done.vkey_digest) == (b"s" * 32, "zkey", "vkey")
    assert done.finished_at is not None
    assert done.expires_at == pytest.approx(done.finished_at + 60, abs=0.1)
    assert "sealed" not in repr(running)


async def test_a_job_of_another_tenant_does_not_exist(store: JobQueue) -> None:
    job = await accept(store)
    assert await store.get(job.id, "other") is None
    assert await store.cancel(job.id, "other") is None
    assert await store.wait(job.id, "other", 5) is None
    assert await state_of(store, job) == "queued"


async def test_an_id_that_is_no_uuid_does_not_exist(store: JobQueue) -> None:
    for text in ("", "x", "' or 1", "\x00", "0" * 200):
        assert await store.get(text, "acme") is None
        assert await store.cancel(text, "acme") is None


async def test_a_result_after_another_claim_is_refused(store: JobQueue) -> None:
    job = await accept(store)
    slow = await claim_one(store, "slow", lease_s=0)
    await asyncio.sleep(0.01)
    quick = await claim_one(store, "quick")
    assert (quick.id, quick.attempt) == (job.id, 2)
    assert not await store.heartbeat(slow)
    assert not await store.finish(slow, replace(RESULT, zkey_digest="slow"))
    assert not await store.fail(slow, "internal", retry=False)
    assert not await store.fail(slow, "internal", retry=True)
    assert not await store.release(slow)
    assert await state_of(store, job) == "running"
    assert await store.finish(quick, replace(RESULT, zkey_digest="quick"))
    assert not await store.finish(slow, RESULT)
    done = await store.get(job.id, "acme")
    assert done is not None
    assert done.zkey_digest == "quick"


async def test_a_running_job_is_claimed_once(store: JobQueue) -> None:
    await accept(store)
    await claim_one(store)
    assert await store.claim([CIRCUIT], "other") == []


async def test_many_workers_claim_each_job_once(store: JobQueue, database_url: str) -> None:
    jobs = {(await accept(store, f"tenant-{n}")).id for n in range(20)}
    others = [open_store(database_url) for _ in range(3)]
    try:
        claims = [one.claim([CIRCUIT], f"w{n}") for n, one in enumerate(others * 8)]
        taken = [job.id for claimed in await asyncio.gather(*claims) for job in claimed]
    finally:
        for other in others:
            await other.close()
    assert sorted(taken) == sorted(jobs)


async def test_workers_take_only_their_circuits(store: JobQueue) -> None:
    await accept(store, circuit_id="region-v1")
    assert await store.claim([CIRCUIT], "w") == []
    assert await store.claim([], "w") == []
    assert len(await store.claim([CIRCUIT, "region-v1"], "w")) == 1


async def test_the_batch_of_one_tenant_does_not_delay_another(store: JobQueue) -> None:
    for _ in range(5):
        await accept(store, "many")
    single = await accept(store, "single")
    order = [(await claim_one(store)).tenant for _ in range(6)]
    assert order.index("single") <= 1  # behind the one job of the other tenant with the same turn
    assert single.turn == 0


async def test_a_higher_priority_comes_first(store: JobQueue) -> None:
    await accept(store)
    urgent = await accept(store, "other", priority=5)
    assert await store.position(urgent) == 0
    assert (await claim_one(store)).id == urgent.id


async def test_a_claim_of_many_takes_one_circuit(store: JobQueue) -> None:
    for n in range(6):
        await accept(store, circuit_id=CIRCUIT if n % 2 else "region-v1")
    taken = await store.claim([CIRCUIT, "region-v1"], "w", most=2)
    assert [job.circuit_id for job in taken] == ["region-v1"] * 2
    assert [job.turn for job in taken] == [0, 2]


async def test_the_position_counts_what_comes_before(store: JobQueue) -> None:
    jobs = [await accept(store) for _ in range(3)]
    assert [await store.position(job) for job in jobs] == [0, 1, 2]


async def test_limits_refuse_and_a_finished_job_makes_a_place(store: JobQueue) -> None:
    limits = QueueLimits(jobs_per_tenant=2, queued_per_circuit=3, queued=4)
    for _ in range(2):
        await enqueue(store, new_job("a"), limits)
    with pytest.raises(TooManyJobs, match="the tenant has 2 unfinished jobs: expected fewer than"):
        await enqueue(store, new_job("a"), limits)
    await enqueue(store, new_job("b"), limits)
    with pytest.raises(QueueFull, match="3 jobs of the circuit wait: expected fewer than 3"):
        await enqueue(store, new_job("c"), limits)
    await enqueue(store, new_job("c", "region-v1"), limits)
    with pytest.raises(QueueFull, match="4 jobs wait: expected fewer than 4"):
        await enqueue(store, new_job("d", "version-v1"), limits)
    job = await claim_one(store)
    assert await store.finish(job, RESULT)
    await enqueue(store, new_job("a"), limits)


async def test_concurrent_requests_do_not_exceed_the_limit(store: JobQueue) -> None:
    limits = QueueLimits(queued=5)
    jobs = [enqueue(store, new_job(f"t{n}"), limits) for n in range(20)]
    results = await asyncio.gather(*jobs, return_exceptions=True)
    assert sum(isinstance(each, Accepted) for each in results) == 5
    assert sum(isinstance(each, QueueFull) for each in results) == 15


async def test_a_batch_is_accepted_whole_or_not(store: JobQueue) -> None:
    limits = QueueLimits(jobs_per_tenant=3)
    with pytest.raises(TooManyJobs):
        await store.enqueue_all([new_job() for _ in range(4)], limits)
    assert (await store.counts()).queued == {}
    accepted = await store.enqueue_all([new_job() for _ in range(3)], limits)
    assert [each.job.turn for each in accepted] == [0, 1, 2]


async def test_fifty_equal_requests_are_one_job(store: JobQueue) -> None:
    """Check 8 at the store."""
    new = new_job(idempotency=b"i" * 32, request_digest=b"r" * 32)
    accepted = await asyncio.gather(*[enqueue(store, new, LIMITS) for _ in range(50)])
    assert len({each.job.id for each in accepted}) == 1
    assert sorted(each.replayed for each in accepted) == [False] + [True] * 49
    with pytest.raises(IdempotencyKeyReused, match="belongs to another request"):
        await enqueue(store, replace(new, request_digest=b"s" * 32), LIMITS)
    other = await enqueue(store, replace(new, tenant="other"), LIMITS)
    assert not other.replayed


async def test_a_key_is_replayed_from_a_full_queue_and_after_the_end(store: JobQueue) -> None:
    limits = QueueLimits(queued=1)
    new = new_job(idempotency=b"i" * 32, request_digest=b"r" * 32)
    first = await enqueue(store, new, limits)
    assert (await enqueue(store, new, limits)).replayed
    assert await store.finish(await claim_one(store), RESULT)
    again = await enqueue(store, new, limits)
    assert (again.job.id, again.job.state, again.replayed) == (first.job.id, "done", True)


async def test_a_failed_attempt_is_repeated_until_the_last(store: JobQueue) -> None:
    job = await accept(store, max_attempts=2)
    assert await store.fail(await claim_one(store), "timeout", retry=True)
    assert await store.claim([CIRCUIT], "w") == []  # a pause first
    await asyncio.sleep(1.05)
    second = await claim_one(store)
    assert (second.id, second.attempt) == (job.id, 2)
    assert await store.fail(second, "timeout", retry=True)
    failed = await store.get(job.id, "acme")
    assert failed is not None
    assert (failed.state, failed.error_code, failed.sealed_input) == ("failed", "timeout", None)


async def test_a_wrong_input_is_not_repeated(store: JobQueue) -> None:
    job = await accept(store)
    assert await store.fail(await claim_one(store), "unsatisfied", retry=False)
    assert await state_of(store, job) == "failed"


async def test_a_released_attempt_is_not_counted(store: JobQueue) -> None:
    await accept(store, max_attempts=1)
    assert await store.release(await claim_one(store))
    assert (await claim_one(store)).attempt == 1


async def test_a_dead_worker_loses_its_jobs_and_its_attempts(store: JobQueue) -> None:
    first = await accept(store, "a")
    last = await accept(store, "b", max_attempts=1)
    await store.claim([CIRCUIT], "dead", most=2)
    assert await store.abandon("dead") == 2
    assert await store.abandon("dead") == 0
    assert [await state_of(store, job) for job in (first, last)] == ["queued", "failed"]
    assert (await claim_one(store)).attempt == 2


async def test_cancelling_ends_a_job_and_removes_a_result(store: JobQueue) -> None:
    queued, running, done = [await accept(store, tenant) for tenant in "abc"]
    for job in (running, done):
        execute_first = await store.claim([CIRCUIT], job.id)
        assert len(execute_first) == 1
    claimed = [await store.get(job.id, job.tenant) for job in (queued, running, done)]
    taken = [job for job in claimed if job is not None and job.state == "running"]
    assert await store.finish(taken[0], RESULT)
    for job in claimed:
        assert job is not None
        cancelled = await store.cancel(job.id, job.tenant)
        assert cancelled is not None
        assert cancelled.sealed_input is None
        assert cancelled.proof is None
        assert cancelled.public_signals is None
    assert not await store.heartbeat(taken[1])
    assert not await store.finish(taken[1], RESULT)
    states = [await state_of(store, job) for job in (queued, running, done)]
    assert sorted(states) == ["cancelled", "cancelled", "done"]
    removed = await store.get(taken[0].id, taken[0].tenant)
    assert removed is not None
    assert removed.removed_at is not None


async def test_a_waiter_wakes_when_the_job_is_finished(store: JobQueue, database_url: str) -> None:
    job = await accept(store)
    other = open_store(database_url)  # a worker in another process has a store of its own
    try:
        waiters = [asyncio.create_task(store.wait(job.id, "acme", 30)) for _ in range(3)]
        await asyncio.sleep(0.1)
        (claimed,) = await other.claim([CIRCUIT], "w")
        assert await other.finish(claimed, RESULT)
        found = await asyncio.gather(*waiters)
    finally:
        await other.close()
    assert [each and each.state for each in found] == ["done"] * 3


async def test_a_waiter_returns_the_unfinished_job_after_its_time(store: JobQueue) -> None:
    job = await accept(store)
    found = await store.wait(job.id, "acme", 0.01)
    assert found is not None
    assert found.state == "queued"


async def test_a_worker_wakes_when_a_job_is_queued(store: JobQueue, database_url: str) -> None:
    other = open_store(database_url)
    try:
        await other.wait_for_work(0.2)  # the subscription begins
        waiting = asyncio.create_task(other.wait_for_work(30))
        await asyncio.sleep(0.05)
        await accept(store)
        await waiting
    finally:
        await other.close()


async def test_the_reaper_ends_what_is_exhausted_overdue_or_not_served(
    store: JobQueue, database_url: str
) -> None:
    crashed = await accept(store, "a", max_attempts=1, request_id="r-a")
    await store.claim([CIRCUIT], "w", lease_s=0)
    overdue = await accept(store, "b", deadline_s=0)
    running_overdue = await accept(store, "c", deadline_s=0.3)
    held = await claim_one(store)
    assert held.id == running_overdue.id
    unserved = await accept(store, "d", circuit_id="region-v1", request_id="r-d")
    served = await accept(store, "e")
    await asyncio.sleep(0.35)
    await store.note_served([CIRCUIT])
    reaped = await store.reap(Retention(unserved_s=0.3))
    assert reaped.crashed == (ReapedJob(crashed.id, CIRCUIT, "r-a"),)
    assert sorted(job.id for job in reaped.expired) == sorted([overdue.id, running_overdue.id])
    assert reaped.unserved == (ReapedJob(unserved.id, "region-v1", "r-d"),)
    assert not await store.finish(held, RESULT)
    assert await state_of(store, served) == "queued"
    codes = execute(database_url, "SELECT error_code FROM proofs WHERE tenant IN ('a', 'b', 'd')")
    assert sorted(codes) == [("circuit-unavailable",), ("deadline",), ("worker-crashed",)]


async def test_the_reaper_removes_results_keys_and_rows(store: JobQueue) -> None:
    new = new_job(idempotency=b"i" * 32, request_digest=b"r" * 32)
    first = (await enqueue(store, new, LIMITS)).job
    assert await store.finish(await claim_one(store), RESULT, ttl_s=0)
    await asyncio.sleep(0.02)
    reaped = await store.reap(Retention(idempotency_s=0))
    assert (reaped.results_removed, reaped.rows_deleted) == (1, 0)
    found = await store.get(first.id, "acme")
    assert found is not None
    assert (found.state, found.proof, found.public_signals) == ("done", None, None)
    assert not (await enqueue(store, new, LIMITS)).replayed
    assert (await store.reap(Retention(rows_s=0))).rows_deleted == 1
    assert await store.get(first.id, "acme") is None


async def test_counts(store: JobQueue) -> None:
    assert (await store.counts()).oldest_s == 0
    for n in range(3):
        await accept(store, f"t{n}")
    await accept(store, circuit_id="region-v1")
    await claim_one(store)
    counts = await store.counts()
    assert (dict(counts.queued), counts.running) == ({CIRCUIT: 2, "region-v1": 1}, 1)
    assert counts.oldest_s >= 0


UPDATE = """UPDATE proofs SET state = %s, proof = '{}', sealed_input = NULL, lease = %s, lease_until = CASE
    WHEN %s IN ('running') THEN deadline END, finished_at = CASE WHEN %s IN ('queued', 'running') THEN NULL
    ELSE deadline END WHERE id = %s"""
PATHS = {"queued": (), "running": ("running",), "done": ("running", "done")}


def move(database_url: str, job: Job, state: str) -> None:
    """Change the state beside the store, all other columns as the checks ask for."""
    lease = job.id if state == "running" else None
    execute(database_url, UPDATE, state, lease, state, state, job.id)


@pytest.mark.parametrize("before", JobState)
async def test_the_database_refuses_all_other_edges(
    store: JobQueue, database_url: str, before: JobState
) -> None:
    for after in set(JobState) - {before}:
        job = await accept(store, f"to-{after}")
        for state in PATHS.get(before, (before,)):
            move(database_url, job, state)
        if after in EDGES[before]:
            move(database_url, job, after)
        else:
            with pytest.raises(Exception, match=r"cannot be|stays as it is"):
                move(database_url, job, after)
            assert await state_of(store, job) == before


async def test_a_finished_row_holds_no_input(store: JobQueue, database_url: str) -> None:
    """Check 19."""
    job = await accept(store, sealing_aad=b"a", expected={"root": "1"}, result_key=b"k" * 32)
    await store.finish(await claim_one(store), RESULT)
    count = (
        "SELECT count(*) FROM proofs WHERE state IN ('done', 'failed', 'cancelled', 'expired')"
        " AND sealed_input IS NOT NULL"
    )
    assert execute(database_url, count) == [(0,)]
    columns = {"sealed_input": b"x", "sealing_aad": b"x", "expected": "{}", "result_key": b"x"}
    for column, value in columns.items():
        update = f"UPDATE proofs SET {column} = %s WHERE id = %s"  # noqa: S608
        with pytest.raises(Exception, match=r"(?i)check"):
            execute(database_url, update, value, job.id)


async def test_rules_of_the_database_are_reported_without_values(store: JobQueue) -> None:
    with pytest.raises(RuleBroken) as caught:
        await enqueue(store, replace(new_job("secret-tenant"), mode="other"), LIMITS)
    assert "secret-tenant" not in str(caught.value)
    assert caught.value.rule


async def test_a_closed_store_is_unavailable(database_url: str) -> None:
    store = open_store(database_url)
    await accept(store)
    await store.close()
    with pytest.raises(StoreUnavailable, match="the database does not answer"):
        await store.counts()
