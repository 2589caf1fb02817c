"""Check 23: a replica that is paused does not let a proof of a revoked leaf pass."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.registries import REGISTRY, TENANT, TestRegistry
from tests.support.replica import replica_of
from tests.support.servers import PostgresServer, postgres_server
from zkctl.service.proving.data.replicas import Replicas
from zkctl.service.proving.data.revocation_table import Reason, revoke_leaf
from zkctl.service.proving.data.root_lookup import Roots
from zkctl.service.proving.migrate import migrate
from zkctl.service.proving.store.open import open_database

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[PostgresServer, PostgresServer]]:
    with postgres_server() as primary, replica_of(primary) as replica:
        yield primary, replica


def run_sql(server: PostgresServer, url: str, text: str) -> str:
    done = server.psql(url, "-At", text=text)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


async def until(condition: object, seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.02)


async def test_a_revoked_leaf_is_rejected_at_once(
    servers: tuple[PostgresServer, PostgresServer], tmp_path: Path
) -> None:
    primary, replica = servers
    url = primary.new_database()
    copy_url = replica.url(url.rpartition("/")[2])
    migrate(url)
    database, copy = open_database(url), open_database(copy_url)
    registry = TestRegistry(database, tmp_path)
    leaves = await registry.add(3)
    epoch = await registry.epoch()
    replicas = Replicas(database, [copy], max_lag_s=5)
    roots = Roots(database, replicas=replicas)
    following = asyncio.create_task(roots.run())

    async def is_read() -> bool:
        await replicas.measure()
        return replicas.choose() is copy

    await until(is_read)  # notices arrive, and the replica has replayed the epoch
    await roots.newest(REGISTRY)
    roots._note('["other", 0]')
    found = await roots.find(REGISTRY, int(epoch.root))
    assert found is not None
    assert not found.has_newer_revocations

    run_sql(replica, copy_url, "SELECT pg_wal_replay_pause()")
    await revoke_leaf(database, TENANT, REGISTRY, leaves[0], Reason.SECURITY_BREACH)
    assert run_sql(replica, copy_url, "SELECT count(*) FROM revocation_list") == "0"

    async def is_refused() -> bool:
        state = await roots.find(REGISTRY, int(epoch.root))
        return state is not None and state.has_newer_revocations

    await until(is_refused, 1.0)  # the notice; the lag is far below its limit still
    assert replicas.choose() is copy
    second = await registry.epoch()

    async def is_newest() -> bool:
        state = await roots.newest(REGISTRY)
        return state is not None and state.root == int(second.root)

    await until(is_newest, 1.0)

    run_sql(replica, copy_url, "SELECT pg_wal_replay_resume()")

    async def is_replayed() -> bool:
        return run_sql(replica, copy_url, "SELECT count(*) FROM revocation_list") == "1"

    await until(is_replayed)
    roots._note('["other", 0]')
    view = await roots._read_from(copy, 0)
    assert view is not None  # the replica serves again
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following
    for each in (database, copy):
        await each.close()


async def test_without_notices_the_primary_is_read(
    servers: tuple[PostgresServer, PostgresServer],
) -> None:
    primary, replica = servers
    url = primary.new_database()
    migrate(url)
    database, copy = open_database(url), open_database(replica.url(url.rpartition("/")[2]))
    replicas = Replicas(database, [copy], max_lag_s=5)

    async def is_measured() -> bool:
        await replicas.measure()
        return replicas.lags()[0] < 5

    await until(is_measured)
    assert not database.is_listening
    assert replicas.choose() is None
    for each in (database, copy):
        await each.close()


async def test_a_primary_is_no_replica(
    servers: tuple[PostgresServer, PostgresServer],
) -> None:
    primary, _ = servers
    url = primary.new_database()
    database, wrong = open_database(url), open_database(url)
    replicas = Replicas(database, [wrong], max_lag_s=5)
    await replicas.measure()
    assert replicas.lags() == [float("inf")]
    for each in (database, wrong):
        await each.close()
