"""The settings of one task: threads, working memory, strictness, and whether it may compile kernels.

They live in a context variable: tasks that overlap in threads or coroutines do not see each other's settings.  A
setting that is not chosen comes from the environment (ZKCTL_THREADS, ZKCTL_MEMORY, ZKCTL_STRICT), else from the machine.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from zkctl.errors import UsageError
from zkctl.runtime.records import record

MAX_THREADS = 256
MIN_MIB, DEFAULT_MIB, MAX_MIB = 1, 512, 1 << 24


@record
class Settings:
    """Chosen settings; None: not chosen.  Units: memory in MiB.

    `threads` bounds the threads of one computation; `memory` bounds its window over large files; `strict` makes readers
    refuse sections that the format of a container does not define; without `compiles` a task that is done sooner than its
    kernels are compiled uses only those that are ready, with it kernels are compiled even for little work.
    """

    threads: int | None = None
    memory: int | None = None
    strict: bool | None = None
    compiles: bool | None = None


_SETTINGS: ContextVar[Settings] = ContextVar("zkctl_settings", default=Settings())  # noqa: B039  (frozen)


@contextmanager
def using(
    *,
    threads: int | None = None,
    memory: int | None = None,
    strict: bool | None = None,
    compiles: bool | None = None,
) -> Iterator[None]:
    """Run the block with these settings; None leaves a setting unchanged.

    Raises: UsageError for a number out of range.
    """
    if threads is not None and not 1 <= threads <= MAX_THREADS:
        raise UsageError(f"the number of threads is {threads}: expected 1 to {MAX_THREADS}")
    if memory is not None and not MIN_MIB <= memory <= MAX_MIB:
        raise UsageError(f"the working memory is {memory} MiB: expected {MIN_MIB} to {MAX_MIB} MiB")
    chosen = {"threads": threads, "memory": memory, "strict": strict, "compiles": compiles}
    before: dict[str, Any] = vars(_SETTINGS.get())
    changes = {name: value for name, value in chosen.items() if value is not None}
    token = _SETTINGS.set(Settings(**before | changes))
    try:
        yield
    finally:
        _SETTINGS.reset(token)


def thread_count() -> int:
    """Return the number of threads of a computation: chosen, else ZKCTL_THREADS, else the usable processors.

    Raises: UsageError for a wrong value of the variable, as do the others here.
    """
    chosen = _SETTINGS.get().threads
    if chosen is not None:
        return chosen
    value = os.environ.get("ZKCTL_THREADS", "")
    if not value:
        affinity = getattr(os, "sched_getaffinity", None)
        return len(affinity(0)) if affinity else os.cpu_count() or 1
    return _number("ZKCTL_THREADS", value, 1, MAX_THREADS)


def memory_mib() -> int:
    """Return the working memory in MiB: chosen, else ZKCTL_MEMORY, else half a GiB."""
    chosen = _SETTINGS.get().memory
    if chosen is not None:
        return chosen
    value = os.environ.get("ZKCTL_MEMORY", "")
    return _number("ZKCTL_MEMORY", value, MIN_MIB, MAX_MIB) if value else DEFAULT_MIB


def is_strict() -> bool:
    """Return whether readers are strict: chosen, else ZKCTL_STRICT, else no."""
    chosen = _SETTINGS.get().strict
    if chosen is not None:
        return chosen
    value = os.environ.get("ZKCTL_STRICT", "")
    if value not in ("", "0", "1"):  # a check that was meant must not be lost to a misspelling
        raise UsageError(f"ZKCTL_STRICT is {value!r}: expected 0 or 1", hint="unset ZKCTL_STRICT")
    return value == "1"


def may_compile() -> bool:
    """Return whether kernels may be compiled: chosen, else yes."""
    return _SETTINGS.get().compiles is not False


def must_compile() -> bool:
    """Return whether kernels are to be compiled also where a call has little to do: only if chosen."""
    return _SETTINGS.get().compiles is True


def _number(name: str, value: str, least: int, most: int) -> int:
    if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
        raise UsageError(
            f"{name} is {value!r}: expected a number from {least} to {most}", hint=f"unset {name}"
        )
    return int(value)
