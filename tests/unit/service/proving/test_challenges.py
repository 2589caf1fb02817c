"""Nonces of the service, on both databases."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.stores import execute
from zkctl.address.requests import context_value
from zkctl.service.proving.challenges import Challenges
from zkctl.service.proving.jobs import Retention
from zkctl.service.proving.store.queue import JobQueue

pytestmark = pytest.mark.anyio


async def test_a_challenge_is_used_once(store: JobQueue) -> None:
    challenges = Challenges(store.database)
    issued = await challenges.issue("acme", "did:example:shop", None, 60)
    assert issued.context == context_value("did:example:shop", issued.nonce, issued.expiry)
    assert issued.expiry == pytest.approx(await store.database.now() + 60, abs=5)
    uses = await asyncio.gather(*[challenges.use(issued.nonce, "acme") for _ in range(5)])
    assert sorted(uses) == ["ok", "used", "used", "used", "used"]


async def test_an_expired_or_foreign_challenge_is_not_used(store: JobQueue) -> None:
    challenges = Challenges(store.database)
    old = await challenges.issue("acme", "v", "scope", -1)
    assert await challenges.use(old.nonce, "acme") == "expired"
    issued = await challenges.issue("acme", "v", None, 60)
    assert await challenges.use(issued.nonce, "other") == "unknown"
    assert await challenges.use(1, "acme") == "unknown"
    assert await challenges.use(issued.nonce, "acme") == "ok"


async def test_the_reaper_deletes_old_challenges(store: JobQueue, database_url: str) -> None:
    challenges = Challenges(store.database)
    await challenges.issue("acme", "v", None, -10)
    kept = await challenges.issue("acme", "v", None, 60)
    await store.reap(Retention(challenges_s=5))
    assert execute(database_url, "SELECT count(*) FROM challenges") == [(1,)]
    assert await challenges.use(kept.nonce, "acme") == "ok"
