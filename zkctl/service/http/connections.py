"""Limits of connections, before there is a request: their number for an address, and their times.

uvicorn counts connections, but not for each address, and waits without end for a request's head.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from zkctl.runtime.records import record
from zkctl.service.http.limits import network


@record
class ConnectionLimits:
    """Numbers of connections, and times in seconds.

    `per_address` is 0 where all connections come from one proxy.  `total` limits the connections of
    clients without a place in the queue, and separately those of clients that have one.
    """

    total: int = 500
    per_address: int = 32
    head_seconds: float = 10.0  # for a request's head, and for a body that no handler reads
    send_seconds: float = 30.0  # to take 48 KiB of an answer


@dataclass
class Connections:
    """The open connections by address.

    Clients with a place in the queue have their own room, and the holder of the slot is never
    refused for the sake of others: `is_holder` and `is_known` recognise them by their address.
    """

    limits: ConnectionLimits
    is_holder: Callable[[str], bool] = lambda _address: False
    is_known: Callable[[str], bool] = lambda _address: False
    on_full: Callable[[], None] = lambda: None  # a client was refused because of others
    _by_address: Counter[str] = field(default_factory=Counter)
    _by_room: Counter[bool] = field(default_factory=Counter)

    def open(self, address: str) -> Callable[[], None] | None:
        """Count a connection; returns what ends the count, or None if it is refused."""
        limits = self.limits
        if limits.per_address and self._by_address[address] >= limits.per_address:
            return None
        known = self.is_known(address)
        if self._by_room[known] >= limits.total and not self.is_holder(address):
            self.on_full()
            return None
        self._by_address[address] += 1
        self._by_room[known] += 1

        def close() -> None:
            self._by_address[address] -= 1
            if not self._by_address[address]:
                del self._by_address[address]
            self._by_room[known] -= 1

        return close

    def __len__(self) -> int:
        return self._by_room.total()


class LimitedProtocol(H11Protocol):
    """One connection, with these limits; subclasses name the connections that it counts among."""

    open_connections: Connections

    def connection_made(self, transport: Any) -> None:
        """Count the connection, or end it at once."""
        super().connection_made(transport)
        self._timers: dict[str, asyncio.TimerHandle] = {}
        peer = transport.get_extra_info("peername")
        self._uncount = self.open_connections.open(network(str(peer[0])) if peer else "")
        if self._uncount is None:
            transport.abort()
        else:
            self._start("head", self.open_connections.limits.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        for name in list(self._timers):
            self._stop(name)
        if self._uncount is not None:
            self._uncount()
            self._uncount = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes of a connection that is counted; the time for a head runs from its first byte."""
        if self._uncount is None or self.transport.is_closing():
            return
        super().data_received(data)
        self._watch_head()

    def on_response_complete(self) -> None:
        """Go on to the next request, or to the rest of a body that nothing reads any more."""
        super().on_response_complete()
        self._watch_head()

    def _watch_head(self) -> None:
        """Run the timer while the client owes us bytes that no handler waits for."""
        handled = self.cycle is not None and not self.cycle.response_complete
        idle = self.conn.their_state is h11.IDLE and not self.conn.trailing_data[0]
        if handled or idle:
            self._stop("head")
        elif "head" not in self._timers:
            self._start("head", self.open_connections.limits.head_seconds)

    def pause_writing(self) -> None:
        """Expect the client to take what is written within a time."""
        super().pause_writing()
        self._start("send", self.open_connections.limits.send_seconds)

    def resume_writing(self) -> None:
        """Note that the client has taken it."""
        self._stop("send")
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Answer a malformed request; end the connection where an answer has begun already.

        The handler of the request, if one runs, learns that the client is gone: it must not answer.
        """
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            super().send_400_response(msg)
        else:
            self.transport.close()

    def _start(self, name: str, seconds: float) -> None:
        self._stop(name)
        self._timers[name] = self.loop.call_later(seconds, self.transport.abort)

    def _stop(self, name: str) -> None:
        if name in self._timers:
            self._timers.pop(name).cancel()


def protocol_of(connections: Connections) -> type[LimitedProtocol]:
    """Return the protocol of one server."""
    return type("CountedProtocol", (LimitedProtocol,), {"open_connections": connections})
