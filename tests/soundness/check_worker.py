"""Run tests again and again, each time in a fresh fork of a process that has imported what takes long.

    python check_worker.py

The current folder is a copy of the project.  A line of stdin is JSON: {"tests": files or tests, "seconds": for one
test, "lines": where to write what each test reaches, or ""}; the answer is one line of JSON: {"outcome": "passed" |
"failed" | "timeout" | "unknown", "test": the first that failed, "seconds": ...}.  What is tested is imported in the forks
only, so that each sees the files as they are then.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import resource
import signal
import sys
import time
from pathlib import Path

import pytest

from tests.soundness.reached_lines import ReachedLines

SECONDS_PER_RUN = 600
MOST_MEMORY = 12 << 30  # a limit that is removed may let a file ask for everything
OPTIONS = ("-xq", "-pno:cacheprovider", "-pno:xdist", "--timeout-method=signal")
IMPORTED = (  # and the layers of the package below those that are changed
    "zkctl.curve",
    "zkctl.gadgets",
    "zkctl.poly",
    "zkctl.srs.lagrange",
    "cryptography.hazmat.primitives.asymmetric.ed25519",
    "hypothesis",
    "numpy",
    "typer.testing",
)
TESTED = tuple(
    f"zkctl.{name}"
    for name in (
        *("ceremony", "constraints.plonk", "constraints.advice", "fflonk", "formats", "groth16"),
        *("kzg", "plonk", "solidity", "toolchain"),
    )
)


class FirstFailure:
    """A plugin that remembers which test failed first."""

    def __init__(self) -> None:
        self.test = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.test = self.test or report.nodeid

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.test = self.test or report.nodeid


def run_in_fork(tests: list[str], seconds: int, lines: str, answer: int) -> None:
    """The child: never returns."""
    os.setsid()
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    quiet = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(quiet, number)
    seen, plugins = FirstFailure(), []
    if lines:
        plugins.append(ReachedLines(Path.cwd()))
    code = pytest.main([*OPTIONS, f"--timeout={seconds}", *tests], plugins=[seen, *plugins])
    for plugin in plugins:
        plugin.write(Path(lines))
    outcome = "failed"
    if code in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        outcome = "passed"
    elif code == pytest.ExitCode.USAGE_ERROR and not seen.test:
        outcome = "unknown"  # a test of that name was not found
    result = {"outcome": outcome, "test": seen.test or f"exit {code}"}
    os.write(answer, json.dumps(result).encode())
    os._exit(0)


def _kill(group: int) -> None:
    """Kill a process group, which may have ended."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def run(tests: list[str], seconds: int, lines: str) -> dict[str, object]:
    """The parent: wait for the answer, for a limited time."""
    start = time.monotonic()
    readable, answer = os.pipe()
    child = os.fork()
    if child == 0:
        run_in_fork(tests, seconds, lines, answer)
    os.close(answer)
    signal.signal(signal.SIGALRM, lambda *_: _kill(child))
    signal.alarm(SECONDS_PER_RUN)
    os.waitpid(child, 0)
    late = signal.alarm(0) == 0
    os.set_blocking(readable, False)
    text = b""
    with contextlib.suppress(BlockingIOError):
        text = os.read(readable, 1 << 16)
    os.close(readable)
    _kill(child)  # whatever a test has left running
    died = {"outcome": "timeout" if late else "failed", "test": "the process of the tests died"}
    result = json.loads(text) if text else died
    return {**result, "seconds": round(time.monotonic() - start, 1)}


if __name__ == "__main__":
    sys.path[0] = str(Path.cwd())  # not this script's folder: what is copied is what is tested
    for name in IMPORTED:
        importlib.import_module(name)
    assert not [name for name in sys.modules if name.startswith(TESTED)], "a fork would not see it"
    for line in sys.stdin:
        print(json.dumps(run(**json.loads(line))), flush=True)
