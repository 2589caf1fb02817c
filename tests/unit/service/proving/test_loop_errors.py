"""Errors of an event loop in the log; a process without descriptors is in tests/chaos/test_slow_clients.py."""

from __future__ import annotations

import asyncio
import errno
import io
import json

import pytest

from zkctl.service.proving.logs import Log
from zkctl.service.proving.loop_errors import PAUSE_S, log_loop_errors

pytestmark = pytest.mark.anyio
PRIVATE = "a-private-value"


async def reasons(*problems: Exception | None, pause_s: float = 0.0) -> list[str]:
    """The reasons that are logged for errors of the loop, so many seconds apart."""
    stream, times = io.StringIO(), [0.0]
    log_loop_errors(Log(stream=stream), now=lambda: times[0])
    for problem in problems:
        context = {"message": PRIVATE} | ({"exception": problem} if problem else {})
        asyncio.get_running_loop().call_exception_handler(context)
        times[0] += pause_s
    assert PRIVATE not in stream.getvalue()
    return [json.loads(line)["reason"] for line in stream.getvalue().splitlines()]


async def test_an_error_is_named_by_its_number_or_class() -> None:
    found = await reasons(
        OSError(errno.EMFILE, PRIVATE), ValueError(PRIVATE), OSError(PRIVATE), None
    )
    assert found == ["EMFILE", "ValueError", "OSError", "asyncio"]


async def test_a_flood_of_one_reason_is_one_line() -> None:
    flood = [OSError(errno.EMFILE, PRIVATE)] * 1000
    assert await reasons(*flood, ValueError(PRIVATE), *flood) == ["EMFILE", "ValueError"]
    assert await reasons(*flood[:3], pause_s=PAUSE_S) == ["EMFILE"] * 3


async def test_a_task_that_fails_unseen_is_reported() -> None:
    stream = io.StringIO()
    log_loop_errors(Log(stream=stream))

    async def fail() -> None:
        raise RuntimeError(PRIVATE)

    task = asyncio.get_running_loop().create_task(fail())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del task
    assert json.loads(stream.getvalue())["reason"] == "RuntimeError"
