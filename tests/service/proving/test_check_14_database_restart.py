"""Check 14 at the store: PostgreSQL restarted with -m immediate under load."""

from __future__ import annotations

import asyncio
import signal
import time

import pytest

from tests.support.servers import PostgresServer, postgres_server
from tests.support.stores import new_job
from zkctl.service.proving.jobs import QueueLimits
from zkctl.service.proving.migrate import migrate
from zkctl.service.proving.store.database import (
    FLAGS,
    Health,
    PoolLimits,
    StoreUnavailable,
    Subscription,
)
from zkctl.service.proving.store.open import open_store
from zkctl.service.proving.store.queue import JobQueue

pytestmark = pytest.mark.anyio

LIMITS = QueueLimits(jobs_per_tenant=10**6, queued_per_circuit=10**6, queued=10**6)
CLIENTS = 8
RECOVERY_S = 5


class Load:
    """Clients that enqueue without pause; the failures and accepted ids with their times."""

    def __init__(self, store: JobQueue) -> None:
        self.store = store
        self.accepted: list[str] = []
        self.failed: list[tuple[float, float]] = []  # began, ended
        self.strange: list[Exception] = []
        self.stopped = False

    async def run(self, tenant: str) -> None:
        while not self.stopped:
            began = time.monotonic()
            try:
                accepted = await self.store.enqueue(new_job(tenant), LIMITS)
            except StoreUnavailable:
                self.failed.append((began, time.monotonic()))
                await asyncio.sleep(0.02)
            except Exception as strange:
                self.strange.append(strange)
            else:
                self.accepted.append(accepted.job.id)
                await asyncio.sleep(0.02)


async def restarted(server: PostgresServer, down_s: float) -> tuple[float, float]:
    """Stop the server at once, start it after a time; the times of the stop and of the first answer."""
    stopped = time.monotonic()
    await asyncio.to_thread(server.stop, signal.SIGQUIT)
    await asyncio.sleep(down_s)
    await asyncio.to_thread(server.start)
    return stopped, time.monotonic()


@pytest.mark.parametrize("down_s", [0, pytest.param(4, marks=pytest.mark.slow)])
async def test_requests_fail_only_while_the_server_is_down(down_s: float) -> None:
    with postgres_server(options=()) as server:  # with fsync: nothing accepted is lost
        url = server.new_database()
        migrate(url)
        async with open_store(url, limits=PoolLimits(connections=CLIENTS)) as store:
            load = Load(store)
            clients = [asyncio.create_task(load.run(f"tenant-{n}")) for n in range(CLIENTS)]
            async with store.database.subscribe(FLAGS) as notices:
                await asyncio.sleep(0.5)
                assert not load.failed
                n_before = len(load.accepted)
                assert n_before
                stopped, up = await restarted(server, down_s)
                await first_success(load)
                await asyncio.sleep(1)
                load.stopped = True
                await asyncio.gather(*clients)
                await check_notices(store, notices)
            assert not load.strange
            assert all(ended > stopped for _, ended in load.failed)
            assert not [began for began, _ in load.failed if began > up + RECOVERY_S]
            assert await store.database.health() == Health.CONNECTED
            sample = load.accepted[:n_before][-50:] + load.accepted[-50:]
            assert not [each for each in sample if not await anywhere(store, each)]


async def first_success(load: Load) -> None:
    """Wait for one more job than there is now."""
    n = len(load.accepted)
    async with asyncio.timeout(RECOVERY_S):
        while len(load.accepted) == n:
            await asyncio.sleep(0.01)


async def check_notices(store: JobQueue, notices: Subscription) -> None:
    """Check that the listening connection came back: a lost notice is a doubt, a later one arrives."""
    while await notices.next(1.5) is not None:
        pass
    await store.database.notify(FLAGS, "1")
    assert await notices.next(5) == (FLAGS, "1")


async def anywhere(store: JobQueue, job_id: str) -> bool:
    """Whether one of the tenants has the job."""
    found = [await store.get(job_id, f"tenant-{n}") for n in range(CLIENTS)]
    return any(found)


async def test_a_server_that_is_down_is_reported_in_time() -> None:
    with postgres_server() as server:
        url = server.new_database()
        migrate(url)
        async with open_store(url) as store:
            assert await store.database.health() == Health.CONNECTED
            server.stop()
            for _ in range(2):
                began = time.monotonic()
                with pytest.raises(StoreUnavailable, match="the database does not answer"):
                    await store.counts()
                assert time.monotonic() - began < 10  # 2.5 s on a machine with nothing else to do
            assert await store.database.health() == Health.DISCONNECTED
            assert not store.database.is_listening
            server.start()
            await asyncio.sleep(0)
            while await store.database.health() != Health.CONNECTED:
                await asyncio.sleep(0.1)


async def test_a_server_that_refuses_writes_is_read_only() -> None:
    import psycopg

    with postgres_server() as server:
        url = server.new_database()
        migrate(url)
        async with open_store(url) as store:
            with psycopg.connect(url, autocommit=True) as operator:
                operator.execute("ALTER SYSTEM SET default_transaction_read_only = on")
                operator.execute("SELECT pg_reload_conf()")
            while await store.database.health() != Health.READ_ONLY:
                await asyncio.sleep(0.05)
            with pytest.raises(StoreUnavailable, match="cannot be written") as caught:
                await store.enqueue(new_job(), LIMITS)
            assert caught.value.read_only
            with psycopg.connect(url, autocommit=True) as operator:
                operator.execute("SET default_transaction_read_only = off")
                operator.execute("ALTER SYSTEM RESET default_transaction_read_only")
                operator.execute("SELECT pg_reload_conf()")
            while await store.database.health() != Health.CONNECTED:
                await asyncio.sleep(0.05)
                try:
                    await store.note_served(["membership-v1"])
                except StoreUnavailable:
                    continue
