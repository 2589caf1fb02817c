"""Kill an action at a chosen step: in a forked child that sends itself SIGKILL.

A step is a write (half of it still reaches the disk), an fsync, a file made, linked, renamed or removed.
"""

from __future__ import annotations

import io
import os
import signal
import time
from collections.abc import Callable
from typing import Any, NoReturn

Action = Callable[[], object]
_STEPS = ("fsync", "link", "replace", "rename", "unlink", "fchmod")


def _die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


class _Steps:
    """Counts, and dies at the last one."""

    def __init__(self, last: int) -> None:
        self.last, self.count = last, 0

    def is_last(self) -> bool:
        self.count += 1
        return self.count == self.last

    def before(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def step(*arguments: Any, **options: Any) -> Any:
            if self.is_last():
                _die()
            return function(*arguments, **options)

        return step

    def arm(self) -> None:
        """From now on this process counts its steps."""
        for name in _STEPS:
            setattr(os, name, self.before(getattr(os, name)))
        real_open, steps = os.open, self

        def opened(path: Any, flags: int, *rest: Any, **options: Any) -> int:
            if flags & os.O_CREAT and steps.is_last():
                _die()
            return real_open(path, flags, *rest, **options)

        def file_of(handle: int, mode: str = "r", *rest: Any, **options: Any) -> Any:
            if "b" not in mode or mode == "rb":
                return open(handle, mode, *rest, **options)
            kind = io.BufferedRandom if "+" in mode else io.BufferedWriter

            class Torn(kind):  # type: ignore[misc, valid-type]
                def write(self, data: Any) -> int:
                    if steps.is_last():
                        half = memoryview(data).cast("B")
                        super().write(half[: len(half) // 2])
                        super().flush()
                        _die()
                    return super().write(data)

            return Torn(io.FileIO(handle, mode))

        os.open, os.fdopen = opened, file_of


def run_and_die(action: Action, step: int) -> bool:
    """Run the action in a child that dies at this step; False if it ended before."""
    pid = os.fork()
    if pid == 0:
        _child(action, _Steps(step), None)
    return _was_killed(pid)


def count_steps(action: Action) -> int:
    """How many steps the whole action has; it runs in a child."""
    receive, send = os.pipe()
    pid = os.fork()
    if pid == 0:
        _child(action, _Steps(-1), send)
    os.close(send)
    with os.fdopen(receive, "rb") as stream:
        count = int(stream.read())
    assert not _was_killed(pid)
    return count


def run_and_kill(action: Action, seconds: float) -> bool:
    """Run the action in a child and kill it after a time; False if it ended before."""
    pid = os.fork()
    if pid == 0:
        _child(action, _Steps(-1), None)
    time.sleep(seconds)
    os.kill(pid, signal.SIGKILL)
    return _was_killed(pid)


def _child(action: Action, steps: _Steps, report: int | None) -> NoReturn:
    try:
        steps.arm()
        action()
        if report is not None:
            os.write(report, str(steps.count).encode())
        os._exit(0)
    except BaseException:
        os._exit(70)


def _was_killed(pid: int) -> bool:
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0, "the action failed"
    return False


def spread(n: int, among: int) -> list[int]:
    """n steps of 1 .. among, the last ones among them (that is where files get their names)."""
    tail = list(range(max(1, among - n // 2 + 1), among + 1))
    rest = n - len(tail)
    head = {1 + k * (among - len(tail)) // max(rest, 1) for k in range(rest)}
    return sorted({*head, *tail})
