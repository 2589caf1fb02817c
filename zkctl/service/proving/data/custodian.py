"""The inputs of a proof for a holder whose record the provider keeps (custody 'server'); each use is a row of the audit log."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from zkctl.address.pid import parse_pid
from zkctl.errors import CheckFailed
from zkctl.service.proving.audit import Audit, AuditAction
from zkctl.service.proving.data.root_lookup import Roots
from zkctl.service.proving.data.sealed_address import OpenedAddress, Sealer, open_address
from zkctl.service.proving.data.tree_files import TreeFile, TreeFiles
from zkctl.service.proving.logs import Log
from zkctl.service.proving.problems import Problem
from zkctl.service.proving.store.database import Database

_SERVER = "server"
_OPENING = frozenset(
    (
        *("root", "revocation_root", "scope", "context", "holder_secret", "version"),
        *("pid_commitment", "fields_commitment", "siblings", "path"),
        *("low_value", "low_next", "low_link", "low_siblings", "low_path"),
    )
)


class CustodyUses:
    """The audit log and the service's log of custodial proofs."""

    def __init__(self, audit: Audit, log: Log) -> None:
        self._audit, self._log = audit, log

    async def record(self, circuit_id: str, tenant: str, about: str) -> None:
        """Record a use before its inputs are made."""
        action = AuditAction.CUSTODIAL_USE
        await self._audit.record(action, tenant=tenant, subject=tenant, about=about)
        self._log.event("custodial_use", circuit_id=circuit_id, user_id=tenant)


class AddressCustodian:
    """The custodian of the addresses in the database."""

    def __init__(
        self, database: Database, sealer: Sealer, roots: Roots, trees: TreeFiles, uses: CustodyUses
    ) -> None:
        self._database, self._sealer = database, sealer
        self._roots, self._trees, self._uses = roots, trees, uses

    async def inputs(
        self, tenant: str, pid: str, circuit: Any, request: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Return the inputs of a circuit for the holder of a PID, under the newest epoch.

        Raises: Problem unknown-pid; Problem mode-disabled for a circuit with other inputs than those of an opened leaf;
        Problem not-ready if the leaf is in no epoch yet.
        """
        names = {group.name for group in circuit.interface}
        if not names <= _OPENING:
            raise Problem("mode-disabled", "this circuit is proved by the holder only")
        rows = await self._database.run(
            "addresses.with_lookup", tenant=tenant, pid_lookup=self._sealer.lookup(parse_pid(pid))
        )
        if not rows or rows[0]["state"] != "active" or rows[0]["custody"] != _SERVER:
            raise Problem("unknown-pid", pointer="/pid")
        row = rows[0]
        opened = await asyncio.to_thread(  # the KEK may be on another machine
            open_address, row, self._sealer, tenant=tenant, registry=row["registry"]
        )
        state = await self._roots.newest(row["registry"])
        if state is None or state.n_leaves <= row["leaf_index"]:
            raise Problem("not-ready", "the address is in no published epoch yet")
        tree = await self._trees.open(state)
        await self._uses.record(circuit.id, tenant, f"{row['registry']}/{row['leaf_index']}")
        found = await asyncio.to_thread(_opening, opened, tree)
        found |= {"scope": request.get("scope") or 0, "context": request.get("context") or 0}
        return {name: _text(found[name]) for name in names}


def _opening(opened: OpenedAddress, tree: TreeFile) -> dict[str, Any]:
    """Return the inputs that open a leaf and show that it is not revoked.  Raises: Problem unknown-pid, not-ready."""
    credential, secret = opened.credential, opened.holder_secret
    assert secret is not None
    view, leaf = tree.view(credential.place), credential.leaf(secret)
    revocations = view.revocations
    if revocations is None or view.path.root(leaf) != view.root():  # erased by a revocation
        raise Problem("unknown-pid", pointer="/pid")
    try:
        low = revocations.low_entry(leaf)
    except CheckFailed:
        raise Problem("unknown-pid", pointer="/pid") from None
    return {
        "root": view.root(),
        "revocation_root": revocations.root(),
        "holder_secret": secret,
        "pid_commitment": credential.pid_commitment(),
        "fields_commitment": credential.fields_commitment(),
        "version": credential.version,
        "siblings": view.path.siblings,
        "path": view.path.bits,
        "low_value": low.value,
        "low_next": low.next,
        "low_link": low.link,
        "low_siblings": low.path.siblings,
        "low_path": low.path.bits,
    }


def _text(value: int | list[int]) -> str | list[str]:
    return [str(each) for each in value] if isinstance(value, list) else str(value)
