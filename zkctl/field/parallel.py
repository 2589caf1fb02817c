"""Run independent pieces of work on several threads: kernels release the interpreter's lock."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from zkctl.errors import UsageError

T = TypeVar("T")

MAX_THREADS = 256


class _Chosen:
    """The count that the process gave itself, which goes before the variable."""

    count: int | None = None


@contextmanager
def threads(count: int | None) -> Iterator[None]:
    """Let the block run on this many threads, whatever ZKCTL_THREADS says; None changes nothing.

    It holds for the whole process, so that threads started inside the block know it as well.
    Raises: UsageError.
    """
    if count is not None and not 1 <= count <= MAX_THREADS:
        raise UsageError(f"{count} threads are asked for, 1 to {MAX_THREADS} are possible")
    before = _Chosen.count
    _Chosen.count = before if count is None else count
    try:
        yield
    finally:
        _Chosen.count = before


def thread_count() -> int:
    """What `threads` says, else ZKCTL_THREADS, else the processors this process may use."""
    if _Chosen.count is not None:
        return _Chosen.count
    asked = os.environ.get("ZKCTL_THREADS", "")
    if not asked:
        affinity = getattr(os, "sched_getaffinity", None)
        return len(affinity(0)) if affinity else os.cpu_count() or 1
    if not (asked.isascii() and asked.isdigit() and 1 <= int(asked) <= MAX_THREADS):
        raise UsageError(
            f"ZKCTL_THREADS is {asked!r}, not a number from 1 to {MAX_THREADS}",
            hint="unset ZKCTL_THREADS",
        )
    return int(asked)


def in_parallel(tasks: Sequence[Callable[[], T]]) -> list[T]:
    """The results of all tasks, in order; the first exception is raised when all have ended."""
    if len(tasks) <= 1 or thread_count() == 1:
        return [task() for task in tasks]
    with ThreadPoolExecutor(thread_count()) as pool:
        return [future.result() for future in [pool.submit(task) for task in tasks]]
