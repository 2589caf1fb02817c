"""Limits of connections, before there is a request: their number for an address, their times, and the length of a head.

uvicorn counts connections, but not for each address.  `protocol.py` applies the other limits.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from zkctl.runtime.records import record

IDLE_S = 1.0  # after an answer; a client may send its next request just before


@record
class ConnectionLimits:
    """Numbers of connections, and times in seconds.

    `per_address` is 0 where all connections come from one proxy.  `total` limits the connections of
    clients without a place in the queue, and separately those of clients that have one.  Beyond it,
    `surplus` connections get an answer that refuses their first request, and others none.
    """

    total: int = 500
    surplus: int = 0
    per_address: int = 32
    head_seconds: float = 10.0  # for a request's head, and for a body that no handler reads
    send_seconds: float = 30.0  # to take 48 KiB of an answer
    head_bytes: int = 16 << 10  # of a request's head; also of trailers and chunk extensions


@dataclass(eq=False)
class OpenConnection:
    """One counted connection; `end` closes it for the sake of a new one, `room` is the one that it takes."""

    connections: Connections
    address: str
    room: str
    end: Callable[[], None]

    @property
    def is_surplus(self) -> bool:
        """True if its only request is to be refused."""
        return self.room == _SURPLUS

    def rest(self) -> None:
        """Note that the connection is idle from now on."""
        self.connections.idle[self] = self.connections.now()

    def wake(self) -> None:
        """Note that it is not idle any more."""
        self.connections.idle.pop(self, None)

    def forget(self) -> None:
        """Count the connection no more; a second call changes nothing."""
        self.wake()
        self.connections.remove(self)


_KNOWN, _OTHERS, _SURPLUS = "known", "others", "surplus"


@dataclass
class Connections:
    """The open connections by address.

    Clients with a place in the queue have their own room, and the holder of the slot is never
    refused for the sake of others: `is_holder` and `is_known` recognise them by their address.
    Where a room is full, the connection that is idle for the longest time makes way.
    """

    limits: ConnectionLimits
    is_holder: Callable[[str], bool] = lambda _address: False
    is_known: Callable[[str], bool] = lambda _address: False
    on_full: Callable[[], None] = lambda: None  # a client was refused because of others
    now: Callable[[], float] = time.monotonic
    idle: dict[OpenConnection, float] = field(default_factory=dict)  # since when, oldest first
    _open: set[OpenConnection] = field(default_factory=set)
    _by_address: Counter[str] = field(default_factory=Counter)
    _by_room: Counter[str] = field(default_factory=Counter)

    def open(self, address: str, end: Callable[[], None]) -> OpenConnection | None:
        """Count a connection; returns None if it is to be ended without an answer."""
        limits = self.limits
        if limits.per_address and self._by_address[address] >= limits.per_address:
            return None
        room = _KNOWN if self.is_known(address) else _OTHERS
        is_full = self._by_room[room] >= limits.total and not self.is_holder(address)
        if is_full and not self._end_idle(room):
            self.on_full()
            if self._by_room[_SURPLUS] >= limits.surplus:
                return None
            room = _SURPLUS
        made = OpenConnection(self, address, room, end)
        self._open.add(made)
        self._by_address[address] += 1
        self._by_room[room] += 1
        return made

    def remove(self, connection: OpenConnection) -> None:
        """Count a connection no more."""
        if connection not in self._open:
            return
        self._open.discard(connection)
        self._by_address[connection.address] -= 1
        if not self._by_address[connection.address]:
            del self._by_address[connection.address]
        self._by_room[connection.room] -= 1

    def _end_idle(self, room: str) -> bool:
        """End the connection of a room that is idle for the longest time, if there is one."""
        found = next((each for each in self.idle if each.room == room), None)
        if found is None or self.now() - self.idle[found] < IDLE_S:
            return False
        found.forget()
        found.end()
        return True

    def __len__(self) -> int:
        return len(self._open)
