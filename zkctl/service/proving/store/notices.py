"""The delivery of notices inside one process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

_MAX_PENDING = 1000


class Notices:
    """The subscribers of a process; `on_first` runs when there is one."""

    def __init__(self, on_first: Callable[[], None] = lambda: None) -> None:
        self._subscribers: set[QueueOfNotices] = set()
        self._on_first = on_first

    def __bool__(self) -> bool:
        """Return whether there are subscribers."""
        return bool(self._subscribers)

    @asynccontextmanager
    async def subscribe(self, *channels: str) -> AsyncIterator[QueueOfNotices]:
        """Yield a subscription to these channels."""
        subscription = QueueOfNotices(channels)
        self._subscribers.add(subscription)
        try:
            self._on_first()
            yield subscription
        finally:
            self._subscribers.discard(subscription)

    def deliver(self, channel: str, text: str) -> None:
        """Deliver a notice."""
        for subscription in tuple(self._subscribers):
            if channel in subscription.channels:
                subscription.put(channel, text)

    def deliver_doubt(self) -> None:
        """Make each subscriber look at its tables: notices may have been lost."""
        for subscription in tuple(self._subscribers):
            for channel in subscription.channels:
                subscription.put(channel, "")


class QueueOfNotices:
    """One subscription; if its reader is slow, the notices become one doubt for each channel."""

    def __init__(self, channels: tuple[str, ...]) -> None:
        self.channels = channels
        self._pending: dict[tuple[str, str], None] = {}  # in order, each once
        self._arrived = asyncio.Event()

    def put(self, channel: str, text: str) -> None:
        """Add a notice."""
        if len(self._pending) >= _MAX_PENDING:
            self._pending = {(each, ""): None for each in self.channels}
        self._pending[channel, text] = None
        self._arrived.set()

    async def next(self, timeout_s: float) -> tuple[str, str] | None:
        """Return the next notice, None after the time."""
        if not self._pending:
            self._arrived.clear()
            try:
                async with asyncio.timeout(timeout_s):
                    await self._arrived.wait()
            except TimeoutError:
                return None
        first = next(iter(self._pending))
        del self._pending[first]
        return first
