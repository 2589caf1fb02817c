"""The operator's work on API keys beside a running service; each change is a row of the audit log."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from zkctl.runtime.records import record
from zkctl.service.proving.api_keys import ApiKey, ApiKeys, IssuedKey
from zkctl.service.proving.audit import Audit, AuditAction
from zkctl.service.proving.client_certificates import check_identity
from zkctl.service.proving.rate_classes import check_class
from zkctl.service.proving.secret_files import load_secret
from zkctl.service.proving.settings import ServiceSettings
from zkctl.service.proving.store.open import store_of

T = TypeVar("T")

_OPERATOR = "operator"


@record
class NewKey:
    """The rights of a key to be made; without `lifetime_s` it has no end."""

    tenant: str
    subject: str
    scopes: tuple[str, ...]
    rate_class: str = "standard"
    lifetime_s: float | None = None
    certificate: str = ""  # the identity that stands for the key


class KeyOperations:
    """The keys in the database of the settings.  All methods raise StoreUnavailable, and as `load_secret`."""

    def __init__(self, settings: ServiceSettings) -> None:
        self._settings = settings

    def create(self, new: NewKey) -> IssuedKey:
        """Make a key.  Raises: UsageError for a scope, a rate class, or the identity of a certificate."""
        check_class(new.rate_class, self._settings.rate_classes)
        if new.certificate:
            check_identity(new.certificate)

        async def work(keys: ApiKeys, audit: Audit) -> IssuedKey:
            issued = await keys.create(
                new.tenant,
                new.subject,
                new.scopes,
                rate_class=new.rate_class,
                lifetime_s=new.lifetime_s,
                certificate=new.certificate,
            )
            await _note(audit, AuditAction.KEY_CREATED, issued.key)
            return issued

        return self._run(work)

    def all(self) -> list[ApiKey]:
        """Return all keys in the order of their creation."""
        return self._run(lambda keys, _: keys.all())

    def rotate(self, key_id: str, overlap_s: float | None = None) -> IssuedKey:
        """Replace a key, which ends after the overlap, by default that of the settings.  Raises: CheckFailed."""
        overlap = self._settings.key_overlap_s if overlap_s is None else overlap_s

        async def work(keys: ApiKeys, audit: Audit) -> IssuedKey:
            issued = await keys.rotate(key_id, overlap)
            await _note(audit, AuditAction.KEY_ROTATED, issued.key)
            return issued

        return self._run(work)

    def revoke(self, key_id: str) -> ApiKey:
        """Revoke a key.  Raises: CheckFailed."""

        async def work(keys: ApiKeys, audit: Audit) -> ApiKey:
            key = await keys.revoke(key_id)
            await _note(audit, AuditAction.KEY_REVOKED, key)
            return key

        return self._run(work)

    def _run(self, work: Callable[[ApiKeys, Audit], Awaitable[T]]) -> T:
        settings = self._settings
        pepper = load_secret(settings, "pepper_file")

        async def run() -> T:
            async with store_of(settings, connections=1) as store:
                keys = ApiKeys(store.database, pepper, environment=settings.environment)
                return await work(keys, Audit(store.database, pepper))

        return asyncio.run(run())


async def _note(audit: Audit, action: AuditAction, key: ApiKey) -> None:
    await audit.record(action, tenant=key.tenant, subject=_OPERATOR, about=key.id)
