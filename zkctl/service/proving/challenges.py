"""The nonces that the service issues to verifiers; each is used once."""

from __future__ import annotations

import math
from enum import StrEnum

from zkctl.address.requests import context_value, new_secret
from zkctl.runtime.records import record
from zkctl.service.proving.store.database import Database, Session

_N_BYTES = 32


@record
class Challenge:
    """A nonce with its end in Unix seconds, and the context of both."""

    nonce: int
    expiry: int
    context: int


class ChallengeUse(StrEnum):
    """The answer to the use of a nonce."""

    OK = "ok"
    UNKNOWN = "unknown"  # not issued to this tenant
    USED = "used"
    EXPIRED = "expired"


class Challenges:
    """The issued nonces."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def issue(
        self, tenant: str, verifier_id: str, scope: str | None, ttl_s: float
    ) -> Challenge:
        """Issue a nonce until the database's time and `ttl_s`.  Raises: InputError for the verifier's name."""
        nonce = new_secret()
        expiry = math.floor(await self._database.now() + ttl_s)
        challenge = Challenge(nonce, expiry, context_value(verifier_id, nonce, expiry))
        await self._database.run(
            "challenges.insert",
            nonce=_encode(nonce),
            tenant=tenant,
            verifier_id=verifier_id,
            scope=scope,
            expires_at=expiry,
        )
        return challenge

    async def use(self, nonce: int, tenant: str, session: Session | None = None) -> ChallengeUse:
        """Use a nonce; of concurrent calls one returns OK."""
        where = session or self._database
        values = {"nonce": _encode(nonce), "tenant": tenant}
        if await where.run("challenges.use", **values):
            return ChallengeUse.OK
        rows = await where.run("challenges.get", **values)
        if not rows:
            return ChallengeUse.UNKNOWN
        return ChallengeUse.EXPIRED if rows[0]["used_at"] is None else ChallengeUse.USED


def _encode(nonce: int) -> bytes:
    return nonce.to_bytes(_N_BYTES, "big")
