"""Settings of one task: chosen before the environment before the machine, and never seen by another task."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from zkctl.errors import UsageError
from zkctl.runtime.settings import (
    DEFAULT_MIB,
    Settings,
    is_strict,
    memory_mib,
    thread_count,
    using,
)

NAMES = ("ZKCTL_THREADS", "ZKCTL_MEMORY", "ZKCTL_STRICT")
READERS: dict[str, Callable[[], int]] = {
    "ZKCTL_THREADS": thread_count,
    "ZKCTL_MEMORY": memory_mib,
    "ZKCTL_STRICT": is_strict,
}


def seen() -> tuple[int, int, bool]:
    return thread_count(), memory_mib(), is_strict()


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def test_the_machine_then_the_environment_then_the_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    assert seen() == (len(os.sched_getaffinity(0)), DEFAULT_MIB, False)
    for name, value in zip(NAMES, ("3", "64", "1"), strict=True):
        monkeypatch.setenv(name, value)
    assert seen() == (3, 64, True)
    with using(threads=5, memory=7, strict=False):
        assert seen() == (5, 7, False)
        with using(threads=2):
            assert seen() == (2, 7, False)
        with using():
            assert seen() == (5, 7, False)
        with pytest.raises(ZeroDivisionError), using(memory=9, strict=True):
            raise ZeroDivisionError
        assert seen() == (5, 7, False)
    assert seen() == (3, 64, True)


@pytest.mark.parametrize(
    ("name", "bad", "expected"),
    [
        *(("ZKCTL_THREADS", bad, "expected a number from 1 to 256") for bad in ("0", "-1", "two", "1_0", "257", "\u0663")),
        *(("ZKCTL_MEMORY", bad, "expected a number from 1 to 16777216") for bad in ("0", "1.5", "16777217", "\u0663")),
        *(("ZKCTL_STRICT", bad, "expected 0 or 1") for bad in ("yes", "2", " 1", "true", "\u0661")),
    ],
)  # fmt: skip
def test_a_wrong_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, bad: str, expected: str
) -> None:
    monkeypatch.setenv(name, bad)
    with pytest.raises(UsageError) as caught:
        READERS[name]()
    assert caught.value.message == f"{name} is {bad!r}: {expected}"
    assert caught.value.hint == f"unset {name}"


@pytest.mark.parametrize(
    ("block", "message"),
    [
        (lambda: using(threads=0), "the number of threads is 0: expected 1 to 256"),
        (lambda: using(threads=257), "the number of threads is 257: expected 1 to 256"),
        (lambda: using(memory=0), "the working memory is 0 MiB: expected 1 to 16777216 MiB"),
        (
            lambda: using(memory=(1 << 24) + 1),
            "the working memory is 16777217 MiB: expected 1 to 16777216 MiB",
        ),
    ],
)
def test_a_wrong_choice(block: Callable[[], AbstractContextManager[None]], message: str) -> None:
    with pytest.raises(UsageError) as caught, block():
        pass  # pragma: no cover
    assert caught.value.message == message


def test_tasks_that_overlap_in_threads() -> None:
    """Each thread enters before and leaves after the other did; nothing remains of either."""
    before = seen()
    found: dict[str, Any] = {}
    one_in, two_in, one_out = threading.Event(), threading.Event(), threading.Event()

    def one() -> None:
        with using(threads=1, memory=11, strict=True):
            one_in.set()
            two_in.wait(60)
            found["one"] = seen()
        found["one after"] = seen()
        one_out.set()

    def two() -> None:
        one_in.wait(60)
        with using(threads=7, memory=77, strict=False):
            two_in.set()
            one_out.wait(60)
            found["two"] = seen()
        found["two after"] = seen()

    threads = [threading.Thread(target=task) for task in (one, two)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == {
        "one": (1, 11, True),
        "one after": before,
        "two": (7, 77, False),
        "two after": before,
    }
    assert seen() == before


def test_tasks_that_overlap_in_coroutines() -> None:
    before = seen()

    async def task(strict: bool, count: int) -> list[tuple[int, int, bool]]:
        with using(threads=count, strict=strict):
            await asyncio.sleep(0)
            inside = seen()
            in_thread = await asyncio.to_thread(seen)
        return [inside, in_thread, seen()]

    async def both() -> list[list[tuple[int, int, bool]]]:
        return await asyncio.gather(task(True, 2), task(False, 3))

    first, second = asyncio.run(both())
    assert first == [(2, DEFAULT_MIB, True)] * 2 + [before]
    assert second == [(3, DEFAULT_MIB, False)] * 2 + [before]


def test_settings_are_frozen() -> None:
    with pytest.raises(AttributeError):
        Settings().threads = 3  # type: ignore[misc]
