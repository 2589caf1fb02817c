"""The states of an API process, as probes and routes see them."""

from __future__ import annotations

import asyncio
from enum import StrEnum


class LifecycleState(StrEnum):
    """A process loads, serves, drains (answers, but is not ready) and stops."""

    LOADING = "loading"
    READY = "ready"
    DRAINING = "draining"
    STOPPING = "stopping"


_NEXT = {
    LifecycleState.LOADING: {
        LifecycleState.READY,
        LifecycleState.DRAINING,
        LifecycleState.STOPPING,
    },
    LifecycleState.READY: {LifecycleState.DRAINING, LifecycleState.STOPPING},
    LifecycleState.DRAINING: {LifecycleState.STOPPING},
    LifecycleState.STOPPING: set(),
}


class Lifecycle:
    """The state of this process; it goes forward only."""

    def __init__(self) -> None:
        self.state = LifecycleState.LOADING
        self._stopping = asyncio.Event()

    def advance(self, state: LifecycleState) -> None:
        """Go to a later state; an earlier or equal one changes nothing."""
        if state in _NEXT[self.state]:
            self.state = state
        if self.state is LifecycleState.STOPPING:
            self._stopping.set()

    @property
    def is_stopping(self) -> bool:
        """True if new requests are not welcome any more."""
        return self.state in (LifecycleState.DRAINING, LifecycleState.STOPPING)

    async def stopping(self) -> None:
        """Wait until the process ends open requests: synchronous waits answer 202 then."""
        await self._stopping.wait()
