"""The cache of verdicts in memory, and its choice; Redis is tested by tests/service/proving/test_check_13_redis.py."""

from __future__ import annotations

import asyncio
import sys

import pytest

from zkctl.errors import EnvironmentProblem
from zkctl.service.proving.cache import (
    MemoryCache,
    key_of_tenant,
    open_cache,
    verdict_key,
    vkey_key,
)
from zkctl.service.proving.settings import ServiceSettings


def test_verdicts_end_and_the_oldest_goes_first() -> None:
    async def run() -> None:
        now = [0.0]
        cache = MemoryCache(2, 300, lambda: now[0])
        await cache.put("a", True)
        await cache.put("b", False)
        assert (await cache.get("a"), await cache.get("b"), await cache.get("c")) == (
            True,
            False,
            None,
        )
        await cache.get("a")
        await cache.put("c", True)
        assert (await cache.get("a"), await cache.get("b")) == (True, None)
        now[0] = 300.0
        assert await cache.get("a") is None
        await cache.close()

    asyncio.run(run())


def test_keys_of_verdicts_differ_in_every_part() -> None:
    parts = ("v", "c", ["1", "23"], b"p")
    others = [
        ("w", "c", ["1", "23"], b"p"),
        ("v", "d", ["1", "23"], b"p"),
        ("v", "c", ["12", "3"], b"p"),
        ("v", "c", ["1", "23"], b"q"),
        ("vc", "", ["1", "23"], b"p"),
    ]
    keys = {verdict_key(*each) for each in (parts, *others)}
    assert len(keys) == 6
    assert all(key.startswith("zkp:1:v:") and len(key) == 72 for key in keys)


def test_verdicts_of_tenants_have_keys_of_their_own() -> None:
    names = [(key, tenant) for key in ("zkp:1:v:a", "zkp:1:v:b") for tenant in ("acme", "b", "")]
    keys = {key_of_tenant(*each) for each in names}
    assert len(keys) == 6
    assert all(key.startswith("zkp:1:v:") and len(key) == 72 for key in keys)


def test_verification_keys() -> None:
    async def run() -> None:
        cache = MemoryCache(1, 1)
        await cache.put_key(b"key")
        digest = vkey_key(b"key").removeprefix("zkp:1:k:")
        assert await cache.get_key(digest) == b"key"
        assert await cache.get_key("0" * 64) is None

    asyncio.run(run())


def test_the_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(open_cache(ServiceSettings(), b""), MemoryCache)
    monkeypatch.setitem(sys.modules, "redis.asyncio", None)
    message = "REDIS_URL is set, but the package redis is not installed"
    with pytest.raises(EnvironmentProblem, match=message) as caught:
        open_cache(ServiceSettings(redis_url="redis://x"), b"")
    assert caught.value.hint == 'pip install "zkctl[redis]"'
