"""The revocation list: why a leaf was revoked, by which leaf it was replaced, and the version of the list."""

from __future__ import annotations

import json
from enum import StrEnum

from zkctl.errors import InputError
from zkctl.runtime.records import record
from zkctl.service.proving.data.address_table import UnknownLeaf
from zkctl.service.proving.data.sealed_address import number_bytes
from zkctl.service.proving.store.database import LISTS, Database, Session


class Reason(StrEnum):
    """Why a leaf is revoked; the database holds the values."""

    ADDRESS_CHANGE = "address_change"
    USER_REQUEST = "user_request"
    INVALID = "invalid"
    EXPIRED = "expired"
    SECURITY_BREACH = "security_breach"
    USER_DELETION = "user_deletion"


@record
class RevokedLeaf:
    """A revocation; `is_new` is False if the leaf was revoked before."""

    leaf: int
    list_version: int
    revoked_at: float  # seconds since 1970
    is_new: bool


async def revoke_leaf(
    database: Database,
    tenant: str,
    registry: str,
    leaf: int,
    reason: Reason,
    *,
    new_leaf: int | None = None,
) -> RevokedLeaf:
    """Add a leaf to the list and send the notice; each proof under an earlier list is stale from then on.

    Raises: UnknownLeaf for a leaf that is not the tenant's; InputError for a wrong new leaf, or a leaf that was revoked for
    another reason or in favour of another leaf; StoreUnavailable.
    """
    _check_new_leaf(leaf, reason, new_leaf)
    async with database.transaction() as session:
        await session.run("addresses.lock_registry", registry=registry)
        for each in (leaf, *([] if new_leaf is None else [new_leaf])):
            await _check_is_own(session, tenant, registry, each)
        found = await session.run(
            "revocations.with_leaf", registry=registry, leaf=number_bytes(leaf)
        )
        if found:
            stored = found[0]["new_leaf"]
            before = None if stored is None else int.from_bytes(bytes(stored), "big")
            if (found[0]["reason"], before) != (reason, new_leaf):
                raise InputError("the leaf is revoked already, for another reason or new leaf")
            return RevokedLeaf(leaf, found[0]["list_version"], found[0]["revoked_at"], False)
        (row,) = await session.run(
            "revocations.insert",
            registry=registry,
            leaf=number_bytes(leaf),
            reason=str(reason),
            new_leaf=None if new_leaf is None else number_bytes(new_leaf),
        )
        state = "migrated" if new_leaf is not None else "revoked"
        await session.run(
            "addresses.set_state", registry=registry, leaf=number_bytes(leaf), state=state
        )
        await session.notify(LISTS, json.dumps([registry, row["list_version"]]))
    return RevokedLeaf(leaf, row["list_version"], row["revoked_at"], True)


def _check_new_leaf(leaf: int, reason: Reason, new_leaf: int | None) -> None:
    if new_leaf is not None and reason != Reason.ADDRESS_CHANGE:
        raise InputError(f"a new leaf goes with {Reason.ADDRESS_CHANGE} only")
    if new_leaf == leaf:
        raise InputError("the new leaf is the revoked one")


async def _check_is_own(session: Session, tenant: str, registry: str, leaf: int) -> None:
    found = await session.run("addresses.with_leaf", registry=registry, leaf=number_bytes(leaf))
    if not found or found[0]["tenant"] != tenant:
        raise UnknownLeaf("the registry of the tenant has no such leaf")
