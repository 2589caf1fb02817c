"""The API process's view of its parent: merged metrics, the states of the workers, and orders for them."""

from __future__ import annotations

import asyncio
from typing import Any

from zkctl.errors import EnvironmentProblem
from zkctl.service.proving.control import Channel, Message

ANSWER_S = 2.0


class ParentLink:
    """The channel to the parent."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._waiting: dict[int, asyncio.Future[str]] = {}
        self._n_asked = 0
        self.workers: list[dict[str, Any]] = []  # name, pid, ready, busy, born
        self.others: list[dict[str, Any]] = []  # parent and API process: name, pid, born
        self.is_degraded = False  # workers die again and again

    @property
    def n_ready(self) -> int:
        """Number of workers that are ready."""
        return sum(bool(worker["ready"]) for worker in self.workers)

    async def metrics_text(self) -> str:
        """Return the merged metrics of all processes.  Raises: EnvironmentProblem if the parent does not answer."""
        self._n_asked += 1
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting[self._n_asked] = answer
        self._channel.send("collect", id=self._n_asked)
        try:
            async with asyncio.timeout(ANSWER_S):
                return await answer
        except TimeoutError:
            raise EnvironmentProblem("the parent process does not answer") from None
        finally:
            self._waiting = {k: each for k, each in self._waiting.items() if each is not answer}

    def reload_workers(self) -> None:
        """Ask for new workers, which open the circuits again; each one ends after its job."""
        self._channel.send("reload")

    def take(self, message: Message) -> None:
        """Take a message of the parent about metrics or workers."""
        if message["name"] == "status":
            self.workers, self.others = message["workers"], message["others"]
            self.is_degraded = message["degraded"]
        elif message["name"] == "collected":
            waiting = self._waiting.get(message["id"])
            if waiting is not None and not waiting.done():
                waiting.set_result(message["text"])
