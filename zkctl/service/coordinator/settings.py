"""The settings of a coordinator: timeouts, sizes and rates."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from zkctl.errors import UsageError
from zkctl.service.http.connections import ConnectionLimits

MAX_SECONDS = 366 * 24 * 3600


@dataclass(frozen=True)
class CoordinatorSettings:
    """Times in seconds, sizes in bytes.

    A slot is lost after `lease` seconds without a word from its holder, and after `slot` seconds in any
    case; before that if the upload has not begun after `contribute` seconds and the time to fetch the
    newest key at `slowest_line` bytes a second, or if it stands still for `progress` seconds.  A
    contributor who loses one, or leaves it without contributing, goes to the back of the queue and waits `penalty`
    seconds, twice as long after every further fault; after `max_faults` the key is refused.
    """

    lease: float = 60.0
    slot: float = 3600.0
    penalty: float = 300.0
    contribute: float = 900.0
    progress: float = 120.0
    slowest_line: int = 100_000
    max_faults: int = 8
    patience: float = 600.0  # after such a silence a waiting contributor is removed
    queue: int = 500
    places: int = (
        10  # of the queue, for an IPv4 /24 or IPv6 /64; for a /16 or /48 five times as many
    )
    chunk: int = 4 << 20
    json_bytes: int = 16 << 10
    body_seconds: float = 60.0
    challenge_seconds: float = 120.0
    challenges: int = 2000
    requests_per_second: float = 20.0  # of one address
    burst: int = 200
    joins_per_minute: float = 10.0  # of one address
    connection_limits: ConnectionLimits = field(default_factory=ConnectionLimits)
    addresses: frozenset[str] = field(default_factory=frozenset)  # as contributors write them
    participants: Path | None = None  # a list of public keys; by default that of the rules

    def __post_init__(self) -> None:
        """Raise UsageError for a negative or too large duration."""
        for name in ("lease", "slot", "penalty", "contribute", "progress"):
            seconds = getattr(self, name)
            if not 0 <= seconds <= MAX_SECONDS:  # also not-a-number
                raise UsageError(f"the {name} is {seconds} seconds, expected 0 to {MAX_SECONDS}")


WIDE_PLACES = 5
PROGRESS_BYTES = 64 << 10  # fewer new bytes are no progress of an upload
MAX_PENALTY_DOUBLINGS = 10
EXTRA_BYTES = 4096  # the largest growth of a key over its parent: one record with its name
