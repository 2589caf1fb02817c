"""What a coordinator may be told: how patient it is, and how much it takes."""

from __future__ import annotations

from dataclasses import dataclass, field

from zkctl.errors import UsageError

MAX_SECONDS = 366 * 24 * 3600


@dataclass(frozen=True)
class CoordinatorSettings:
    """Times in seconds, sizes in bytes.

    A slot is lost after `lease` seconds without a word from its holder, and after `slot` seconds in any
    case.  Whoever loses one goes to the back of the queue and waits `penalty` seconds, twice as long
    after every further fault.
    """

    lease: float = 60.0
    slot: float = 3600.0
    penalty: float = 300.0
    patience: float = 600.0  # after such a silence somebody who waits is forgotten
    queue: int = 500
    chunk: int = 4 << 20
    json_bytes: int = 16 << 10
    body_seconds: float = 60.0
    challenge_seconds: float = 120.0
    challenges: int = 2000
    requests_per_second: float = 20.0  # of one address
    burst: int = 200
    joins_per_minute: float = 10.0  # of one address
    connections: int = 500
    participants: frozenset[str] = field(default_factory=frozenset)  # public keys; empty: everybody

    def __post_init__(self) -> None:
        """Raise UsageError for times that are none."""
        for name in ("lease", "slot", "penalty"):
            seconds = getattr(self, name)
            if not 0 <= seconds <= MAX_SECONDS:  # also not-a-number
                raise UsageError(
                    f"the {name} has {seconds} seconds, at most {MAX_SECONDS} are possible"
                )


MAX_PENALTY_DOUBLINGS = 10
EXTRA_BYTES = 4096  # how much longer than its parent a key may be: one record with its name
