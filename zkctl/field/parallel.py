"""Run independent pieces of work on several threads: kernels release the interpreter's lock."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from zkctl.errors import UsageError

T = TypeVar("T")


def thread_count() -> int:
    """ZKCTL_THREADS, or the processors this process may use."""
    asked = os.environ.get("ZKCTL_THREADS", "")
    if not asked:
        affinity = getattr(os, "sched_getaffinity", None)
        return len(affinity(0)) if affinity else os.cpu_count() or 1
    if not (asked.isascii() and asked.isdigit() and 1 <= int(asked) <= 256):
        raise UsageError(
            f"ZKCTL_THREADS is {asked!r}, not a number from 1 to 256", hint="unset ZKCTL_THREADS"
        )
    return int(asked)


def in_parallel(tasks: Sequence[Callable[[], T]]) -> list[T]:
    """The results of all tasks, in order; the first exception is raised when all have ended."""
    if len(tasks) <= 1 or thread_count() == 1:
        return [task() for task in tasks]
    with ThreadPoolExecutor(thread_count()) as pool:
        return [future.result() for future in [pool.submit(task) for task in tasks]]
