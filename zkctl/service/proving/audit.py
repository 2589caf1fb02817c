"""The audit log: work on keys, flags and addresses, and custodial proofs, by keyed ids."""

from __future__ import annotations

import hashlib
import hmac
from enum import StrEnum

from zkctl.runtime.records import record
from zkctl.service.proving.store.database import Database, DatabaseSession


class AuditAction(StrEnum):
    """The actions; the table holds the values."""

    CUSTODIAL_USE = "custodial-use"
    KEY_CREATED = "key-created"
    KEY_ROTATED = "key-rotated"
    KEY_REVOKED = "key-revoked"
    FLAG_CHANGED = "flag-changed"
    ADDRESS_ADDED = "address-added"
    ADDRESS_IMPORTED = "address-imported"
    ADDRESS_ERASED = "address-erased"
    ADDRESS_REWRAPPED = "address-rewrapped"
    LEAF_REVOKED = "leaf-revoked"
    ROOT_SIGNED = "root-signed"


# events of the service's log, by the actions of commands beside it
LOGGED = {
    AuditAction.KEY_CREATED: "key_created",
    AuditAction.KEY_ROTATED: "key_created",
    AuditAction.KEY_REVOKED: "key_revoked",
    AuditAction.ADDRESS_IMPORTED: "address_imported",
}
_MOST = 1000


@record
class AuditEntry:
    """One row; `at` in Unix seconds."""

    at: float
    tenant: str
    actor: str
    action: AuditAction
    object: str


class Audit:
    """The log.  Subjects are kept as `u_` and 16 digits of HMAC-SHA-256(pepper, subject), as in the service's log."""

    def __init__(self, database: Database, pepper: bytes) -> None:
        self._database = database
        self._pepper = pepper

    async def record(
        self,
        action: AuditAction,
        *,
        tenant: str,
        subject: str,
        about: str = "",
        session: DatabaseSession | None = None,
    ) -> None:
        """Add a row; `about` names the object: a key's id, an address's number, never a PID."""
        await (session or self._database).run(
            "audit.insert",
            tenant=tenant,
            actor=self.actor(subject),
            action=action.value,
            object=about,
        )

    def actor(self, subject: str) -> str:
        """Return the keyed id of a subject."""
        return "u_" + hmac.new(self._pepper, subject.encode(), hashlib.sha256).hexdigest()[:16]

    async def newest(self, most: int = 100) -> list[AuditEntry]:
        """Return the newest rows, the last one first."""
        rows = await self._database.run("audit.newest", most=most)
        return [AuditEntry(**{**row, "action": AuditAction(row["action"])}) for row in rows]


class AuditTail:
    """The rows since the first look, for the service's log: keys and addresses are changed by commands without a log."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen: int | None = None

    async def events(self) -> list[str]:
        """Return the events of the new rows; the first call returns none.  Raises: StoreUnavailable."""
        if self._seen is None:
            (row,) = await self._database.run("audit.last")
            self._seen = int(row["id"])
            return []
        rows = await self._database.run("audit.after", id=self._seen, most=_MOST)
        self._seen = int(rows[-1]["id"]) if rows else self._seen
        actions = (AuditAction(row["action"]) for row in rows)
        return [LOGGED[action] for action in actions if action in LOGGED]
