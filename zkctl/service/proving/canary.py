"""The canary: a stored proof of each circuit is verified every minute, under the key that this process uses.

A verifier that was deployed with the key of another setup refuses every honest proof, with no error anywhere; its canary fails.
The newest stored proof is remembered, so that a service that makes none for an hour keeps its canary.
"""

from __future__ import annotations

import asyncio
from typing import Any

from zkctl.service.proving.circuits import CircuitState, ServedCircuit
from zkctl.service.proving.problems import Problem
from zkctl.service.proving.service import Service
from zkctl.service.proving.statement import read_statements
from zkctl.service.proving.store.database import StoreUnavailable
from zkctl.service.proving.store.statements import json_value

CANARY_S = 60.0  # between two rounds


class Canary:
    """The stored proofs of a service, by circuit id."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._proofs: dict[str, dict[str, Any]] = {}

    async def run(self) -> None:
        """Verify again and again."""
        while True:
            await self.look()
            await asyncio.sleep(CANARY_S)

    async def look(self) -> None:
        """Verify the newest stored proof of each circuit and set its metric; a circuit without a proof has none."""
        for circuit in self._service.registry:
            await self._find(circuit)
            found = self._proofs.get(circuit.id)
            if found is None or circuit.state is CircuitState.UNAVAILABLE:
                continue
            holds = await asyncio.to_thread(self._verifies, circuit, found)
            self._service.metrics.set_canary(circuit.id, holds)
            if not holds:
                self._service.log.event("canary_failed", level="error", circuit_id=circuit.id)

    async def _find(self, circuit: ServedCircuit) -> None:
        database = self._service.store.database
        try:
            rows = await database.run("canary.newest", circuit_id=circuit.id)
        except StoreUnavailable:
            return  # the one in memory counts
        if rows:
            self._proofs[circuit.id] = {
                "proof": json_value(rows[0]["proof"]),
                "publicSignals": json_value(rows[0]["public_signals"]),
            }

    def _verifies(self, circuit: ServedCircuit, item: dict[str, Any]) -> bool:
        try:
            (statement,) = read_statements(self._service.registry, circuit.id, [item], ["$"])
        except Problem:
            return False  # the circuit has another number of signals, or another proof system
        key, proof = statement.key, statement.proof
        return proof is not None and key.system.verify(key.vkey, statement.signals, proof)
