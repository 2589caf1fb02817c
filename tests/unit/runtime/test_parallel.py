"""Threads: how many, results in order, exceptions carried over."""

from __future__ import annotations

import os
import threading
import time
from functools import partial

import pytest

from zkctl.errors import UsageError
from zkctl.runtime.parallel import in_parallel, thread_count, threads


def test_count_follows_the_variable_and_else_the_processors(monkeypatch):
    monkeypatch.setenv("ZKCTL_THREADS", "3")
    assert thread_count() == 3
    monkeypatch.delenv("ZKCTL_THREADS")
    assert thread_count() == len(os.sched_getaffinity(0))


@pytest.mark.parametrize("bad", ["0", "-1", "two", "1_0", "٣", "257"])
def test_a_senseless_count_is_refused(monkeypatch, bad):
    monkeypatch.setenv("ZKCTL_THREADS", bad)
    with pytest.raises(UsageError, match="not a number from 1 to 256"):
        thread_count()


def test_the_process_chooses_before_the_variable(monkeypatch):
    monkeypatch.setenv("ZKCTL_THREADS", "3")
    with threads(5):
        assert thread_count() == 5
        with threads(None):
            assert thread_count() == 5
        with pytest.raises(ZeroDivisionError), threads(2):
            assert in_parallel([thread_count] * 3) == [2, 2, 2]
            raise ZeroDivisionError
        assert thread_count() == 5
    assert thread_count() == 3


@pytest.mark.parametrize("bad", [0, -1, 257])
def test_the_process_chooses_no_senseless_count(bad):
    message = f"{bad} threads are asked for, 1 to 256 are possible"
    with pytest.raises(UsageError, match=message), threads(bad):
        pass  # pragma: no cover


@pytest.mark.parametrize("count", ["1", "2", "5"])
def test_results_come_in_order(monkeypatch, count):
    monkeypatch.setenv("ZKCTL_THREADS", count)
    assert in_parallel([lambda k=k: k * k for k in range(20)]) == [k * k for k in range(20)]
    assert in_parallel([]) == []


def test_an_exception_is_raised(monkeypatch):
    monkeypatch.setenv("ZKCTL_THREADS", "2")
    with pytest.raises(ZeroDivisionError):
        in_parallel([lambda: 1, lambda: 1 // 0])


def test_the_first_exception_is_raised_after_all_tasks(monkeypatch):
    monkeypatch.setenv("ZKCTL_THREADS", "3")
    ended = []

    def task(k: int) -> None:
        ended.append(k)
        if k in (4, 7):
            raise UsageError(f"task {k}")

    with pytest.raises(UsageError, match="task 4"):
        in_parallel([partial(task, k) for k in range(9)])
    assert sorted(ended) == list(range(9))


def test_tasks_of_a_task_run_one_after_the_other(monkeypatch):
    monkeypatch.setenv("ZKCTL_THREADS", "4")

    def inner() -> set[int]:
        return set(in_parallel([threading.get_ident] * 6))

    assert [len(used) for used in in_parallel([inner] * 4)] == [1] * 4


def test_an_interruption_begins_nothing_new(monkeypatch):
    monkeypatch.setenv("ZKCTL_THREADS", "2")
    main, begun = threading.main_thread(), []

    def task(k: int) -> None:
        begun.append(k)
        if threading.current_thread() is main:
            raise KeyboardInterrupt
        time.sleep(0.05)

    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        in_parallel([partial(task, k) for k in range(50)])
    assert len(begun) < 10
    assert threading.active_count() == before
    assert in_parallel([lambda: 1, lambda: 2]) == [1, 2]  # the thread is free again
