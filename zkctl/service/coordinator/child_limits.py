"""The limits of the verification of an uploaded key: processor time, elapsed time, memory.

The uploaded key is hostile until it is verified.  The limits grow with its size and leave an honest key
ten times what it needs on a slow machine, so that only a key that was made to be dear reaches them.
"""

from __future__ import annotations

import resource
from contextlib import suppress

from zkctl.runtime.records import record

_BASE_SECONDS, _BYTES_PER_SECOND = 900, 20_000
_BASE_MEMORY_BYTES, _MEMORY_FACTOR = 4 << 30, 8
_KILL_SECONDS = 30  # between SIGXCPU and SIGKILL
LEAST_SECONDS = 60.0  # for a key that arrived at the end of its slot


@record
class ChildLimits:
    """The limits of one verification, in seconds and bytes."""

    processor_seconds: int
    clock_seconds: float
    memory_bytes: int

    @classmethod
    def of_key(cls, n_bytes: int, slot_seconds: float) -> ChildLimits:
        """Return the limits for a key of this size, whose slot ends in `slot_seconds`."""
        seconds = _BASE_SECONDS + n_bytes // _BYTES_PER_SECOND
        return cls(
            processor_seconds=seconds,
            clock_seconds=min(float(seconds), max(slot_seconds, LEAST_SECONDS)),
            memory_bytes=_BASE_MEMORY_BYTES + _MEMORY_FACTOR * n_bytes,
        )

    def impose(self, pid: int) -> None:
        """Limit processor time and memory of a process that was just started."""
        seconds = self.processor_seconds
        with suppress(ProcessLookupError):  # it has ended already
            resource.prlimit(pid, resource.RLIMIT_CPU, (seconds, seconds + _KILL_SECONDS))
            resource.prlimit(pid, resource.RLIMIT_DATA, (self.memory_bytes, self.memory_bytes))

    def message(self) -> str:
        """Return the reason for a contributor whose key reached a limit."""
        return (
            f"the verification reached its limit: expected at most {self.clock_seconds:.0f} seconds,"
            f" {self.processor_seconds} of processor time and {self.memory_bytes} bytes of memory"
        )
