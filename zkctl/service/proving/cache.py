"""The cache of verdicts: an LRU in memory, or Redis for many machines.

Only the verdict of the equation is cached.  A key is a digest of verifying key, circuit, public signals and proof; a value is the
verdict with an HMAC, so that a poisoned Redis is recomputed, never believed.  A cache that fails costs time, never an answer.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from zkctl.errors import EnvironmentProblem
from zkctl.service.proving.settings import ServiceSettings

_VERDICTS, _KEYS = "zkp:1:v:", "zkp:1:k:"
_DAY_S = 86_400
_FAULT = object()  # the answer of a Redis that does not answer


def verdict_key(vkey_digest: str, circuit_id: str, public: Sequence[str], proof: bytes) -> str:
    """Return the key of a verdict: each part is hashed with its length, so that no two statements share a key."""
    hasher = hashlib.sha256(b"zkctl verdict 1")
    for part in (vkey_digest.encode(), circuit_id.encode(), ",".join(public).encode(), proof):
        hasher.update(len(part).to_bytes(8, "big") + part)
    return _VERDICTS + hasher.hexdigest()


def key_of_tenant(key: str, tenant: str) -> str:
    """Return the key of a tenant's verdict: `cached` must not show one tenant what another has verified."""
    hasher = hashlib.sha256(b"zkctl verdict of a tenant 1")
    for part in (key.encode(), tenant.encode()):
        hasher.update(len(part).to_bytes(8, "big") + part)
    return _VERDICTS + hasher.hexdigest()


def vkey_key(raw: bytes) -> str:
    """Return the key of a verification key."""
    return _KEYS + hashlib.sha256(raw).hexdigest()


class VerdictCache(Protocol):
    """A cache of verdicts; it never raises."""

    @property
    def is_up(self) -> bool:
        """True if the cache is used now."""

    async def get(self, key: str) -> bool | None:
        """Return a verdict, None if it is not known."""

    async def put(self, key: str, valid: bool) -> None:
        """Keep a verdict."""

    async def put_key(self, raw: bytes) -> None:
        """Keep a verification key for machines that lack its file."""

    async def get_key(self, digest: str) -> bytes | None:
        """Return the verification key of a SHA-256 in hexadecimal, checked, or None."""

    async def close(self) -> None:
        """Close the connections."""


class MemoryCache:
    """The verdicts of one process, the least recently used one forgotten first; `now` is a clock in seconds."""

    is_up = True

    def __init__(
        self, n_entries: int, ttl_s: float, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._n_entries, self._ttl_s, self._now = n_entries, ttl_s, now
        self._found: OrderedDict[str, tuple[bool, float]] = OrderedDict()
        self._vkeys: dict[str, bytes] = {}

    async def get(self, key: str) -> bool | None:
        """Return a verdict, None if it is not known or too old."""
        entry = self._found.get(key)
        if entry is None:
            return None
        valid, until = entry
        if self._now() >= until:
            del self._found[key]
            return None
        self._found.move_to_end(key)
        return valid

    async def put(self, key: str, valid: bool) -> None:
        """Keep a verdict."""
        self._found[key] = (valid, self._now() + self._ttl_s)
        self._found.move_to_end(key)
        while len(self._found) > self._n_entries:
            self._found.popitem(last=False)

    async def put_key(self, raw: bytes) -> None:
        """Keep a verification key."""
        self._vkeys[vkey_key(raw)] = raw

    async def get_key(self, digest: str) -> bytes | None:
        """Return a verification key."""
        return self._vkeys.get(_KEYS + digest)

    async def close(self) -> None:
        """Close nothing: there is no connection."""


class RedisCache:
    """Verdicts in Redis.

    An answer may take `cache_timeout_ms`; after `cache_max_errors` faults in a row Redis is not asked for `cache_pause_s`.
    """

    def __init__(
        self,
        client: Any,
        key: bytes,
        settings: ServiceSettings,
        *,
        metrics: Any = None,
        log: Any = None,
    ) -> None:
        self._client, self._key, self._settings = client, key, settings
        self._metrics, self._log = metrics, log
        self._n_errors, self._off_until = 0, 0.0

    @property
    def is_up(self) -> bool:
        """True if Redis is asked."""
        return time.monotonic() >= self._off_until

    async def get(self, key: str) -> bool | None:
        """Return a verdict whose HMAC is right."""
        raw = await self._ask(lambda: self._client.get(key))
        if raw is _FAULT:
            return None
        if raw is None:
            self._count("miss")
            return None
        valid: bool = raw[:1] == b"\x01"
        if not hmac.compare_digest(raw, self._value(key, valid=valid)):
            self._count("error")  # poisoned, or of yesterday
            return None
        self._count("hit")
        return valid

    async def put(self, key: str, valid: bool) -> None:
        """Keep a verdict for `cache_ttl_s`."""
        value, ttl = self._value(key, valid=valid), self._settings.cache_ttl_s
        await self._ask(lambda: self._client.set(key, value, ex=ttl))

    async def put_key(self, raw: bytes) -> None:
        """Keep a verification key without end."""
        await self._ask(lambda: self._client.set(vkey_key(raw), raw))

    async def get_key(self, digest: str) -> bytes | None:
        """Return a verification key whose digest is right."""
        raw = await self._ask(lambda: self._client.get(_KEYS + digest))
        return raw if isinstance(raw, bytes) and vkey_key(raw) == _KEYS + digest else None

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def _value(self, key: str, *, valid: bool) -> bytes:
        """Return the verdict with its HMAC, which also covers the day: an old value is worth nothing."""
        verdict, day = bytes([valid]), int(time.time()) // _DAY_S
        message = f"{key}|{int(valid)}|{day}".encode()
        return verdict + hmac.digest(self._key, message, "sha256")

    async def _ask(self, request: Callable[[], Any]) -> Any:
        """Return an answer of Redis, _FAULT for every fault."""
        if not self.is_up:
            self._count("off")
            return _FAULT
        try:
            async with asyncio.timeout(self._settings.cache_timeout_ms / 1000):
                answer = await request()
        except Exception:  # of the network, of the server, or a value of another type
            self._note_error()
            return _FAULT
        self._n_errors = 0
        if self._metrics is not None:
            self._metrics.set_cache(True)
        return answer

    def _note_error(self) -> None:
        self._count("error")
        self._n_errors += 1
        if self._n_errors >= self._settings.cache_max_errors:
            self._n_errors = 0
            self._off_until = time.monotonic() + self._settings.cache_pause_s
            if self._metrics is not None:
                self._metrics.set_cache(False)
            if self._log is not None:
                self._log.event("cache_off", level="warning")

    def _count(self, result: str) -> None:
        if self._metrics is not None:
            self._metrics.cache_request(result)


def open_cache(
    settings: ServiceSettings, key: bytes, *, metrics: Any = None, log: Any = None
) -> MemoryCache | RedisCache:
    """Return the cache of the settings.  Raises: EnvironmentProblem without the extra `redis`."""
    if not settings.redis_url:
        return MemoryCache(settings.cache_entries, settings.cache_ttl_s)
    try:
        from redis.asyncio import Redis
    except ImportError:
        raise EnvironmentProblem(
            "REDIS_URL is set, but the package redis is not installed",
            hint='pip install "zkctl[redis]"',
        ) from None
    seconds = settings.cache_timeout_ms / 1000
    client = Redis.from_url(
        settings.redis_url, socket_timeout=seconds, socket_connect_timeout=seconds, retry=None
    )
    return RedisCache(client, key, settings, metrics=metrics, log=log)
