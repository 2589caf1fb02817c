"""Kill an action at a chosen step: in a forked child that sends itself SIGKILL.

A step is a write (half of it still reaches the disk), an fsync, a file made, cut, copied, linked, renamed
or removed, a folder made.  Of each command a few points are tried by default, 50 with ZKCTL_MANY_FAULTS=1, as `make test-faults`
and CI set it (all steps, and moments in time for the rest), in the tests marked slow every step and 50 moments.
"""

from __future__ import annotations

import builtins
import io
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from zkctl.runtime.settings import using

Action = Callable[[], object]
_STEPS = (
    "fsync",
    "link",
    "replace",
    "rename",
    "unlink",
    "fchmod",
    "mkdir",
    "ftruncate",
    "sendfile",
)


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
        real_open, real_file, steps = os.open, builtins.open, self

        def opened(path: Any, flags: int, *rest: Any, **options: Any) -> int:
            if flags & os.O_CREAT and steps.is_last():
                _die()
            return real_open(path, flags, *rest, **options)

        def file_of(file: Any, mode: str = "r", *rest: Any, **options: Any) -> Any:
            if not set(mode) & set("wax+"):
                return real_file(file, mode, *rest, **options)
            if not isinstance(file, int) and steps.is_last():
                _die()  # before the file is made or emptied
            raw = io.FileIO(file, mode.replace("b", ""), closefd=options.get("closefd", True))
            torn = _torn(steps, io.BufferedRandom if "+" in mode else io.BufferedWriter)(raw)
            return torn if "b" in mode else io.TextIOWrapper(torn, write_through=True)

        os.open, os.fdopen, builtins.open, io.open = opened, file_of, file_of, file_of


def _torn(steps: _Steps, kind: Any) -> Any:
    class Torn(kind):  # type: ignore[misc]
        def write(self, data: Any) -> int:
            if steps.is_last():
                half = memoryview(data).cast("B")
                super().write(half[: len(half) // 2])
                super().flush()
                _die()
            return super().write(data)

        def truncate(self, size: int | None = None) -> int:
            if steps.is_last():
                _die()
            return super().truncate(size)

    return Torn


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


def _child(action: Action, steps: _Steps, progress: int | None) -> NoReturn:
    try:
        steps.arm()
        with using(compiles=True):
            action()
        if progress is not None:
            os.write(progress, str(steps.count).encode())
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


@dataclass(frozen=True)
class Plan:
    """Which points are tried: so many steps, spread over all; moments to fill up to so many points.

    Every `thorough`-th point gets the full check: the next run, and its result verified.
    """

    n_steps: int
    n_points: int = 0
    n_moments: int = 0
    thorough: int = 1

    def points(self, n_steps: int) -> list[tuple[str, float]]:
        """("step", k) and ("moment", share of the duration)."""
        steps = [("step", float(k)) for k in spread(self.n_steps, n_steps)]
        n = max(self.n_moments, self.n_points - len(steps))
        return steps + [("moment", (k + 0.5) / n) for k in range(n)]


MANY = os.environ.get("ZKCTL_MANY_FAULTS") == "1"
PARTS = range(5 if MANY else 1)  # so that the points of a command are shared by several workers
ALL = Plan(100_000, n_moments=50)


def some(few: int) -> Plan:
    """A few points, or 50."""
    return Plan(50, n_points=50, thorough=5) if MANY else Plan(few)


def sweep(action: Action, check: Callable[[bool], None], plan: Plan, part: int = 0) -> None:
    """Die at the points of a plan, this part of them; `check(thorough)` judges what is left."""
    count_steps(
        action
    )  # compiles the kernels that the action uses, so that every later run has the same steps
    check(True)
    started = time.monotonic()
    total = count_steps(action)
    duration = time.monotonic() - started
    check(True)
    points = plan.points(total)[part :: len(PARTS)] if plan is not ALL else plan.points(total)
    for k, (kind, value) in enumerate(points):
        if kind == "step":
            assert run_and_die(action, int(value)), f"step {value} of {total}"
        else:
            run_and_kill(action, duration * value)
        check(k % plan.thorough == 0)


def spread(n: int, among: int) -> list[int]:
    """n steps of 1 .. among, the last ones among them (that is where files get their names)."""
    tail = list(range(max(1, among - n // 2 + 1), among + 1))
    rest = n - len(tail)
    head = {1 + k * (among - len(tail)) // max(rest, 1) for k in range(rest)}
    return sorted({*head, *tail})
