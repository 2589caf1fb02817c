"""The limits of requests: their rate for an address, and size and time of a body."""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address

from starlette.requests import ClientDisconnect, Request

from zkctl.errors import InputError, LimitError, UsageError
from zkctl.runtime.printable import printable
from zkctl.service.http.errors import HttpRefusal

_MAX_ADDRESSES = 10_000
SILENCE_SECONDS, SLOWEST_BYTES_PER_SECOND = 15.0, 1024
MAX_CONCURRENT_REQUESTS = (
    4  # a client that repeats a request may leave the first ones hanging for a while
)
JSON, OCTETS = "application/json", "application/octet-stream"


@dataclass
class Bucket:
    """The remaining allowance, and the time of its last change."""

    tokens: float
    since: float


class Rates:
    """An allowance per address that fills up again."""

    def __init__(self, per_second: float, burst: float, now: Callable[[], float]) -> None:
        self._per_second, self._burst, self._now = per_second, burst, now
        self._buckets: dict[str, Bucket] = {}

    def check(self, address: str, n: int = 1) -> None:
        """Take n from the allowance.  Raises: HttpRefusal with 429 if less is left."""
        now, address = self._now(), network(address)
        if len(self._buckets) >= _MAX_ADDRESSES and address not in self._buckets:
            self._forget(now)
        bucket = self._buckets.setdefault(address, Bucket(self._burst, now))
        earned = (now - bucket.since) * self._per_second
        bucket.tokens, bucket.since = min(self._burst, bucket.tokens + earned), now
        if bucket.tokens < n:
            wait = math.ceil((n - bucket.tokens) / self._per_second)
            raise HttpRefusal(
                429, LimitError("too many requests", hint=f"wait {wait} seconds"), wait
            )
        bucket.tokens -= n

    def _forget(self, now: float) -> None:
        """Forget addresses whose allowance is full again; under a flood of addresses all of them."""
        full = self._burst / self._per_second
        self._buckets = {a: b for a, b in self._buckets.items() if now - b.since < full}
        if len(self._buckets) >= _MAX_ADDRESSES:
            self._buckets.clear()


@lru_cache(_MAX_ADDRESSES)
def network(address: str) -> str:
    """Return the key of limits: an IPv4 address, or the /64 of an IPv6 address (one client has all of it)."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if found.version == 4:
        return address
    return str(found.ipv4_mapped or ip_address(int(found) >> 64 << 64))


class ConcurrentRequests:
    """The requests of one participant that are handled at the same time."""

    def __init__(self) -> None:
        self._in_hand: Counter[int] = Counter()

    @contextmanager
    def one_more(self, participant: int) -> Iterator[None]:
        """Yield one more, while the block runs.  Raises: Refused with 429 if there are too many."""
        if self._in_hand[participant] >= MAX_CONCURRENT_REQUESTS:
            raise HttpRefusal(429, LimitError("too many pieces at the same time"), 1)
        self._in_hand[participant] += 1
        try:
            yield
        finally:
            self._in_hand[participant] -= 1
            self._in_hand += Counter()  # forget the zeros


async def read_body(request: Request, content_type: str, limit: int, seconds: float) -> bytes:
    """Return the body, if it is of this type, not longer than the limit, and arrives in time.

    Raises: Refused with 415, 413, 408.
    """
    found = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if found != content_type or "content-encoding" in request.headers:
        shown = printable(found, 60)
        raise HttpRefusal(
            415, UsageError(f"expected a body of type {content_type}, found {shown!r}")
        )
    return await receive_body(request, limit, seconds)


async def receive_body(request: Request, limit: int, seconds: float) -> bytes:
    """Return a body of any type.  Raises: HttpRefusal with 413 if it is longer than the limit, 408 if it is slow."""
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced[:20]) > limit:
        raise HttpRefusal(413, LimitError(f"the body is longer than {limit} bytes"))
    try:
        return await _read(request, limit, seconds)
    except TimeoutError:
        raise HttpRefusal(
            408, LimitError(f"the body took longer than {seconds:.0f} seconds")
        ) from None
    except ClientDisconnect:
        raise HttpRefusal(400, InputError("the connection ended within the body")) from None


async def _read(request: Request, limit: int, seconds: float) -> bytes:
    body, loop = bytearray(), asyncio.get_running_loop()
    begun = loop.time()
    end = begun + seconds
    async with asyncio.timeout_at(min(end, begun + SILENCE_SECONDS)) as timer:
        async for chunk in request.stream():
            if not chunk:  # the end
                continue
            now = loop.time()
            elapsed = now - begun
            if elapsed > SILENCE_SECONDS and len(body) < SLOWEST_BYTES_PER_SECOND * elapsed:
                raise HttpRefusal(408, LimitError("the body arrives too slowly"))
            if len(body) + len(chunk) > limit:
                raise HttpRefusal(413, LimitError(f"the body is longer than {limit} bytes"))
            body += chunk
            timer.reschedule(min(end, now + SILENCE_SECONDS))
    return bytes(body)
