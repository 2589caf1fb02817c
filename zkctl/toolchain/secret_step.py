"""The step of a contribution that knows the secret, in a separate process that ends with it.

The parent opens the output and passes its descriptor.  The task, with the contributor's text, goes
through a pipe, never over a command line.  The child writes no core dump, cannot be traced by other
processes of the same user and dies with its parent.  docs/reference/ceremonies.md says how far that
erases the secret.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import IO, Any, BinaryIO

from zkctl import errors
from zkctl.errors import EnvironmentProblem, LimitError, ZkctlError
from zkctl.formats.strictness import is_strict, strictness
from zkctl.runtime.isolated import Streams, start_module
from zkctl.runtime.memory import memory_mib, working_memory
from zkctl.runtime.parallel import thread_count, threads
from zkctl.runtime.progress import Report, silent
from zkctl.storage.mapped import system_errors

_PR_SET_PDEATHSIG, _PR_GET_DUMPABLE, _PR_SET_DUMPABLE = 1, 3, 4  # linux/prctl.h
Facts = dict[str, Any]


def run_secret_step(
    action: str, output: BinaryIO, where: Path, task: Mapping[str, str], report: Report = silent
) -> Facts:
    """Run an action of `secret_actions` that writes to an open file, called `where` in errors.

    Returns its facts about the file.
    Raises: what the child raised; EnvironmentProblem if it was killed.
    """
    whole = {
        **task,
        "action": action,
        "where": str(where),
        "threads": thread_count(),
        "memory": memory_mib(),
        "strict": is_strict(),
    }
    pipes = Streams(subprocess.PIPE, subprocess.PIPE, descriptors=(output.fileno(),))
    words = [str(output.fileno()), str(os.getpid())]
    with start_module("zkctl.toolchain.secret_step", words, pipes) as child:
        try:
            answer = _converse(child, json.dumps(whole).encode(), report)
            child.wait()
        except BaseException:
            child.kill()
            raise
    if child.returncode < 0:
        raise EnvironmentProblem(
            f"the contributing process was killed by signal {-child.returncode}",
            hint="nothing was written, and its secret is gone: contribute again",
        )
    return _facts(answer)


def _converse(child: subprocess.Popen[bytes], task: bytes, report: Report) -> Facts:
    """Send the task, pass progress on and return the last answer."""
    assert child.stdin is not None and child.stdout is not None
    with suppress(BrokenPipeError):  # it ended early: its exit says why
        child.stdin.write(task)
    with suppress(BrokenPipeError):
        child.stdin.close()
    answer: Facts = {}
    for line in child.stdout:
        try:
            answer = json.loads(line)
        except ValueError:
            return {}
        if "progress" in answer:
            report(*answer["progress"])
    return answer


def _facts(answer: Facts) -> Facts:
    if "done" in answer:
        facts: Facts = answer["done"]
        return facts
    default = {"class": "", "message": "the contributing process failed without an answer"}
    failure: dict[str, str] = answer.get("error", default)
    kind = getattr(errors, failure.pop("class"), ZkctlError)
    message = failure.pop("message")
    raise kind(message, **failure)


def main(descriptor: int, task: Facts, report: Report = silent) -> Facts:
    """Contribute; returns the facts about the output, or the error as data."""
    where = Path(task["where"])
    try:
        action = import_module("zkctl.toolchain.secret_actions").ACTIONS[task["action"]]
        with (
            threads(task["threads"]),
            working_memory(task["memory"]),
            strictness(task["strict"]),
            system_errors("write the file", where),
            os.fdopen(descriptor, "wb", closefd=False) as output,
        ):
            return {"done": action(task, output, report)}
    except ZkctlError as problem:
        return _as_data(problem)
    except MemoryError:
        advice = "close other programs or use a machine with more"
        return _as_data(LimitError("out of memory", hint=advice))


def _as_data(problem: ZkctlError) -> Facts:
    return {
        "error": {
            "class": type(problem).__name__,
            "message": problem.message,
            "where": problem.where,
            "hint": problem.hint,
        }
    }


def harden(parent: int = 0) -> None:
    """Write no core dump, refuse tracing, and die with the process `parent`.

    Raises: EnvironmentProblem if the system does not comply.
    """
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if resource.getrlimit(resource.RLIMIT_CORE) != (0, 0):
        raise _not_protected("a core dump is possible: expected RLIMIT_CORE 0")
    if sys.platform != "linux":
        return
    process = ctypes.CDLL(None, use_errno=True)
    process.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    if process.prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0) != 0:
        raise _not_protected("the process can be traced: expected PR_SET_DUMPABLE 0")
    if process.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise _not_protected("the process may outlive its parent: expected PR_SET_PDEATHSIG")
    if parent and os.getppid() != parent:  # the parent died before prctl
        os._exit(1)


def _not_protected(what: str) -> EnvironmentProblem:
    return EnvironmentProblem(what, hint="contribute on a system that allows it")


def run() -> None:
    """Run as the child: harden, read the task, answer in lines of JSON."""
    signal.signal(
        signal.SIGINT, signal.SIG_DFL
    )  # Ctrl-C ends parent and child, without a traceback
    descriptor, parent = int(sys.argv[1]), int(sys.argv[2])
    try:
        harden(parent)
    except EnvironmentProblem as problem:
        _answer(sys.stdout, _as_data(problem))
        return
    task = json.loads(sys.stdin.buffer.read())
    _answer(sys.stdout, main(descriptor, task, _report))


def _report(what: str, fraction: float | None) -> None:
    _answer(sys.stdout, {"progress": [what, fraction]})


def _answer(stream: IO[str], answer: Facts) -> None:
    print(json.dumps(answer), file=stream, flush=True)
