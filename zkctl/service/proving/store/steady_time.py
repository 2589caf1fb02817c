"""The time of day as it was when a service began, and the seconds since then: it does not jump when the machine's clock is set.

All processes of an embedded service have one offset, so that leases, deadlines and the age of results count seconds that passed.
"""

from __future__ import annotations

import time


def seconds_since_boot() -> float:
    """Return the seconds of the clock that counts from the boot, the same in all processes; where the system can, with the time asleep."""
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime(clock)


def offset_now() -> float:
    """Return the offset of a service that begins now: seconds from 1970 to the boot of the machine, by its clock."""
    return time.time() - seconds_since_boot()


def steady_time(offset: float) -> float:
    """Return seconds since 1970 by an offset."""
    return offset + seconds_since_boot()
