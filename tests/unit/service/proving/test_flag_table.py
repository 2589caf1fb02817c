"""The flag in the database and its copy in each process, on both databases."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from zkctl.service.proving.flag_table import FlagWatch, change_flag, read_flag
from zkctl.service.proving.flags import DISABLED, Flag
from zkctl.service.proving.store.database import StoreUnavailable
from zkctl.service.proving.store.open import open_database
from zkctl.service.proving.store.queue import JobQueue

pytestmark = pytest.mark.anyio


class Down:
    """A database that does not answer."""

    async def run(self, statement: str, **values: object) -> list:
        raise StoreUnavailable("the database does not answer")


async def test_versions(store: JobQueue) -> None:
    database = store.database
    assert await read_flag(database) == Flag()
    first = await change_flag(database, {"rollout_tenths": 10}, changed_by="cli")
    assert (first.version, first.rollout_tenths, first.zkp_enabled) == (1, 10, True)
    second = await change_flag(database, {"whitelist": ("a",)}, changed_by="cli")
    assert await read_flag(database) == second == Flag(True, 10, ("a",), False, 2)


async def test_concurrent_changes_are_all_kept(store: JobQueue) -> None:
    changes = [{"rollout_tenths": 50}, {"whitelist": ("a",)}, {"shadow": True}]
    await asyncio.gather(*(change_flag(store.database, each, changed_by="cli") for each in changes))
    assert await read_flag(store.database) == Flag(True, 50, ("a",), True, 3)


async def test_each_process_follows(store: JobQueue, database_url: str, tmp_path: Path) -> None:
    other = open_database(database_url)
    seen: list[int] = []
    watch = FlagWatch(
        other, tmp_path / "flag.json", lambda: 100.0, on_change=lambda f: seen.append(f.version)
    )
    assert watch.current() == DISABLED
    task = asyncio.create_task(watch.run())
    while watch.current() == DISABLED:
        await asyncio.sleep(0.01)
    flag = await change_flag(store.database, {"zkp_enabled": False}, changed_by="cli")
    while watch.current() != flag:
        await asyncio.sleep(0.01)
    assert seen == [0, 1]
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await other.close()


async def test_a_start_without_a_database(store: JobQueue, tmp_path: Path) -> None:
    state, now = tmp_path / "flag.json", 1000.0
    flag = await change_flag(store.database, {"rollout_tenths": 25}, changed_by="cli")
    await FlagWatch(store.database, state, lambda: now).look()
    assert state.stat().st_mode & 0o777 == 0o600
    for age, expected in ((3600, flag), (3602, DISABLED), (-5, DISABLED)):
        watch = FlagWatch(Down(), state, lambda age=age: now + age, monotonic=lambda: 7.0)
        await watch.look()
        assert watch.current() == expected
    state.write_text("{}")
    watch = FlagWatch(Down(), state, lambda: now)
    await watch.look()
    assert watch.current() == DISABLED
    state.unlink()
    await watch.look()
    assert watch.current() == DISABLED


async def test_a_lost_database_keeps_the_flag_for_an_hour(store: JobQueue, tmp_path: Path) -> None:
    times = [1000.0]
    watch = FlagWatch(
        store.database, tmp_path / "flag.json", lambda: 5.0, monotonic=lambda: times[0]
    )
    await watch.look()
    watch._database = Down()
    await watch.look()
    times[0] += 3600
    assert watch.current() == Flag()
    times[0] += 1
    assert watch.current() == DISABLED


@pytest.mark.parametrize("jump", [7200.0, -7200.0])
async def test_a_time_of_day_that_jumps_changes_nothing(
    store: JobQueue, tmp_path: Path, jump: float
) -> None:
    times = [10_000.0]
    watch = FlagWatch(store.database, tmp_path / "flag.json", lambda: times[0])
    await watch.look()
    times[0] += jump
    assert watch.current() == Flag()
