"""The audit log: work on keys, flags and addresses, and custodial proofs, by keyed ids."""

from __future__ import annotations

import hashlib
import hmac
from enum import StrEnum

from zkctl.runtime.records import record
from zkctl.service.proving.store.database import Database, Session


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
    LEAF_REVOKED = "leaf-revoked"
    ROOT_SIGNED = "root-signed"
    BACKUP_RESTORED = "backup-restored"


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
        session: Session | None = None,
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
