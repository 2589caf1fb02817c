"""Used nullifiers, on both databases."""

from __future__ import annotations

import asyncio

import pytest

from zkctl.service.proving.nullifiers import Nullifiers
from zkctl.service.proving.store.queue import JobQueue

pytestmark = pytest.mark.anyio


async def use(nullifiers: Nullifiers, kind="holder", scope=1, value=2, circuit="membership-v1"):
    return await nullifiers.consume(kind, scope, value, circuit_id=circuit, tenant="acme")


async def test_one_of_concurrent_uses_is_the_first(store: JobQueue) -> None:
    nullifiers = Nullifiers(store.database)
    uses = await asyncio.gather(*[use(nullifiers) for _ in range(10)])
    assert sorted(uses) == [False] * 9 + [True]
    assert await nullifiers.is_used("holder", 1, 2)


async def test_another_circuit_gives_no_other_use_and_another_scope_does(store: JobQueue) -> None:
    nullifiers = Nullifiers(store.database)
    assert await use(nullifiers)
    assert not await use(nullifiers, circuit="membership-v2")
    assert await use(nullifiers, scope=2)
    assert await use(nullifiers, kind="migration")
    assert await use(nullifiers, value=2**253)
    assert not await nullifiers.is_used("holder", 3, 2)


async def test_a_refused_transaction_uses_nothing(store: JobQueue) -> None:
    nullifiers = Nullifiers(store.database)
    with pytest.raises(ZeroDivisionError):
        async with store.database.transaction() as session:
            assert await nullifiers.consume(
                "holder", 1, 2, circuit_id="c", tenant="t", session=session
            )
            raise ZeroDivisionError
    assert not await nullifiers.is_used("holder", 1, 2)
