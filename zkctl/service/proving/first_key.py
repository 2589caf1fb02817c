"""The key that the first start on loopback makes and shows once."""

from __future__ import annotations

from zkctl.service.proving.api_keys import SCOPES, ApiKeys
from zkctl.service.proving.audit import Audit, AuditAction
from zkctl.service.proving.settings import ServiceSettings
from zkctl.service.proving.store.open import store_of

TENANT, SUBJECT = "local", "local"


async def first_key(settings: ServiceSettings, pepper: bytes) -> str:
    """Return the text of a new key with every scope if there is no key yet, else nothing.  Raises: StoreUnavailable."""
    store = store_of(settings, 1)
    try:
        keys = ApiKeys(store.database, pepper, environment=settings.environment)
        if await keys.all():
            return ""
        issued = await keys.create(TENANT, SUBJECT, SCOPES)
        audit = Audit(store.database, pepper)
        await audit.record(
            AuditAction.KEY_CREATED, tenant=TENANT, subject=SUBJECT, about=issued.key.id
        )
        return issued.text
    finally:
        await store.close()
