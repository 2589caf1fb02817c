"""A TCP proxy on 127.0.0.1 that fails as it is told: before a database, a cache or a service.

A fault is in force for all connections, open and new, until the next one is set.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

_PIECE = 1 << 16


class Fault(StrEnum):
    """The ways to fail."""

    NONE = "none"
    LATENCY = "latency"  # each piece is passed on `seconds` later
    RESET = "reset"  # connections end with RST at the next byte, new ones at once
    BLACK_HOLE = "black-hole"  # bytes are taken and kept; nothing comes back
    HALF_CLOSE = "half-close"  # the server's side ends with FIN, the client's side stays open
    REFUSE = "refuse"  # new connections are ended at once, open ones go on


@dataclass
class FaultProxy:
    """The running proxy.  `log`: seconds since its start and the fault set then."""

    target: tuple[str, int]
    port: int = 0
    fault: Fault = Fault.NONE
    seconds: float = 0.0
    n_accepted: int = 0
    log: list[tuple[float, Fault]] = field(default_factory=list)
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _open: list[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = field(default_factory=list)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _started: float = field(default_factory=time.monotonic)

    def set(self, fault: Fault, seconds: float = 0.0) -> None:
        """Put a fault in force; connections that it ends are ended before this returns."""
        self.log.append((time.monotonic() - self._started, fault))
        self._run(self._set(fault, seconds))

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _set(self, fault: Fault, seconds: float) -> None:
        self.fault, self.seconds = fault, seconds
        if fault is Fault.RESET:
            for client, server in self._open:
                _reset(client)
                _reset(server)
        if fault is Fault.HALF_CLOSE:
            for client, _ in self._open:
                with suppress(OSError, RuntimeError):
                    client.write_eof()
        self._changed.set()
        self._changed = asyncio.Event()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.n_accepted += 1
        if self.fault in (Fault.RESET, Fault.REFUSE):
            _reset(writer)
            return
        try:
            back, forth = await asyncio.open_connection(*self.target)
        except OSError:
            _reset(writer)
            return
        pair = (writer, forth)
        self._open.append(pair)
        if self.fault is Fault.HALF_CLOSE:
            writer.write_eof()
        try:
            await asyncio.gather(self._pass(reader, forth), self._pass(back, writer))
        finally:
            self._open.remove(pair)
            for end in pair:
                end.close()

    async def _pass(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        """Pass bytes on until an end comes; in a black hole they wait for the next fault to be set."""
        with suppress(OSError, RuntimeError):
            while piece := await source.read(_PIECE):
                if self.fault is Fault.LATENCY:
                    await asyncio.sleep(self.seconds)
                while self.fault is Fault.BLACK_HOLE:
                    await self._changed.wait()
                target.write(piece)
                await target.drain()
            target.write_eof()


def _reset(writer: asyncio.StreamWriter) -> None:
    """End a connection with RST: SO_LINGER of no seconds."""
    connection = writer.get_extra_info("socket")
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@contextmanager
def fault_proxy(port: int, host: str = "127.0.0.1") -> Iterator[FaultProxy]:
    """A proxy to a port of a server."""
    proxy = FaultProxy((host, port))
    asyncio_thread = threading.Thread(target=proxy._loop.run_forever, daemon=True)
    asyncio_thread.start()
    servers: list[asyncio.Server] = []

    async def start() -> None:
        servers.append(await asyncio.start_server(proxy._accept, "127.0.0.1", 0))
        proxy.port = servers[0].sockets[0].getsockname()[1]

    async def stop() -> None:
        servers[0].close()
        await proxy._set(Fault.RESET, 0.0)
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    proxy._run(start())
    try:
        yield proxy
    finally:
        proxy._run(stop())
        proxy._loop.call_soon_threadsafe(proxy._loop.stop)
        asyncio_thread.join(10)
        proxy._loop.close()
