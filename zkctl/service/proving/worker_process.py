"""The process of a worker."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import suppress

from zkctl.errors import ZkctlError
from zkctl.runtime.settings import using
from zkctl.service.proving.child import (
    ChildStart,
    ParentGone,
    receive_start,
    run_child,
    send_each_second,
)
from zkctl.service.proving.circuits import CircuitState, Registry
from zkctl.service.proving.control import Channel, Message
from zkctl.service.proving.logs import Log, UserIds
from zkctl.service.proving.metrics import Metrics
from zkctl.service.proving.process_limits import limit_memory
from zkctl.service.proving.prover import CircuitProver
from zkctl.service.proving.recycling import RecycleLimits, Recycling
from zkctl.service.proving.sealed import SealingPrivateKeys
from zkctl.service.proving.settings import ServiceSettings
from zkctl.service.proving.store import open_store
from zkctl.service.proving.worker import Reports, Worker


def run() -> None:
    """Run a worker until the parent stops it or it should be replaced."""
    for number in (signal.SIGINT, signal.SIGTERM):  # the parent decides when a worker ends
        signal.signal(number, signal.SIG_IGN)
    run_child(_main)


async def _main(channel: Channel, _descriptors: list[int]) -> int:
    start, messages = await receive_start(channel)
    settings = start.settings
    limit_memory(settings.worker_memory_mb)
    metrics = Metrics()
    log = Log(user_ids=UserIds(settings.user_ids), pepper=bytes.fromhex(start.fields["log_key"]))
    threads = settings.prover_threads or (1 if settings.workers > 1 else None)
    with using(threads=threads):
        provers = await asyncio.to_thread(_open_circuits, start, metrics, log)
        if not provers:
            return 4
        store = await open_store(settings.database_url, pool_size=2)
        worker = _worker(start, channel, provers, metrics, log)(store)
        channel.send("ready", circuits=list(provers))
        log.event("worker_started")
        following = asyncio.create_task(_follow(messages, worker))
        reporting = asyncio.create_task(
            send_each_second(lambda: channel.send("metrics", delta=metrics.drain()))
        )
        reason = await _work(worker, following)
        reporting.cancel()
        channel.send("metrics", delta=metrics.drain())
        channel.send("leaving", reason=reason)
        with suppress(ZkctlError):
            await store.close()
    return 0
