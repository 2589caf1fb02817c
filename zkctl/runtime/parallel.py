"""Run independent pieces of work on several threads: kernels release the interpreter's lock.

Plain threads, because importing concurrent.futures takes longer than checking a small proof.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Thread, local
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


class _Worker(local):
    """What a thread knows of itself."""

    busy = False  # it runs a task of in_parallel


_worker = _Worker()


def in_parallel(tasks: Sequence[Callable[[], T]]) -> list[T]:
    """The results of all tasks, in order; the first exception is raised when all have ended.

    The caller's thread works too.  Tasks of a task run one after the other: the processors are taken.
    """
    n_threads = min(thread_count(), len(tasks))
    if n_threads <= 1 or _worker.busy:
        return [task() for task in tasks]
    waiting = deque(enumerate(tasks))
    done: dict[int, T] = {}
    failed: dict[int, BaseException] = {}
    threads = [Thread(target=_work, args=(waiting, done, failed)) for _ in range(n_threads - 1)]
    try:
        for thread in threads:
            thread.start()
        _work(waiting, done, failed)
    finally:
        waiting.clear()  # after an interruption nothing new is begun
        for thread in threads:
            if thread.ident is not None:
                thread.join()
    if failed:
        raise failed[min(failed)]
    return [done[k] for k in range(len(tasks))]


def _work(
    waiting: deque[tuple[int, Callable[[], T]]],
    done: dict[int, T],
    failed: dict[int, BaseException],
) -> None:
    """Take tasks until none is left."""
    _worker.busy = True
    try:
        while waiting:
            try:
                k, task = waiting.popleft()
            except IndexError:  # another thread took the last one
                return
            try:
                done[k] = task()
            except Exception as error:  # it is raised in the caller's thread
                failed[k] = error
    finally:
        _worker.busy = False
