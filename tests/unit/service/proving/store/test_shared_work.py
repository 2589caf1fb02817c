"""Work that equal requests share."""

from __future__ import annotations

import asyncio

import pytest

from zkctl.service.proving.store.shared_work import SharedWork

pytestmark = pytest.mark.anyio


async def test_equal_names_share_a_task_until_it_ends() -> None:
    shared: SharedWork[int] = SharedWork()
    n_begun = 0

    async def begin() -> int:
        nonlocal n_begun
        n_begun += 1
        await asyncio.sleep(0)
        return n_begun

    async def ask(name: str) -> int:
        return await shared.result(name, begin)

    assert await asyncio.gather(*(ask(name) for name in "aaba")) == [2, 2, 2, 2]
    assert n_begun == 2
    assert not shared.is_running("a")
    assert await ask("a") == 3


async def test_a_failure_reaches_all_and_is_not_kept() -> None:
    shared: SharedWork[int] = SharedWork()

    async def fail() -> int:
        await asyncio.sleep(0)
        raise KeyError

    asked = (shared.result("a", fail) for _ in range(3))
    found = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(each) for each in found] == [KeyError] * 3
    assert not shared.is_running("a")


async def test_the_task_goes_on_when_the_first_request_is_gone() -> None:
    shared: SharedWork[int] = SharedWork()
    may_end = asyncio.Event()

    async def wait() -> int:
        await may_end.wait()
        return 7

    first = asyncio.create_task(shared.result("a", wait))
    second = asyncio.create_task(shared.result("a", wait))
    await asyncio.sleep(0)
    first.cancel()
    may_end.set()
    assert await second == 7
    assert first.cancelled()
