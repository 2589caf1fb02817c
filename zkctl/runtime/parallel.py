"""Run independent pieces of work on several threads: kernels release the interpreter's lock.

Plain threads, because importing concurrent.futures takes longer than checking a small proof.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from contextvars import copy_context
from threading import Thread, local
from typing import TypeVar

from zkctl.runtime.settings import thread_count

T = TypeVar("T")


class _Worker(local):
    """The state of one thread."""

    busy = False  # it runs a task of in_parallel


_worker = _Worker()


def in_parallel(tasks: Sequence[Callable[[], T]]) -> list[T]:
    """Return the results of all tasks, in order; the first exception is raised when all have ended.

    The caller's thread works too, and the others see its settings.  Tasks of a task run one after the other: the
    processors are taken.
    """
    n_threads = min(thread_count(), len(tasks))
    if n_threads <= 1 or _worker.busy:
        return [task() for task in tasks]
    waiting = deque(enumerate(tasks))
    done: dict[int, T] = {}
    failed: dict[int, BaseException] = {}
    threads = [
        Thread(target=copy_context().run, args=(_work, waiting, done, failed))
        for _ in range(n_threads - 1)
    ]
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


def in_equal_shares(tasks: Sequence[Callable[[], T]]) -> list[T]:
    """Return the results of tasks that take equally long and can divide their own work, in order.

    Each thread takes as many whole tasks as all can have; those left over run one after the other, divided.
    """
    whole = len(tasks) - len(tasks) % thread_count()
    return [*in_parallel(tasks[:whole]), *(task() for task in tasks[whole:])]


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
