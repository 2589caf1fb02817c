"""Turns: one at a time, in order, while there is progress."""

from __future__ import annotations

import asyncio

import pytest

from zkctl.service.proving.store.database import StoreUnavailable
from zkctl.service.proving.store.turns import Turns

pytestmark = pytest.mark.anyio


async def test_one_at_a_time_in_order_of_arrival() -> None:
    turns, order = Turns(10), []

    async def take(number: int) -> None:
        async with turns.turn():
            order.append(number)
            await asyncio.sleep(0)
            order.append(number)

    await asyncio.gather(*(take(k) for k in range(4)))
    assert order == [0, 0, 1, 1, 2, 2, 3, 3]


async def test_without_progress_those_that_wait_give_up() -> None:
    turns = Turns(0.02)

    async def take() -> None:
        async with turns.turn():
            pass

    async with turns.turn():
        waiting = [asyncio.create_task(take()) for _ in range(3)]
        found = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(each) for each in found] == [StoreUnavailable] * 3
    await take()


@pytest.mark.parametrize(("longest_s", "is_refused"), [(30.0, False), (0.3, True)])
async def test_progress_lets_them_wait_but_not_for_ever(longest_s: float, is_refused: bool) -> None:
    turns = Turns(0.25, longest_s)

    async def take() -> None:
        async with turns.turn():
            pass

    async with turns.turn():
        waiting = asyncio.create_task(take())
        for _ in range(40):  # much longer than without progress
            await asyncio.sleep(0.02)
            turns.note_progress()
    found = await asyncio.gather(waiting, return_exceptions=True)
    assert isinstance(found[0], StoreUnavailable) is is_refused
