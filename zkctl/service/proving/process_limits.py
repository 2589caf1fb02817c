"""The limits of a process that holds witnesses: no core dump, no reading of its memory by other processes, a memory limit."""

from __future__ import annotations

import ctypes
import os
import resource
from pathlib import Path

_PR_SET_DUMPABLE = 4
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def protect_memory() -> None:
    """Write no core dump, and let no other process of this user read or trace this one."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    prctl = getattr(ctypes.CDLL(None, use_errno=True), "prctl", None)
    if prctl is not None:  # Linux
        prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def limit_memory(mebibytes: int) -> None:
    """Limit the data of this process; 0 is no limit.  A mapped key does not count."""
    if mebibytes:
        limit = mebibytes << 20
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def resident_bytes() -> int:
    """Return the memory of this process that is in RAM, its mapped files included."""
    fields = Path("/proc/self/statm").read_text().split()
    return int(fields[1]) * _PAGE_BYTES
