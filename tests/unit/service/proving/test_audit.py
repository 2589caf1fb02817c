"""The audit log, on both databases."""

from __future__ import annotations

import pytest

from tests.support.stores import execute
from zkctl.service.proving.audit import Audit, AuditAction, AuditTail
from zkctl.service.proving.jobs import Retention
from zkctl.service.proving.logs import EVENTS
from zkctl.service.proving.store.queue import JobQueue

pytestmark = pytest.mark.anyio


async def test_rows_name_the_subject_by_a_keyed_id(store: JobQueue, database_url: str) -> None:
    audit = Audit(store.database, b"p" * 32)
    await audit.record(AuditAction.KEY_CREATED, tenant="acme", subject="did:secret", about="k1")
    await audit.record(AuditAction.CUSTODIAL_USE, tenant="acme", subject="did:secret")
    newest, first = await audit.newest()
    assert (newest.action, first.action) == ("custodial-use", "key-created")
    assert (first.tenant, first.object) == ("acme", "k1")
    assert first.actor == newest.actor == audit.actor("did:secret")
    assert first.actor != Audit(store.database, b"q" * 32).actor("did:secret")
    assert "did:secret" not in repr(execute(database_url, "SELECT * FROM audit_log"))


async def test_a_row_leaves_with_its_transaction_and_its_age(store: JobQueue) -> None:
    audit = Audit(store.database, b"p" * 32)
    with pytest.raises(ZeroDivisionError):
        async with store.database.transaction() as session:
            await audit.record(
                AuditAction.FLAG_CHANGED, tenant="acme", subject="s", session=session
            )
            raise ZeroDivisionError
    assert await audit.newest() == []
    await audit.record(AuditAction.FLAG_CHANGED, tenant="acme", subject="s")
    await store.reap(Retention(audit_s=3600))
    assert len(await audit.newest()) == 1
    await store.reap(Retention(audit_s=-3600))
    assert await audit.newest() == []


async def test_events_of_the_rows_since_the_first_look(store: JobQueue) -> None:
    audit, tail = Audit(store.database, b"p" * 32), AuditTail(store.database)
    await audit.record(AuditAction.KEY_CREATED, tenant="acme", subject="s")
    assert await tail.events() == []
    assert await tail.events() == []
    for action in AuditAction:
        await audit.record(action, tenant="acme", subject="s")
    events = await tail.events()
    assert sorted(events) == ["address_imported", "key_created", "key_created", "key_revoked"]
    assert set(events) <= set(EVENTS)
    assert await tail.events() == []
