"""Threads: settings, order of results, exceptions."""

from __future__ import annotations

import threading
import time
from functools import partial

import pytest

from zkctl.errors import UsageError
from zkctl.runtime.parallel import in_equal_shares, in_parallel
from zkctl.runtime.settings import is_strict, memory_mib, thread_count, using


def test_threads_see_the_settings_of_their_caller() -> None:
    """Strictness too: a worker that fell back to lenient reading would lose a check."""
    with using(threads=3, memory=7, strict=True):
        facts = in_parallel([lambda: (thread_count(), memory_mib(), is_strict())] * 6)
    assert facts == [(3, 7, True)] * 6


@pytest.mark.parametrize("count", ["1", "2", "5"])
def test_results_come_in_order(monkeypatch: pytest.MonkeyPatch, count: str) -> None:
    monkeypatch.setenv("ZKCTL_THREADS", count)
    assert in_parallel([lambda k=k: k * k for k in range(20)]) == [k * k for k in range(20)]
    assert in_parallel([]) == []


def test_an_exception_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZKCTL_THREADS", "2")
    with pytest.raises(ZeroDivisionError):
        in_parallel([lambda: 1, lambda: 1 // 0])


def test_the_first_exception_is_raised_after_all_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZKCTL_THREADS", "3")
    ended = []

    def task(k: int) -> None:
        ended.append(k)
        if k in (4, 7):
            raise UsageError(f"task {k}")

    with pytest.raises(UsageError, match="task 4"):
        in_parallel([partial(task, k) for k in range(9)])
    assert sorted(ended) == list(range(9))


def test_tasks_of_a_task_run_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZKCTL_THREADS", "4")

    def inner() -> set[int]:
        return set(in_parallel([threading.get_ident] * 6))

    assert [len(used) for used in in_parallel([inner] * 4)] == [1] * 4


@pytest.mark.parametrize(("n_tasks", "divided"), [(0, 0), (1, 1), (2, 0), (3, 1), (4, 0)])
def test_what_is_left_over_divides_its_own_work(
    monkeypatch: pytest.MonkeyPatch, n_tasks: int, divided: int
) -> None:
    monkeypatch.setenv("ZKCTL_THREADS", "2")
    barrier = threading.Barrier(2)

    def inner() -> int:
        barrier.wait(timeout=30)  # both tasks at once
        return threading.get_ident()

    def divides() -> bool:
        """Return whether the task's own tasks run on two threads."""
        try:
            return len(set(in_parallel([inner, inner]))) == 2
        except threading.BrokenBarrierError:
            return False

    def task(k: int) -> tuple[int, bool]:
        return k, divides() if k >= n_tasks - divided else False

    expected = [(k, k >= n_tasks - divided) for k in range(n_tasks)]
    assert in_equal_shares([partial(task, k) for k in range(n_tasks)]) == expected


def test_an_interruption_begins_nothing_new(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZKCTL_THREADS", "2")
    main, begun, raised = threading.main_thread(), [], threading.Event()

    def task(k: int) -> None:
        begun.append(k)
        if threading.current_thread() is main:
            raised.set()
            raise KeyboardInterrupt
        raised.wait(60)
        time.sleep(0.05)

    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        in_parallel([partial(task, k) for k in range(50)])
    assert len(begun) < 10
    assert threading.active_count() == before
    assert in_parallel([lambda: 1, lambda: 2]) == [1, 2]  # the thread is free again
