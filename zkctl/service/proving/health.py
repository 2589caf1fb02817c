"""The answers of /health, /health/live and /health/ready, as functions of the states of the parts.

`GET /health` has three members in a fixed order (specification 2) and no others.
"""

from __future__ import annotations

from enum import StrEnum

from zkctl.runtime.records import record


class Circuits(StrEnum):
    """The state of the circuits: all opened, some unavailable, none opened yet."""

    LOADED = "loaded"
    PARTIAL = "partial"
    LOADING = "loading"


class Database(StrEnum):
    """The state of the database."""

    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    READ_ONLY = "read-only"


@record
class Parts:
    """The states of the parts of one service.

    `n_ready` is the number of workers that are ready, None where no proofs are made.  `is_flapping`: workers died five
    times within a minute.  `is_clock_wrong`: the clock differs from the database's by more than 30 seconds.
    """

    circuits: Circuits = Circuits.LOADING
    database: Database = Database.DISCONNECTED
    n_ready: int | None = None
    is_flapping: bool = False
    is_clock_wrong: bool = False
    is_stopping: bool = False


def health(parts: Parts) -> tuple[int, dict[str, str]]:
    """Return status code and body of `GET /health`: 503 if unhealthy, else 200."""
    status = _status(parts)
    code = 503 if status == "unhealthy" else 200
    return code, {"status": status, "circuits": parts.circuits, "database": parts.database}


def _status(parts: Parts) -> str:
    if parts.database is not Database.CONNECTED or parts.circuits is Circuits.LOADING:
        return "unhealthy"
    is_degraded = (
        parts.circuits is Circuits.PARTIAL
        or parts.n_ready == 0
        or parts.is_flapping
        or parts.is_clock_wrong
    )
    return "degraded" if is_degraded else "healthy"


def readiness(parts: Parts) -> tuple[int, dict[str, object]]:
    """Return status code and body of `GET /health/ready`: the failed parts by name."""
    failed = [
        name
        for name, is_failed in {
            "stopping": parts.is_stopping,
            "circuits": parts.circuits is Circuits.LOADING,
            "database": parts.database is not Database.CONNECTED,
            "workers": parts.n_ready == 0,
        }.items()
        if is_failed
    ]
    return (503 if failed else 200), {"ready": not failed, "failed": failed}


def liveness() -> tuple[int, dict[str, object]]:
    """Return status code and body of `GET /health/live`: the process answers."""
    return 200, {"live": True}
