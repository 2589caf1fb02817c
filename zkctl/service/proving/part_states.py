"""The states of the parts of an API process, as /health reports them."""

from __future__ import annotations

import time

from zkctl.service.proving.circuits import Registry
from zkctl.service.proving.database_time import DatabaseTime
from zkctl.service.proving.health import Circuits, Database, Parts
from zkctl.service.proving.lifecycle import Lifecycle
from zkctl.service.proving.parent_link import ParentLink
from zkctl.service.proving.problems import Problem
from zkctl.service.proving.store.queue import JobQueue

KEPT_S = 0.5  # an answer of the database serves so long: /health needs no key


class PartStates:
    """The parts of one process; `parent` is None where no proofs are made."""

    def __init__(
        self,
        registry: Registry,
        store: JobQueue,
        lifecycle: Lifecycle,
        database_time: DatabaseTime,
        parent: ParentLink | None,
    ) -> None:
        self._registry, self._store, self._lifecycle = registry, store, lifecycle
        self._time, self._parent = database_time, parent
        self._database, self._asked = Database.DISCONNECTED, float("-inf")

    async def parts(self) -> Parts:
        """Return the states now."""
        parent = self._parent
        return Parts(
            circuits=Circuits(self._registry.state),
            database=await self._state_of_database(),
            n_ready=None if parent is None else parent.n_ready,
            is_flapping=parent is not None and parent.is_degraded,
            is_clock_wrong=await self._is_clock_wrong(),
            is_stopping=self._lifecycle.is_stopping,
        )

    async def _state_of_database(self) -> Database:
        if time.monotonic() - self._asked > KEPT_S:
            self._database = Database(await self._store.database.health())
            self._asked = time.monotonic()
        return self._database

    async def _is_clock_wrong(self) -> bool:
        try:
            await self._time.now()
        except Problem as problem:
            return problem.slug == "clock"
        return False
