"""The API process: the HTTP applications over one `Service`, and the repeated tasks of a service."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import uvloop

from zkctl.errors import ZkctlError
from zkctl.service.http.connections import ConnectionLimits, Connections
from zkctl.service.proving.api_parts import ApiParts, open_parts
from zkctl.service.proving.app import admin_application, application
from zkctl.service.proving.child import (
    ParentGone,
    log_of,
    receive_start,
    run_child,
    send_each_second,
)
from zkctl.service.proving.control import Channel, Message
from zkctl.service.proving.lifecycle import LifecycleState
from zkctl.service.proving.listeners import HttpListener
from zkctl.service.proving.loop_errors import log_loop_errors
from zkctl.service.proving.overload import OverloadReport
from zkctl.service.proving.protocol import ApiLoad, problem_protocol_of
from zkctl.service.proving.settings import ServiceSettings
from zkctl.service.proving.tls import TlsListener

LAST_ANSWER_S = 0.2  # for the answers 202 to waiting requests when the process stops


def run() -> None:
    """Run the API process until the parent stops it."""
    for number in (signal.SIGINT, signal.SIGTERM):  # the parent decides when it ends
        signal.signal(number, signal.SIG_IGN)
    run_child(_main, uvloop.new_event_loop)


async def _main(channel: Channel, descriptors: list[int]) -> int:
    start, messages = await receive_start(channel)
    log_loop_errors(log_of(start))
    tls = TlsListener.of(start.settings)
    async with open_parts(start, channel) as parts:
        app = application(parts.service)
        load = ApiLoad(
            parts.service.admission,
            OverloadReport(parts.service.metrics, parts.service.log, app.direct),
        )
        api = HttpListener(
            app,
            socket.socket(fileno=descriptors[0]),
            _protocol(start.settings, load),
            start.settings,
            None if tls is None else tls.context,
        )
        admin = HttpListener(
            admin_application(parts.service),
            socket.socket(fileno=descriptors[1]),
            _protocol(start.settings),
            start.settings,
        )
        return await _serve(parts, channel, messages, [api, admin], tls)


def _protocol(settings: ServiceSettings, load: ApiLoad | None = None) -> type[Any]:
    limits = ConnectionLimits(
        total=settings.max_connections,
        surplus=settings.max_connections // 2,
        per_address=0,
        head_seconds=settings.body_timeout_s,
        head_bytes=settings.max_head_bytes,
    )
    return problem_protocol_of(Connections(limits), load)


async def _serve(
    parts: ApiParts,
    channel: Channel,
    messages: AsyncIterator[Message],
    listeners: list[HttpListener],
    tls: TlsListener | None,
) -> int:
    serving = [asyncio.create_task(each.serve()) for each in listeners]
    for each in listeners:
        await each.started()
    channel.send("ready")
    following = asyncio.create_task(_follow(parts, messages))
    loading = asyncio.create_task(parts.load())

    def report() -> None:
        channel.send("metrics", delta=parts.service.metrics.drain())

    endless = [*parts.repeated(), send_each_second(report)]
    if tls is not None:
        endless.append(tls.watch(parts.note_fault))
    tasks = [asyncio.create_task(each) for each in endless]
    pending = {following, *tasks}
    while not following.done():  # until the parent stops this process, or is gone
        done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()  # a task that failed is our bug: a new process begins
    parts.service.lifecycle.advance(LifecycleState.STOPPING)
    await asyncio.sleep(LAST_ANSWER_S)
    for each in listeners:
        each.stop()
    await asyncio.gather(*serving)
    for task in [loading, *tasks]:
        task.cancel()
    report()
    channel.send("leaving", reason="")
    return 0


async def _follow(parts: ApiParts, messages: AsyncIterator[Message]) -> None:
    """Follow the parent's messages until it stops this process.  Raises: ParentGone."""
    async for message in messages:
        name = message["name"]
        if name == "drain":
            parts.service.lifecycle.advance(LifecycleState.DRAINING)
        elif name == "stop":
            return
        elif name == "reload":
            await parts.reload()
        elif name == "broken":
            parts.take_broken(message["circuits"])
        elif name == "sealing":
            parts.take_sealing(message)
        elif name == "dead-workers":
            for worker in message["workers"]:
                with suppress(ZkctlError):  # the leases end by themselves
                    await parts.service.store.abandon(worker)
        else:
            parts.service.parent.take(message)
    raise ParentGone
