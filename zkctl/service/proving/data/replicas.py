"""Read replicas: which of them is close enough to the primary to be read.

The lag of a replica is the age of the newest position of the primary's log that it has replayed, so no two clocks are compared.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress

from zkctl.service.proving.store.database import Database, StoreUnavailable

MEASURE_S = 1.0
_KEPT_S = 60.0  # of positions; a larger lag is infinite


class Replicas:
    """The replicas of a primary, which are measured each second."""

    def __init__(
        self,
        primary: Database,
        replicas: Sequence[Database],
        *,
        max_lag_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.primary = primary
        self._replicas, self._max_lag_s, self._clock = list(replicas), max_lag_s, clock
        self._lags = [float("inf")] * len(self._replicas)
        self._positions: deque[tuple[float, int]] = deque()
        self._turn = 0
        self._measured_at = float("-inf")

    def lags(self) -> list[float]:
        """Return the lag of each replica in seconds; infinite if it is not known."""
        return list(self._lags)

    def choose(self) -> Database | None:
        """Return a replica to read, None if the primary must be: no replica is close, or notices do not arrive."""
        is_recent = self._clock() - self._measured_at < 3 * MEASURE_S
        if not is_recent or not self.primary.is_listening:
            return None
        close = [k for k, lag in enumerate(self._lags) if lag < self._max_lag_s]
        if not close:
            return None
        self._turn += 1
        return self._replicas[close[self._turn % len(close)]]

    async def measure(self) -> None:
        """Measure all replicas; called each MEASURE_S."""
        asked_at = self._clock()
        with suppress(StoreUnavailable):
            (row,) = await self.primary.run("replicas.primary")
            self._positions.append((asked_at, int(row["position"])))
        while self._positions and asked_at - self._positions[0][0] > _KEPT_S:
            self._positions.popleft()
        positions = await asyncio.gather(*map(_position, self._replicas))
        self._lags = [self._lag(position) for position in positions]
        self._measured_at = asked_at

    def _lag(self, position: int | None) -> float:
        if position is None:
            return float("inf")
        replayed = [at for at, known in self._positions if known <= position]
        return self._clock() - max(replayed) if replayed else float("inf")

    async def close(self) -> None:
        """Close the replicas, not the primary."""
        for each in self._replicas:
            await each.close()


async def _position(replica: Database) -> int | None:
    """Return the position that a replica has replayed; None if it does not answer, or is no replica."""
    try:
        rows = await replica.run("replicas.replica")
    except StoreUnavailable:
        return None
    return int(rows[0]["position"]) if rows and rows[0]["position"] is not None else None
