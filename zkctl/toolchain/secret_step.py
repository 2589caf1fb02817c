"""The step of a contribution that knows the secret, in a process of its own that ends with it.

The parent opens the output and passes its descriptor; the person's text goes through a pipe, never
over a command line.  The process leaves no core dump, cannot be traced by others of the same user,
dies with its parent, and its memory goes back to the system when it ends.  How far that erases the
secret is said in docs/reference/ceremonies.md.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from zkctl import errors
from zkctl.ceremony.knowledge import participant
from zkctl.ceremony.phase2.contribute import contribute_phase2
from zkctl.errors import EnvironmentProblem, ZkctlError
from zkctl.formats.binary.zkey_groth16 import CONTRIBUTION_ORDER, ZkeyFile, read_zkey, write_zkey
from zkctl.runtime.settings import is_strict, thread_count, using
from zkctl.storage.mapped import system_errors
from zkctl.toolchain.ptau.contribute import about

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE = 1, 4  # linux/prctl.h


def contribute_in_child(
    old: Path, output: BinaryIO, where: Path, *, name: str, entropy: str
) -> None:
    """Write the key with one more contribution to an open file, called `where` in errors.

    Raises: what the child raised; EnvironmentProblem if it was killed.
    """
    task = {
        "old": str(old),
        "where": str(where),
        "name": name,
        "entropy": entropy,
        "threads": thread_count(),
        "strict": is_strict(),
    }
    command = [sys.executable, "-m", __name__, str(output.fileno())]
    with subprocess.Popen(  # noqa: S603  (this very module)
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=[output.fileno()]
    ) as child:
        try:
            answer, _ = child.communicate(json.dumps(task).encode())
        except BaseException:
            child.kill()
            raise
    if child.returncode < 0:
        raise EnvironmentProblem(
            f"the contributing process was killed by signal {-child.returncode}",
            hint="nothing was written, and its secret is gone: contribute again",
        )
    _raise_again(answer)


def _raise_again(answer: bytes) -> None:
    try:
        failure: dict[str, str] = json.loads(answer)
    except ValueError:
        failure = {"class": "", "message": "the contributing process failed without an answer"}
    if not failure:
        return
    kind = getattr(errors, failure.pop("class"), ZkctlError)
    message = failure.pop("message")
    raise kind(message, **failure)


def main(descriptor: int, task: dict[str, Any]) -> dict[str, str]:
    """Contribute; returns the error as data, or nothing."""
    old = Path(task["old"])
    try:
        with using(threads=task["threads"], strict=task["strict"]):
            stored = read_zkey(old)
            with about(old):
                key, record = contribute_phase2(
                    stored.key,
                    stored.circuit_hash,
                    stored.contributions,
                    participant(task["name"]),
                    task["entropy"],
                )
            new = ZkeyFile(key, stored.circuit_hash, [*stored.contributions, record])
            with (
                system_errors("write the file", Path(task["where"])),
                os.fdopen(descriptor, "wb", closefd=False) as output,
            ):
                write_zkey(output, new, order=CONTRIBUTION_ORDER)
    except ZkctlError as problem:
        return {
            "class": type(problem).__name__,
            "message": problem.message,
            "where": problem.where,
            "hint": problem.hint,
        }
    return {}


def harden() -> None:
    """No core dumps, not traceable, dead when the parent is; where the system offers it."""
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError, AttributeError):
        process = ctypes.CDLL(None, use_errno=True)
        process.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        process.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


if __name__ == "__main__":
    harden()
    json.dump(main(int(sys.argv[1]), json.loads(sys.stdin.buffer.read())), sys.stdout)
