"""Roots as verify sees them: fresh after each notice, in memory for the grace, from a replica only if it is not behind."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.registries import REGISTRY, TENANT, TestRegistry
from zkctl.service.proving.data.epoch_build import withdraw_epoch
from zkctl.service.proving.data.revocation_table import Reason, revoke_leaf
from zkctl.service.proving.data.root_lookup import Roots
from zkctl.service.proving.problems import Problem
from zkctl.service.proving.store.database import StoreUnavailable
from zkctl.service.proving.store.open import open_database
from zkctl.service.proving.store.queue import JobQueue

pytestmark = pytest.mark.anyio


class Down:
    """A database that does not answer."""

    is_listening = False

    async def run(self, statement: str, **values: object) -> list:
        raise StoreUnavailable("the database does not answer")


async def test_epochs_and_later_revocations(store: JobQueue, tmp_path: Path) -> None:
    registry, roots = TestRegistry(store.database, tmp_path), Roots(store.database)
    assert await roots.newest(REGISTRY) is None
    leaves = await registry.add(2)
    first = await registry.epoch()
    found = await roots.find(REGISTRY, int(first.root))
    assert found is not None
    assert (found.epoch, found.is_newest, found.has_newer_revocations) == (1, True, False)
    assert found.revocation_root == int(first.revocation_root)
    assert await roots.find("", int(first.root)) == found
    assert await roots.find("osaka", int(first.root)) is None
    await revoke_leaf(store.database, TENANT, REGISTRY, leaves[0], Reason.USER_REQUEST)
    stale = await roots.find(REGISTRY, int(first.root))
    assert stale is not None
    assert stale.has_newer_revocations
    second = await registry.epoch()
    newest = await roots.newest(REGISTRY)
    assert newest is not None
    assert (newest.root, newest.has_newer_revocations) == (int(second.root), False)
    await withdraw_epoch(store.database, REGISTRY, 2, registry.signing_key)
    gone = await roots.find(REGISTRY, int(second.root))
    assert gone is not None
    assert (gone.withdrawn, gone.is_newest) == (True, False)
    back = await roots.newest(REGISTRY)
    assert back is not None
    assert back.epoch == 1
    assert await roots.find(REGISTRY, 0) is None  # a withdrawal has no root


async def test_a_notice_ends_the_memory(store: JobQueue, database_url: str, tmp_path: Path) -> None:
    registry, other = TestRegistry(store.database, tmp_path), open_database(database_url)
    leaves = await registry.add(2)
    first = await registry.epoch()
    roots = Roots(other)
    task = asyncio.create_task(roots.run())
    await roots.find(REGISTRY, int(first.root))
    await revoke_leaf(store.database, TENANT, REGISTRY, leaves[0], Reason.USER_REQUEST)
    async with asyncio.timeout(1):  # far below the two seconds between looks
        while not (await roots.newest(REGISTRY)).has_newer_revocations:
            await asyncio.sleep(0.01)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await other.close()


async def test_memory_counts_for_the_grace_only(store: JobQueue, tmp_path: Path) -> None:
    registry, times = TestRegistry(store.database, tmp_path), [100.0]
    await registry.epoch()
    roots = Roots(store.database, grace_s=60, clock=lambda: times[0])
    known = await roots.newest(REGISTRY)
    roots._database = Down()
    times[0] += 60
    assert await roots.newest(REGISTRY) == known
    times[0] += 0.1
    with pytest.raises(Problem) as caught:
        await roots.newest(REGISTRY)
    assert caught.value.slug == "database-unavailable"
    with pytest.raises(Problem):
        await Roots(Down()).newest(REGISTRY)


class OneReplica:
    """Replicas that always offer the same one."""

    def __init__(self, replica: object) -> None:
        self.replica = replica

    def choose(self) -> object:
        return self.replica


async def test_a_replica_that_is_behind_or_down_is_not_read(
    store: JobQueue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = TestRegistry(store.database, tmp_path)
    await registry.add(1)
    await registry.epoch()

    class Behind:
        n_read = 0

        async def run(self, statement: str, **values: object) -> list:
            self.n_read += 1
            if statement == "revocations.versions":
                return [{"registry": REGISTRY, "list_version": 1}]
            return await store.database.run(statement, **values)

    behind = Behind()
    roots = Roots(store.database, replicas=OneReplica(behind))
    assert await roots.newest(REGISTRY) is not None
    assert behind.n_read == 0  # the first read is the primary's
    await roots.newest(REGISTRY)
    assert behind.n_read == 2
    roots._note('["tokyo", 2]')
    await roots.newest(REGISTRY)
    assert behind.n_read == 3  # its versions were too old, so the primary was read
    roots._note("")
    await roots.newest(REGISTRY)
    assert behind.n_read == 3
    roots._replicas = OneReplica(Down())
    assert await roots.newest(REGISTRY) is not None
