"""The nullifiers that proofs have used: each once for its kind and scope, whichever circuit proves it."""

from __future__ import annotations

from zkctl.service.proving.store.database import Database, Session

_N_BYTES = 32


class Nullifiers:
    """The used nullifiers.  The circuit is no part of the key (address-protocol.md, 2.9)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def consume(
        self,
        kind: str,
        scope: int,
        nullifier: int,
        *,
        circuit_id: str,
        tenant: str,
        session: Session | None = None,
    ) -> bool:
        """Use a nullifier and return whether this is its first use; of concurrent calls one returns True."""
        rows = await (session or self._database).run(
            "nullifiers.consume",
            **_key(kind, scope, nullifier),
            circuit_id=circuit_id,
            tenant=tenant,
        )
        return bool(rows)

    async def is_used(self, kind: str, scope: int, nullifier: int) -> bool:
        """Return whether a nullifier was used."""
        return bool(await self._database.run("nullifiers.get", **_key(kind, scope, nullifier)))


def _key(kind: str, scope: int, nullifier: int) -> dict[str, str | bytes]:
    return {
        "kind": kind,
        "scope": scope.to_bytes(_N_BYTES, "big"),
        "nullifier": nullifier.to_bytes(_N_BYTES, "big"),
    }
