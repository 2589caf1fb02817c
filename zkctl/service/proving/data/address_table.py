"""Single addresses: add a leaf by its commitments, find one, erase one."""

from __future__ import annotations

import json
import re

from zkctl.address.credentials import VERSION_LIMIT
from zkctl.address.hashes import holder_key as key_of_secret
from zkctl.address.hashes import registry_leaf
from zkctl.address.poseidon_rounds import MODULUS
from zkctl.errors import InputError, UsageError
from zkctl.runtime.records import record
from zkctl.service.proving.data.sealed_address import number_bytes
from zkctl.service.proving.store.database import Database

_REGISTRY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class UnknownLeaf(InputError):
    """The registry of the tenant has no such leaf."""

    kind = "unknown-leaf"


@record
class NewLeaf:
    """A leaf to add, by what is public to the provider's own system: no PID."""

    pid_commitment: int
    fields_commitment: int
    holder_key: int
    version: int = 1


@record
class AddedLeaf:
    """A leaf and its place; `is_new` is False if it was there already."""

    leaf: int
    leaf_index: int
    is_new: bool


def check_registry(name: str) -> None:
    """Check the name of a registry, which is part of the names of files.  Raises: UsageError."""
    if not _REGISTRY.fullmatch(name):
        raise UsageError(
            "the name of the registry is wrong: expected 1 to 100 letters, digits, dots, hyphens and underscores"
        )


async def add_leaf(
    database: Database, tenant: str, registry: str, new: NewLeaf, *, depth: int
) -> AddedLeaf:
    """Add a leaf at the next place; the same leaf of the same tenant again changes nothing.

    Raises: InputError for a number outside, or a leaf of another tenant; UsageError for a full registry; StoreUnavailable.
    """
    check_registry(registry)
    _check(new)
    leaf = registry_leaf(new.pid_commitment, new.fields_commitment, new.holder_key, new.version)
    async with database.transaction() as session:
        await session.run("addresses.lock_registry", registry=registry)
        found = await session.run("addresses.with_leaf", registry=registry, leaf=number_bytes(leaf))
        if found:
            if found[0]["tenant"] != tenant:
                raise InputError("the leaf is registered already")
            return AddedLeaf(leaf, int(found[0]["leaf_index"]), False)
        (row,) = await session.run("addresses.next_index", registry=registry)
        place = int(row["next_index"])
        if place >= 1 << depth:
            raise UsageError(f"the registry is full: expected at most {1 << depth} leaves")
        made = {
            "leaf": number_bytes(leaf).hex(),
            "leaf_index": place,
            "pid_commitment": number_bytes(new.pid_commitment).hex(),
            "fields_commitment": number_bytes(new.fields_commitment).hex(),
            "holder_key": number_bytes(new.holder_key).hex(),
            "version": new.version,
            "custody": "holder",
        }
        await session.run(
            "addresses.insert_rows", tenant=tenant, registry=registry, rows=json.dumps([made])
        )
    return AddedLeaf(leaf, place, True)


async def erase_address(
    database: Database,
    tenant: str,
    *,
    legacy_id: str | None = None,
    registry: str | None = None,
    leaf: int | None = None,
) -> int:
    """Destroy the data key and the content of an address; its leaf stays in the tree.  Returns the leaf.

    The row stays as a tombstone, so that an import does not bring the address back.
    Raises: UnknownLeaf; StoreUnavailable.
    """
    rows = await database.run(
        "addresses.erase",
        tenant=tenant,
        legacy_id=legacy_id,
        registry=registry,
        leaf=None if leaf is None else number_bytes(leaf),
    )
    if not rows:
        raise UnknownLeaf("the tenant has no such address, or it is erased already")
    return int.from_bytes(bytes(rows[0]["leaf"]), "big")


def _check(new: NewLeaf) -> None:
    for name in ("pid_commitment", "fields_commitment", "holder_key"):
        if not 0 < getattr(new, name) < MODULUS:
            raise InputError(f"{name} is wrong: expected 1 to p - 1")
    if not 0 <= new.version < VERSION_LIMIT:
        raise InputError(f"version is wrong: expected less than 2^32, got {new.version}")
    if new.holder_key == key_of_secret(0):
        raise InputError("holder_key is the key of the secret 0")
