"""Errors that nothing handles in an event loop: one line of the log with the class, in place of asyncio's text, which may hold values.

Without descriptors asyncio reports each connection of its backlog that it cannot take, thousands in a second.
"""

from __future__ import annotations

import asyncio
import errno
import time
from collections.abc import Callable
from typing import Any

from zkctl.service.proving.logs import Log

PAUSE_S = 10.0  # between two lines of one reason


def log_loop_errors(log: Log, now: Callable[[], float] = time.monotonic) -> None:
    """Report the errors of the running loop to a log."""
    reported: dict[str, float] = {}

    def report(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        reason = _reason(context.get("exception"))
        if now() - reported.get(reason, float("-inf")) >= PAUSE_S:
            reported[reason] = now()
            log.event("request_failed", level="error", reason=reason)

    asyncio.get_running_loop().set_exception_handler(report)


def _reason(problem: BaseException | None) -> str:
    """Return the name of an error: that of the system's number, or the class."""
    if problem is None:
        return "asyncio"
    number = problem.errno if isinstance(problem, OSError) else None
    return errno.errorcode.get(number or 0, type(problem).__name__)
