"""The database's time in this process: the local clock with an offset that is measured again each few seconds."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from zkctl.service.proving.problems import Problem
from zkctl.service.proving.settings import ServiceSettings

REFRESH_S = 5.0


class DatabaseTime:
    """The offset of the local clock; `ask` returns the database's time in seconds since 1970."""

    def __init__(
        self,
        ask: Callable[[], Awaitable[float]],
        settings: ServiceSettings,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ask, self._settings = ask, settings
        self._clock, self._monotonic = clock, monotonic
        self._base, self._measured = 0.0, float("-inf")

    async def now(self) -> float:
        """Return the database's time, from memory for some seconds.

        Raises: Problem clock if this machine differs too much, database-unavailable if it was not measured for `roots_grace_s`.
        """
        if self._monotonic() - self._measured > REFRESH_S:
            await self._measure()
        found = self._base + self._monotonic() - self._measured
        if abs(found - self._clock()) > self._settings.max_clock_skew_s:
            raise Problem("clock")
        return found

    async def _measure(self) -> None:
        try:
            found = await self._ask()
        except Exception:
            if self._monotonic() - self._measured > self._settings.roots_grace_s:
                raise Problem("database-unavailable") from None
            return
        self._base, self._measured = found, self._monotonic()
