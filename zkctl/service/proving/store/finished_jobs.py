"""The waiters of one process: one subscription and one query for all."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from zkctl.service.proving.store.database import FINISHED, Database, StoreUnavailable

_LOOK_S = 1.0  # a look at the table replaces a lost notice


class FinishedJobs:
    """The jobs that requests wait for."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: dict[str, set[asyncio.Future[None]]] = {}
        self._watcher: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def expect(self, job_id: str) -> AsyncIterator[asyncio.Future[None]]:
        """Yield a future that is done when the job is finished; look at the job after this."""
        finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(job_id, set()).add(finished)
        if self._watcher is None or self._watcher.done():
            self._watcher = asyncio.create_task(self._watch())
        try:
            yield finished
        finally:
            self._waiting[job_id].discard(finished)
            if not self._waiting[job_id]:
                del self._waiting[job_id]

    async def close(self) -> None:
        """End the subscription."""
        if self._watcher is not None:
            self._watcher.cancel()
            with suppress(asyncio.CancelledError):
                await self._watcher

    async def _watch(self) -> None:
        async with self._database.subscribe(FINISHED) as notices:
            while self._waiting:
                notice = await notices.next(_LOOK_S)
                if notice is not None and notice[1]:
                    self._report(notice[1])
                else:
                    with suppress(StoreUnavailable):
                        await self._look()

    async def _look(self) -> None:
        ids = list(self._waiting)
        is_list = self._database.kind == "postgresql"
        rows = await self._database.run("jobs.finished", ids=ids if is_list else json.dumps(ids))
        for row in rows:
            self._report(row["id"])

    def _report(self, job_id: str) -> None:
        for future in self._waiting.get(job_id, ()):
            if not future.done():
                future.set_result(None)
