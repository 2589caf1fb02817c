"""Turns: transactions of a process that run one after the other, while they make progress."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from zkctl.service.proving.store.database import StoreUnavailable

LONGEST_WAIT_S = 10.0


class Turns:
    """Turns in order of arrival.  A request waits no longer than `idle_s` after the last progress of the others, and 10 s in all."""

    def __init__(self, idle_s: float, longest_s: float = LONGEST_WAIT_S) -> None:
        self._idle_s, self._longest_s = idle_s, longest_s
        self._lock = asyncio.Lock()
        self._waiting: dict[asyncio.Timeout, float] = {}  # with the latest end

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Hold the turn in the block.  Raises: StoreUnavailable."""
        try:
            async with asyncio.timeout(self._idle_s) as limit:
                self._waiting[limit] = asyncio.get_running_loop().time() + self._longest_s
                try:
                    await self._lock.acquire()
                finally:
                    del self._waiting[limit]
        except TimeoutError:
            raise StoreUnavailable("the database does not answer: no turn in time") from None
        try:
            yield
        finally:
            self._lock.release()

    def note_progress(self) -> None:
        """Let the others wait again: the database answers."""
        until = asyncio.get_running_loop().time() + self._idle_s
        for limit, latest in self._waiting.items():
            if not limit.expired():
                limit.reschedule(min(until, latest))
