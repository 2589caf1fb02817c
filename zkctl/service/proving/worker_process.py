"""The process of a worker: its circuits open, then jobs until the parent stops it or it should be replaced."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from zkctl.errors import ZkctlError
from zkctl.runtime.settings import using
from zkctl.service.proving.child import (
    ChildStart,
    ParentGone,
    log_of,
    receive_start,
    run_child,
    send_each_second,
)
from zkctl.service.proving.circuits import CircuitState, Registry
from zkctl.service.proving.control import Channel, Message
from zkctl.service.proving.logs import Log
from zkctl.service.proving.loop_errors import log_loop_errors
from zkctl.service.proving.metrics import Metrics
from zkctl.service.proving.process_limits import limit_memory
from zkctl.service.proving.prover import CircuitProver
from zkctl.service.proving.recycling import RecycleLimits, Recycling
from zkctl.service.proving.sealed import SealingPrivateKeys
from zkctl.service.proving.settings import ServiceSettings
from zkctl.service.proving.store.capacity import WORKER_CONNECTIONS
from zkctl.service.proving.store.open import store_of
from zkctl.service.proving.store.queue import JobQueue
from zkctl.service.proving.worker import Reports, Worker

EXIT_NO_CIRCUIT = 4


def run() -> None:
    """Run a worker until the parent stops it or it should be replaced."""
    for number in (signal.SIGINT, signal.SIGTERM):  # the parent decides when a worker ends
        signal.signal(number, signal.SIG_IGN)
    run_child(_main)


async def _main(channel: Channel, _descriptors: list[int]) -> int:
    start, messages = await receive_start(channel)
    settings, metrics, log = start.settings, Metrics(), log_of(start)
    log_loop_errors(log)
    limit_memory(settings.worker_memory_mb)
    one_of_several = 1 if settings.workers > 1 else None
    with using(threads=settings.prover_threads or one_of_several):
        provers, broken = await asyncio.to_thread(_open_circuits, start, metrics, log)
        channel.send("metrics", delta=metrics.drain())
        if broken:
            channel.send("broken", circuits=broken)
        if not provers:
            return EXIT_NO_CIRCUIT
        store = store_of(settings, WORKER_CONNECTIONS, start.time_offset)
        async with _closed(store):
            private = SealingPrivateKeys(_private_keys(start.fields))
            reports = Reports(
                began=lambda circuit: channel.send("began", circuit=circuit),
                ended=lambda: channel.send("ended"),
            )
            recycling = Recycling(_recycle_limits(settings))
            worker = Worker(
                start.worker_id, settings, store, provers, private, metrics, log, recycling, reports
            )
            channel.send("ready", circuits=list(provers))
            log.event("worker_started")
            return await _work(worker, channel, messages)


@asynccontextmanager
async def _closed(store: JobQueue) -> AsyncIterator[None]:
    """Close the store at the end of the block; a database that is gone does not matter then."""
    try:
        yield
    finally:
        with suppress(ZkctlError):
            await store.close()


def _open_circuits(
    start: ChildStart, metrics: Metrics, log: Log
) -> tuple[dict[str, CircuitProver], list[str]]:
    """Open every circuit that this service proves, and return the ids of those that failed: only their jobs are refused."""
    registry = Registry.load(start.settings, start.service_file)
    names = [circuit.id for circuit in registry]
    metrics.set_circuits(names)
    log.set_circuits(names)
    opened: dict[str, CircuitProver] = {}
    broken: list[str] = []
    table_bytes = start.settings.table_mb << 20
    for circuit in registry:
        if circuit.state in (CircuitState.UNAVAILABLE, CircuitState.RETIRED):
            continue
        try:
            opened[circuit.id] = CircuitProver.open(circuit, table_bytes=table_bytes)
        except ZkctlError as problem:
            kind = type(problem).__name__
            log.event("circuit_unavailable", level="error", circuit_id=circuit.id, reason=kind)
            broken.append(circuit.id)
            continue
        seconds = opened[circuit.id].seconds
        metrics.circuit_loaded(circuit.id, seconds)
        log.event("circuit_loaded", circuit_id=circuit.id, duration_ms=1000 * seconds)
    return opened, broken


async def _work(worker: Worker, channel: Channel, messages: AsyncIterator[Message]) -> int:
    """Work until the end; the parent's messages arrive beside it."""

    def report() -> None:
        channel.send("metrics", delta=worker.metrics.drain())

    working = asyncio.create_task(worker.run())
    reporting = asyncio.create_task(send_each_second(report))
    following = asyncio.create_task(_follow(worker, messages))
    try:
        await asyncio.wait([working, following], return_when=asyncio.FIRST_COMPLETED)
        if not working.done():  # the grace is over, or the parent is gone
            with suppress(ZkctlError):
                await worker.release()
            following.result()
            return 0
        channel.send("leaving", reason=working.result())
        return 0
    finally:
        reporting.cancel()
        report()


async def _follow(worker: Worker, messages: AsyncIterator[Message]) -> None:
    """Follow the parent's messages; return when the time to stop is over.  Raises: ParentGone."""
    async for message in messages:
        if message["name"] == "sealing":
            worker.private = SealingPrivateKeys(_private_keys(message))
        elif message["name"] == "reload":
            worker.is_outdated = True
        elif message["name"] == "stop":
            worker.stopping.set()
            await asyncio.sleep(message["grace_s"])
            return
    raise ParentGone


def _private_keys(message: Message) -> list[bytes]:
    return [bytes.fromhex(each) for each in message["private_keys"]]


def _recycle_limits(settings: ServiceSettings) -> RecycleLimits:
    return RecycleLimits(settings.recycle_jobs, settings.recycle_rss_mb, settings.recycle_age_s)
