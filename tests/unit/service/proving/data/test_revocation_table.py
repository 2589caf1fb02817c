"""The revocation list: versions, replays, other tenants; on both databases."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.support.registries import REGISTRY, TENANT, TestRegistry
from zkctl.errors import InputError
from zkctl.service.proving.data.address_table import UnknownLeaf
from zkctl.service.proving.data.revocation_table import RevocationReason, revoke_leaf
from zkctl.service.proving.store.database import LISTS
from zkctl.service.proving.store.queue import JobQueue

pytestmark = pytest.mark.anyio


async def test_the_version_grows_and_a_notice_is_sent(store: JobQueue, tmp_path: Path) -> None:
    registry = TestRegistry(store.database, tmp_path)
    first, second, third = await registry.add(3)
    async with store.database.subscribe(LISTS) as notices:
        async with asyncio.timeout(30):
            while not store.database.is_listening:  # a notice before that is lost
                await asyncio.sleep(0.01)
        one = await revoke_leaf(
            store.database, TENANT, REGISTRY, first, RevocationReason.USER_REQUEST
        )
        assert (one.list_version, one.is_new) == (1, True)
        while (notice := await notices.next(5)) == (LISTS, ""):
            pass
        assert notice == (LISTS, json.dumps([REGISTRY, 1]))
    change = await revoke_leaf(
        store.database, TENANT, REGISTRY, second, RevocationReason.ADDRESS_CHANGE, new_leaf=third
    )
    assert change.list_version == 2
    again = await revoke_leaf(
        store.database, TENANT, REGISTRY, first, RevocationReason.USER_REQUEST
    )
    assert (again.list_version, again.is_new) == (1, False)
    with pytest.raises(
        InputError, match="the leaf is revoked already, for another reason or new leaf"
    ):
        await revoke_leaf(store.database, TENANT, REGISTRY, first, RevocationReason.INVALID)
    rows = await store.database.run("revocations.list", registry=REGISTRY)
    assert [row["leaf_index"] for row in rows] == [0, 1]


async def test_wrong_revocations(store: JobQueue, tmp_path: Path) -> None:
    registry = TestRegistry(store.database, tmp_path)
    first, second = await registry.add(2)
    for tenant, leaf, new_leaf in (("other", first, None), (TENANT, 5, None), (TENANT, first, 5)):
        with pytest.raises(UnknownLeaf):
            await revoke_leaf(
                store.database,
                tenant,
                REGISTRY,
                leaf,
                RevocationReason.ADDRESS_CHANGE,
                new_leaf=new_leaf,
            )
    with pytest.raises(InputError, match="a new leaf goes with address_change only"):
        await revoke_leaf(
            store.database, TENANT, REGISTRY, first, RevocationReason.EXPIRED, new_leaf=second
        )
    with pytest.raises(InputError, match="the new leaf is the revoked one"):
        await revoke_leaf(
            store.database, TENANT, REGISTRY, first, RevocationReason.ADDRESS_CHANGE, new_leaf=first
        )
