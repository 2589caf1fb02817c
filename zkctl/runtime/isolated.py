"""Child processes of zkctl, and programs of the user: the one place that starts a process.

Python's isolated mode takes no module from the working folder, the user site or a folder named by a
PYTHON* variable.  The child loads zkctl from the folder that the parent was loaded from, and all
else from the Python installation; a folder of installed packages that holds zkctl joins the path, at its end.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile

from zkctl.errors import EnvironmentProblem
from zkctl.runtime.import_path import PACKAGE
from zkctl.runtime.records import record

_BOOT = """
import sys
from importlib import import_module, util
place, installed, module = sys.argv[1:4]
del sys.argv[1:4]
if installed and installed not in sys.path:
    sys.path.append(installed)
start = place + "/__init__.py"
spec = util.spec_from_file_location("zkctl", start, submodule_search_locations=[place])
package = util.module_from_spec(spec)
sys.modules["zkctl"] = package
spec.loader.exec_module(package)
import_module(module).run()
"""


@record
class Streams:
    """The standard streams of a child, as `subprocess` names them, and descriptors it inherits."""

    stdin: int
    stdout: int
    stderr: int | None = None  # None: the parent's
    descriptors: tuple[int, ...] = ()


def start_module(
    module: str, words: Sequence[str], streams: Streams, *, own_group: bool = False
) -> subprocess.Popen[bytes]:
    """Start the function `run` of a module of zkctl in an isolated process.

    Raises: EnvironmentProblem if the Python interpreter is unknown or cannot be started.
    """
    if not sys.executable or not Path(sys.executable).is_absolute():
        raise EnvironmentProblem(
            f"the Python interpreter is unknown: expected an absolute path, got {sys.executable!r}",
            hint="run zkctl with an installed Python",
        )
    encoding = f"utf8={sys.flags.utf8_mode}"  # the child must encode paths as the parent does
    flags = ["-I", "-X", encoding, *(["-B"] if sys.dont_write_bytecode else [])]
    home = Path(PACKAGE).parent  # the user's site folder, for an installation with pip --user
    installed = str(home) if home.name in ("site-packages", "dist-packages") else ""
    command = [sys.executable, *flags, "-c", _BOOT, PACKAGE, installed, module, *words]
    try:
        return subprocess.Popen(  # noqa: S603  (zkctl itself)
            command,
            stdin=streams.stdin,
            stdout=streams.stdout,
            stderr=streams.stderr,
            pass_fds=streams.descriptors,
            close_fds=True,
            env=child_environment(),
            process_group=0 if own_group else None,
        )
    except OSError as problem:
        raise EnvironmentProblem(f"cannot start a child process: {problem.strerror}") from None


def run_program(command: Sequence[str], given: bytes, *, seconds: float) -> tuple[int, bytes]:
    """Run a program that the user has installed; return its exit code and its output and messages together.

    Input and output are files: programs on Node.js lose what does not fit into a pipe.
    Raises: EnvironmentProblem if it cannot be started or does not end in time.
    """
    try:
        with TemporaryFile() as source, TemporaryFile() as output:
            source.write(given)
            source.seek(0)
            ended = subprocess.run(  # noqa: S603  (named by the user, or found on the PATH)
                list(command),
                stdin=source,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=seconds,
                check=False,
            )
            output.seek(0)
            return ended.returncode, output.read()
    except OSError as problem:
        raise EnvironmentProblem(f"cannot start {command[0]}: {problem.strerror}") from None
    except subprocess.TimeoutExpired:
        raise EnvironmentProblem(
            f"{command[0]} does not end: expected its answer within {seconds:.0f} s, got none"
        ) from None


def start_program(command: Sequence[str], environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a program that the user has installed, its output as a pipe, with these variables besides ours.

    Raises: EnvironmentProblem if it cannot be started.
    """
    try:
        return subprocess.Popen(  # noqa: S603  (found on the PATH)
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **environ},
        )
    except OSError as problem:
        raise EnvironmentProblem(f"cannot start {command[0]}: {problem.strerror}") from None


def child_environment() -> dict[str, str]:
    """Return the environment without the variables that steer Python."""
    return {name: value for name, value in os.environ.items() if not _steers_python(name)}


def _steers_python(name: str) -> bool:
    return name.upper().startswith(("PYTHON", "__PYVENV"))
