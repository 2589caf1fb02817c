"""The inputs of a proof for a holder whose record the provider keeps (custody 'server'); each use is a row of the audit log."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from zkctl.address.pid import parse_pid
from zkctl.service.proving.audit import Audit, AuditAction
from zkctl.service.proving.data.opening import (
    HeldRecord,
    check_conditions,
    is_known,
    low_entry_of,
    opening_inputs,
)
from zkctl.service.proving.data.root_lookup import Roots
from zkctl.service.proving.data.sealed_address import OpenedAddress, Sealer, open_address
from zkctl.service.proving.data.tree_files import TreeFile, TreeFiles
from zkctl.service.proving.logs import Log
from zkctl.service.proving.problems import Problem
from zkctl.service.proving.store.database import Database, Row

_SERVER = "server"


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

        Raises: Problem unknown-pid; Problem mode-disabled for a circuit that needs more than a record has; Problem invalid-input or
        unsatisfied for a condition; Problem not-ready if the leaf is in no epoch yet.
        """
        roles = {signal.name: signal.role for signal in circuit.signals}
        if not is_known(circuit.interface, roles):
            raise Problem("mode-disabled", "this circuit is proved by the holder only")
        check_conditions(circuit.interface, request)
        row = await self._row(tenant, pid, circuit.registry)
        opened = await asyncio.to_thread(  # the KEK may be on another machine
            open_address, row, self._sealer, tenant=tenant, registry=row["registry"]
        )
        state = await self._roots.newest(row["registry"])
        if state is None or state.n_leaves <= row["leaf_index"]:
            raise Problem("not-ready", "the address is in no published epoch yet")
        tree = await self._trees.open(state)
        await self._uses.record(circuit.id, tenant, f"{row['registry']}/{row['leaf_index']}")
        opening = await asyncio.to_thread(_opening, opened, tree, request, _sizes(circuit))
        return opening_inputs(circuit.interface, roles, opening)

    async def _row(self, tenant: str, pid: str, registry: str) -> Row:
        """Return the active row of a PID whose record the provider keeps.  Raises: Problem unknown-pid."""
        rows = await self._database.run(
            "addresses.with_lookup", tenant=tenant, pid_lookup=self._sealer.lookup(parse_pid(pid))
        )
        rows = [each for each in rows if registry in ("", each["registry"])]
        if not rows or rows[0]["state"] != "active" or rows[0]["custody"] != _SERVER:
            raise Problem("unknown-pid", pointer="/pid")
        return rows[0]


def _sizes(circuit: Any) -> dict[str, int]:
    """Return the lengths of a circuit's lists."""
    return {group.name: group.shape[0] for group in circuit.interface if group.shape}


def _opening(
    opened: OpenedAddress, tree: TreeFile, request: Mapping[str, Any], sizes: Mapping[str, int]
) -> HeldRecord:
    """Return the record with its place in a tree.  Raises: Problem unknown-pid if the leaf is revoked, circuit-unavailable."""
    credential, secret = opened.credential, opened.holder_secret
    assert secret is not None
    view = tree.view(credential.place)
    low = low_entry_of(view, credential.leaf(secret))
    if low is None:
        raise Problem("unknown-pid", pointer="/pid")
    for name, path in (("siblings", view.path), ("low_siblings", low.path)):
        if sizes.get(name, len(path.siblings)) != len(path.siblings):
            raise Problem("circuit-unavailable", "the circuit is for trees of another depth")
    return HeldRecord(credential, secret, view, low, request, sizes)
