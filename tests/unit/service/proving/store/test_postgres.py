"""The PostgreSQL database; its restarts are in tests/service/proving/test_check_14_database_restart.py."""

from __future__ import annotations

import asyncio
import sys

import psycopg
import pytest

from tests.support.servers import PostgresServer
from tests.support.stores import enqueue, new_job
from zkctl.errors import EnvironmentProblem
from zkctl.service.proving.jobs import QueueLimits
from zkctl.service.proving.migrate import migrate
from zkctl.service.proving.store.database import FLAGS, PoolLimits, StoreUnavailable
from zkctl.service.proving.store.open import open_database
from zkctl.service.proving.store.postgres import PostgresDatabase
from zkctl.service.proving.store.queue import JobQueue

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def url(postgres: PostgresServer) -> str:
    made = postgres.new_database()
    migrate(made)
    return made


async def test_times_of_the_session_are_set(url: str) -> None:
    database = PostgresDatabase(url, limits=PoolLimits(statement_s=0.2, transaction_idle_s=0.3))
    async with database._connection() as connection:
        cursor = await connection.execute("SHOW idle_in_transaction_session_timeout")
        assert (await cursor.fetchone()) == {"idle_in_transaction_session_timeout": "300ms"}
    with pytest.raises(StoreUnavailable, match="does not answer: QueryCanceled"):
        async with database._connection() as connection:
            await connection.execute("SELECT pg_sleep(5)")
    assert await database.now() > 0
    await database.close()


async def test_more_tasks_than_connections_wait_for_one(url: str) -> None:
    database = PostgresDatabase(url, limits=PoolLimits(connections=2))
    times = await asyncio.gather(*[database.now() for _ in range(50)])
    assert len(times) == 50
    await database.close()


async def test_no_free_connection_in_time_is_unavailable(url: str) -> None:
    database = PostgresDatabase(url, limits=PoolLimits(connections=1, connect_s=0.1))
    await database.now()
    async with database.transaction():
        with pytest.raises(StoreUnavailable, match="the database does not answer"):
            await database.now()
    assert await database.now() > 0
    await database.close()


async def test_equal_requests_wait_for_a_slow_first_one_on_one_connection(url: str) -> None:
    """The table is locked for longer than a connection may take: only one request waits for the server."""
    store = JobQueue(PostgresDatabase(url, limits=PoolLimits(connect_s=0.5)))
    new = new_job(idempotency=b"i" * 32, request_digest=b"r" * 32)
    async with await psycopg.AsyncConnection.connect(url) as locking:
        await locking.execute("LOCK TABLE proofs IN SHARE MODE")
        asked = [asyncio.create_task(enqueue(store, new, QueueLimits())) for _ in range(24)]
        await asyncio.sleep(1)
        cursor = await locking.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        assert await cursor.fetchone() == (1,)
        await locking.commit()
        accepted = await asyncio.gather(*asked)
    assert len({each.job.id for each in accepted}) == 1
    assert sorted(each.replayed for each in accepted) == [False] + [True] * 23
    await store.close()


async def test_requests_that_wait_for_their_turn_hold_no_connection(url: str) -> None:
    store = JobQueue(PostgresDatabase(url, limits=PoolLimits(connections=2, connect_s=10)))
    async with store.database.transaction(serial=True):
        asked = [asyncio.create_task(enqueue(store, new_job(), QueueLimits())) for _ in range(8)]
        await asyncio.sleep(0)
        assert await store.database.now() > 0  # the second connection is free
    assert len({each.job.id for each in await asyncio.gather(*asked)}) == 8
    await store.close()


async def test_a_cancelled_statement_leaves_a_usable_pool(url: str) -> None:
    database = PostgresDatabase(url, limits=PoolLimits(connections=1))

    async def sleep() -> None:
        async with database.transaction() as session:
            await session.run("database.now")
            await asyncio.sleep(30)

    running = asyncio.create_task(sleep())
    await asyncio.sleep(0.3)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await database.now() > 0
    await database.close()


async def test_notices_reach_other_processes_with_the_commit(url: str) -> None:
    one, other = open_database(url), open_database(url)
    async with other.subscribe(FLAGS) as notices:
        assert await notices.next(10) == (FLAGS, "")  # the connection listens now
        assert other.is_listening
        async with one.transaction() as session:
            await session.notify(FLAGS, "7")
            assert await notices.next(0.1) is None
        assert await notices.next(10) == (FLAGS, "7")
    await one.close()
    await other.close()
    assert not one.is_listening


async def test_missing_tables_are_named(postgres: PostgresServer) -> None:
    database = open_database(postgres.new_database())
    with pytest.raises(StoreUnavailable, match="has not the tables of this version") as caught:
        await database.run("jobs.counts")
    assert caught.value.hint == "run zkctl service migrate"
    await database.close()


def test_a_missing_extra_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.delitem(sys.modules, "zkctl.service.proving.store.postgres")
    with pytest.raises(EnvironmentProblem, match="this database needs the extra `postgres`"):
        open_database("postgresql://127.0.0.1/x")
    with pytest.raises(EnvironmentProblem, match="this database needs the extra `postgres`"):
        migrate("postgresql://127.0.0.1/x")
