"""The beginning of every child process: its end of the channel, the start message, and the settings.

A child is started by the parent only.  It inherits one end of a socket pair, and ends when the parent's end closes.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

from zkctl.errors import ZkctlError
from zkctl.runtime.records import record
from zkctl.service.proving.control import Channel, Message
from zkctl.service.proving.logs import Log, UserIds
from zkctl.service.proving.process_limits import protect_memory
from zkctl.service.proving.secret_files import ServiceSecrets, load_secrets
from zkctl.service.proving.settings import ServiceSettings
from zkctl.service.proving.settings_sources import load_settings

EXIT_PARENT_GONE = 5


@record(repr=False)
class ChildStart:
    """The start message: the process's name, the settings and secrets, and the fields for this child only."""

    worker_id: str  # the name of this process in the database
    settings: ServiceSettings
    service_file: Path | None
    secrets: ServiceSecrets
    time_offset: float  # of an embedded database, the same in all processes
    fields: Message


class ParentGone(Exception):
    """The parent closed the channel: nothing manages this process any more."""


async def receive_start(channel: Channel) -> tuple[ChildStart, AsyncIterator[Message]]:
    """Return the start message and the messages after it.  Raises: ParentGone; as `load_settings`."""
    messages = channel.messages()
    first = await anext(messages, None)
    if first is None:
        raise ParentGone
    file = Path(first["service_file"]) if first["service_file"] else None
    settings = load_settings(first["options"], os.environ, file)
    secrets = load_secrets(settings)
    start = ChildStart(
        first["worker_id"], settings, file, secrets, float(first["time_offset"]), first
    )
    return start, messages


def log_of(start: ChildStart) -> Log:
    """Return the log of a child."""
    settings = start.settings
    return Log(
        start.fields["service"],
        user_ids=UserIds(settings.user_ids),
        pepper=start.secrets.pepper,
        least=settings.log_level,
    )


def run_child(
    main: Callable[[Channel, list[int]], Awaitable[int]],
    new_loop: Callable[[], asyncio.AbstractEventLoop] | None = None,
) -> None:
    """Run a child's coroutine over the channel; the words of the process are the numbers of its descriptors.

    The interpreter is not shut down: a proof may still run in a thread.
    """
    protect_memory()
    end, *descriptors = (int(word) for word in sys.argv[1:])

    async def begin() -> int:
        channel = await Channel.over(socket.socket(fileno=end))
        try:
            return await main(channel, descriptors)
        finally:
            await channel.close()

    try:
        with asyncio.Runner(loop_factory=new_loop) as runner:
            code = runner.run(begin())
    except ParentGone:
        code = EXIT_PARENT_GONE
    except ZkctlError as problem:
        print(f"error: {problem}", file=sys.stderr)  # noqa: T201  # before there is a log
        code = problem.exit_code
    except Exception as problem:  # our bug: its text may hold a value, its place does not
        place = traceback.extract_tb(problem.__traceback__)[-1]
        text = f"{type(problem).__name__} at {Path(place.filename).name}:{place.lineno}"
        print(f"error: internal error: {text}", file=sys.stderr)  # noqa: T201
        code = ZkctlError.exit_code
    sys.stderr.flush()
    os._exit(code)


async def send_each_second(send: Callable[[], Any]) -> None:
    """Call a function each second, for ever."""
    while True:
        send()
        await asyncio.sleep(1.0)
