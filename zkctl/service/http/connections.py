"""Limits of connections, before there is a request: their number for an address, their times, and the length of a head.

uvicorn counts connections, but not for each address.  `protocol.py` applies the other limits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from zkctl.runtime.records import record


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
    head_bytes: int = 16 << 10  # of a request's head; also of trailers and chunk extensions


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
