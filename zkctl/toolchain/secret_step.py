"""The step of a contribution that knows the secret, in a separate process that ends with it.

Phase 1 and phase 2, challenges and bellman's parameters: every command that draws the secret of a ceremony draws it
here.  The parent opens the output and passes its descriptor.  The task, with the contributor's string, goes through a
pipe, never over a command line.  The child writes no core dump, cannot be traced by other processes of the same user
and dies with its parent; where the system does not grant that, it draws no secret.  The limits of
that are in docs/reference/ceremonies.md.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, BinaryIO

from zkctl import errors
from zkctl.errors import EnvironmentProblem, LimitError, UsageError, ZkctlError
from zkctl.runtime.isolated import Streams, start_module
from zkctl.runtime.printable import located, printable
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.runtime.settings import is_strict, memory_mib, thread_count, using
from zkctl.storage.mapped import system_errors
from zkctl.storage.scratch import scratch_beside

_MODULE = "zkctl.toolchain.secret_step"
_PR_SET_PDEATHSIG, _PR_GET_DUMPABLE, _PR_SET_DUMPABLE = 1, 3, 4  # linux/prctl.h

Facts = dict[str, Any]
Write = Callable[[BinaryIO], Facts]  # writes the result; returns the facts that are published


@record
class SecretStep:
    """One contribution: `action` is a name in ACTIONS, `source` the file to build on, `entropy` the contributor's string."""

    action: str
    source: Path
    name: str = ""
    entropy: str = ""
    curve: str = ""  # the expected curve of a challenge


def run_secret_step(
    step: SecretStep, output: BinaryIO, where: Path, *, progress: Progress = silent
) -> Facts:
    """Run the step in a child that writes to an open file, called `where` in errors; return its published facts.

    Raises: the error that the child raised; EnvironmentProblem if the child was killed.
    """
    task = asdict(step) | {"source": str(step.source), "where": str(where)}
    task |= {"threads": thread_count(), "memory": memory_mib(), "strict": is_strict()}
    descriptor = output.fileno()
    pipes = Streams(subprocess.PIPE, subprocess.PIPE, descriptors=(descriptor,))
    with start_module(_MODULE, [str(descriptor), str(os.getpid())], pipes) as child:
        try:
            answer = _converse(child, json.dumps(task).encode(), progress)
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


def _converse(child: subprocess.Popen[bytes], task: bytes, progress: Progress) -> bytes:
    """Send the task and report the progress; return the last line of the child."""
    assert child.stdin is not None and child.stdout is not None
    with suppress(
        BrokenPipeError
    ):  # the child ended early: its last line or its exit status is the reason
        child.stdin.write(task)
    with suppress(BrokenPipeError):
        child.stdin.close()
    last = b""
    for last in child.stdout:
        with suppress(ValueError, TypeError, KeyError):
            stage, fraction = json.loads(last)["progress"]
            progress(str(stage), fraction)
    return last


def _facts(answer: bytes) -> Facts:
    """Return the facts of the last line, or raise the error that it holds."""
    try:
        line = json.loads(answer)
        if "done" in line:
            return dict(line["done"])
        failure = {str(name): str(value) for name, value in line["error"].items()}
        kind = getattr(errors, failure.pop("class"), ZkctlError)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise ZkctlError("the contributing process failed without an answer") from None
    if not (isinstance(kind, type) and issubclass(kind, ZkctlError)):
        kind = ZkctlError
    raise kind(failure["message"], where=failure["where"], hint=failure["hint"])


# -- in the child


@record
class _Task:
    """The step as the child reads it."""

    source: Path
    where: Path
    name: str
    entropy: str
    curve: str
    progress: Progress


def _contribute_key(task: _Task) -> Write:
    from zkctl.ceremony.knowledge import participant
    from zkctl.ceremony.phase2.contribute import contribute_phase2
    from zkctl.formats.binary import zkey_groth16 as zkey

    stored = zkey.read_zkey(task.source)
    parts = (stored.key, stored.circuit_hash, stored.contributions)
    with located(task.source):
        key, record = contribute_phase2(*parts, participant(task.name), task.entropy)
    new = zkey.ZkeyFile(key, stored.circuit_hash, [*stored.contributions, record])

    def write(output: BinaryIO) -> Facts:
        zkey.write_zkey(output, new, order=zkey.CONTRIBUTION_ORDER)
        return {}

    return write


def _contribute_ptau(task: _Task) -> Write:
    from zkctl.ceremony.knowledge import participant
    from zkctl.ceremony.phase1.contribute import contribute_phase1
    from zkctl.formats.binary.ptau.file import PtauFile, read_ptau, write_ptau

    file = read_ptau(task.source)
    task.progress("contributing to the powers of tau", None)
    origin = participant(task.name)
    with located(task.source):
        powers, record = contribute_phase1(file.powers, file.contributions, origin, task.entropy)

    def write(output: BinaryIO) -> Facts:
        task.progress("writing the powers of tau", None)
        write_ptau(output, PtauFile(powers, [*file.contributions, record]))
        return {}

    return write


def _contribute_challenge(task: _Task) -> Write:
    from zkctl.ceremony.entropy import participant_rng
    from zkctl.ceremony.phase1.contribute import respond
    from zkctl.formats.binary.ptau.exchange import Response, read_challenge, write_response

    given = read_challenge(task.source)
    curve = given.powers.curve.name
    if task.curve not in ("", curve):
        raise UsageError(
            f"the challenge is over {curve}, not {task.curve}", where=printable(task.source)
        )
    task.progress("contributing to the powers of tau", None)
    with located(task.source):
        updated, key = respond(given.powers, given.digest, participant_rng(task.entropy))

    def write(output: BinaryIO) -> Facts:
        task.progress("writing the response", None)
        digest = write_response(output, Response(given.digest, updated, key))
        hashes = {"challenge_hash": given.digest.hex(), "contribution_hash": digest.hex()}
        return {"curve": curve, "power": updated.power, **hashes}

    return write


def _contribute_bellman(task: _Task) -> Write:
    from zkctl.ceremony.knowledge import participant
    from zkctl.ceremony.phase2.contribute import contribute_phase2
    from zkctl.formats.binary.bellman import read_bellman, write_bellman

    found = read_bellman(task.source)
    task.progress("contributing to the parameters", None)
    parts = (found.key, found.circuit_hash, found.contributions)
    with located(task.source):
        key, record = contribute_phase2(*parts, participant(""), task.entropy)
    new = replace(found, key=key, contributions=[*found.contributions, record])

    def write(output: BinaryIO) -> Facts:
        task.progress("writing the parameters", None)
        write_bellman(output, new)
        return {}

    return write


ACTIONS: dict[str, Callable[[_Task], Write]] = {
    "key": _contribute_key,
    "ptau": _contribute_ptau,
    "challenge": _contribute_challenge,
    "bellman": _contribute_bellman,
}


def perform(descriptor: int, order: Facts, progress: Progress = silent) -> Facts:
    """Contribute; return {"done": the published facts} or {"error": the error as data}."""
    where = Path(order["where"])
    texts = {name: order[name] for name in ("name", "entropy", "curve")}
    task = _Task(Path(order["source"]), where, **texts, progress=progress)
    try:
        with (
            using(threads=order["threads"], memory=order["memory"], strict=order["strict"]),
            scratch_beside(where),
        ):
            write = ACTIONS[order["action"]](task)
            with (
                system_errors("write the file", where),
                os.fdopen(descriptor, "wb", closefd=False) as output,
            ):
                return {"done": write(output)}
    except ZkctlError as problem:
        return _as_data(problem)
    except MemoryError:
        return _as_data(LimitError("out of memory", hint="use a machine with more memory"))


def _as_data(problem: ZkctlError) -> Facts:
    facts = {"message": problem.message, "where": problem.where, "hint": problem.hint}
    return {"error": {"class": type(problem).__name__, **facts}}


def harden(parent: int) -> None:
    """Forbid core dumps and tracing, and end with the process `parent`.

    Raises: EnvironmentProblem if the system does not comply.
    """
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if resource.getrlimit(resource.RLIMIT_CORE) != (0, 0):
        raise _not_protected("core dumps are on: expected RLIMIT_CORE 0")
    if sys.platform != "linux":
        return
    process = ctypes.CDLL(None, use_errno=True)
    process.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    if process.prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0) != 0:
        raise _not_protected("the process can be traced: expected PR_SET_DUMPABLE 0")
    if process.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise _not_protected("the process may outlive its parent: expected PR_SET_PDEATHSIG")
    if os.getppid() != parent:  # it ended before PR_SET_PDEATHSIG
        raise _not_protected("the process outlived its parent")


def _not_protected(what: str) -> EnvironmentProblem:
    return EnvironmentProblem(what, hint="contribute on a system that allows it")


def run() -> None:
    """Run as the child: harden, read the task, answer in lines of JSON."""
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C reaches the parent too, which ends the child
    descriptor, parent = int(sys.argv[1]), int(sys.argv[2])
    try:
        harden(parent)
    except EnvironmentProblem as problem:
        _answer(_as_data(problem))
        return
    task = json.loads(sys.stdin.buffer.read())
    _answer(
        perform(descriptor, task, lambda stage, fraction: _answer({"progress": [stage, fraction]}))
    )


def _answer(line: Facts) -> None:
    print(json.dumps(line), flush=True)  # noqa: T201  (the pipe to the parent)
