"""Work that equal requests of one process share while it runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class SharedWork(Generic[T]):
    """The tasks that run now, by what they do.  One that no request waits for any more goes on to its end."""

    def __init__(self) -> None:
        self._running: dict[Hashable, asyncio.Future[T]] = {}

    def is_running(self, name: Hashable) -> bool:
        """Return whether the next call of `result` with this name joins a task."""
        return name in self._running

    async def result(self, name: Hashable, begin: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Return or raise the result of the task with this name; `begin` makes the task if none runs."""
        running = self._running.get(name)
        if running is None:
            running = self._running[name] = asyncio.ensure_future(begin())
            running.add_done_callback(lambda done: self._end(name, done))
        return await asyncio.shield(running)

    def _end(self, name: Hashable, done: asyncio.Future[T]) -> None:
        del self._running[name]
        if not done.cancelled():
            done.exception()  # without this, asyncio logs one that no request has taken
