"""Single addresses: add, find, erase; on both databases."""

from __future__ import annotations

import pytest

from zkctl.address.hashes import holder_key, registry_leaf
from zkctl.address.poseidon_rounds import MODULUS
from zkctl.errors import InputError, UsageError
from zkctl.service.proving.data.address_table import (
    NewLeaf,
    UnknownLeaf,
    add_leaf,
    check_registry,
    erase_address,
)
from zkctl.service.proving.store.queue import JobQueue

pytestmark = pytest.mark.anyio


async def test_leaves_get_places_in_order(store: JobQueue) -> None:
    new = NewLeaf(11, 12, 13)
    first = await add_leaf(store.database, "acme", "tokyo", new, depth=1)
    assert (first.leaf, first.leaf_index, first.is_new) == (registry_leaf(11, 12, 13, 1), 0, True)
    again = await add_leaf(store.database, "acme", "tokyo", new, depth=1)
    assert (again.leaf_index, again.is_new) == (0, False)
    second = await add_leaf(store.database, "acme", "tokyo", NewLeaf(11, 12, 13, 2), depth=1)
    assert second.leaf_index == 1
    other = await add_leaf(store.database, "acme", "osaka", new, depth=1)
    assert other.leaf_index == 0
    with pytest.raises(UsageError, match="the registry is full: expected at most 2 leaves"):
        await add_leaf(store.database, "acme", "tokyo", NewLeaf(1, 2, 3), depth=1)
    with pytest.raises(InputError, match="the leaf is registered already"):
        await add_leaf(store.database, "other", "tokyo", new, depth=1)


@pytest.mark.parametrize(
    "new",
    [
        NewLeaf(0, 1, 1),
        NewLeaf(1, MODULUS, 1),
        NewLeaf(1, 1, -1),
        NewLeaf(1, 1, 1, 1 << 32),
        NewLeaf(1, 1, holder_key(0)),
    ],
)
async def test_wrong_numbers_are_refused(new: NewLeaf) -> None:
    with pytest.raises(InputError):
        await add_leaf(None, "acme", "tokyo", new, depth=4)


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".", "-a", "a b", "a" * 101, "é"])
def test_names_of_registries(name: str) -> None:
    with pytest.raises(UsageError, match="the name of the registry is wrong"):
        check_registry(name)


async def test_an_erased_address_keeps_its_leaf_only(store: JobQueue) -> None:
    added = await add_leaf(store.database, "acme", "tokyo", NewLeaf(1, 2, 3), depth=4)
    for tenant in ("other", "acme"):
        if tenant == "acme":
            erased = await erase_address(store.database, tenant, registry="tokyo", leaf=added.leaf)
            assert erased == added.leaf
        with pytest.raises(UnknownLeaf):
            await erase_address(store.database, tenant, registry="tokyo", leaf=added.leaf)
    with pytest.raises(UnknownLeaf):
        await erase_address(store.database, "acme", legacy_id="7")
    (row,) = await store.database.run("addresses.leaves", registry="tokyo", start=0, stop=9)
    assert int.from_bytes(bytes(row["leaf"]), "big") == added.leaf
