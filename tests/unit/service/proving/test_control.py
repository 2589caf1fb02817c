"""The channel between parent and child, and the API process's view of the parent."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from zkctl.errors import EnvironmentProblem
from zkctl.service.proving import parent_link
from zkctl.service.proving.child import ParentGone, receive_start
from zkctl.service.proving.control import Channel
from zkctl.service.proving.parent_link import ParentLink


async def pair() -> tuple[Channel, Channel]:
    ours, theirs = socket.socketpair()
    return await Channel.over(ours), await Channel.over(theirs)


def test_messages_arrive_in_order_until_the_end() -> None:
    async def run() -> list[dict[str, Any]]:
        ours, theirs = await pair()
        ours.send("a", n=1)
        ours.send("b", text="ä\n")
        await ours.close()
        ours.send("c")  # to a closed channel: nothing happens
        found = [message async for message in theirs.messages()]
        await theirs.close()
        return found

    assert asyncio.run(run()) == [{"name": "a", "n": 1}, {"name": "b", "text": "ä\n"}]


def test_a_child_without_a_start_message() -> None:
    async def run() -> None:
        ours, theirs = await pair()
        await ours.close()
        with pytest.raises(ParentGone):
            await receive_start(theirs)
        await theirs.close()

    asyncio.run(run())


def test_the_merged_metrics_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parent_link, "ANSWER_S", 0.05)

    async def run() -> None:
        ours, theirs = await pair()
        link = ParentLink(ours)
        asking = asyncio.create_task(link.metrics_text())
        message = await anext(theirs.messages())
        assert message["name"] == "collect"
        link.take({"name": "collected", "id": message["id"] + 1, "text": "other"})
        link.take({"name": "collected", "id": message["id"], "text": "up 1"})
        assert await asking == "up 1"
        with pytest.raises(EnvironmentProblem, match="the parent process does not answer"):
            await link.metrics_text()
        workers = [{"name": "worker-1", "ready": True}, {"name": "worker-2", "ready": False}]
        link.take({"name": "status", "workers": workers, "others": [], "degraded": True})
        assert (link.n_ready, link.is_degraded) == (1, True)
        link.reload_workers()
        await ours.close()
        await theirs.close()

    asyncio.run(run())
