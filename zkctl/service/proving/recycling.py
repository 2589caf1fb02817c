"""The reasons to replace a worker before it fails: proofs made, memory, age."""

from __future__ import annotations

import time
from collections.abc import Callable

from zkctl.runtime.records import record
from zkctl.service.proving.process_limits import resident_bytes


@record
class RecycleLimits:
    """The limits of one worker: proofs, MiB (0: no limit), seconds."""

    jobs: int
    rss_mb: int
    age_s: float


class Recycling:
    """The life of one worker."""

    def __init__(
        self,
        limits: RecycleLimits,
        *,
        now: Callable[[], float] = time.monotonic,
        resident: Callable[[], int] = resident_bytes,
    ) -> None:
        self._limits, self._now, self._resident = limits, now, resident
        self._begun, self._jobs = now(), 0

    def count_job(self) -> None:
        """Count a job that ended."""
        self._jobs += 1

    def reason(self) -> str:
        """Return the reason to end now, as the metric's label names it; empty if there is none."""
        if self._jobs >= self._limits.jobs:
            return "jobs"
        if self._limits.rss_mb and self._resident() > self._limits.rss_mb << 20:
            return "memory"
        return "age" if self._now() - self._begun > self._limits.age_s else ""
