"""L011 nondeterministic-compile: compiling twice yields different files.

Code that iterates over a set, draws random numbers or reads the clock makes another circuit on each machine: keys do not fit, and a
ceremony cannot begin.  The circuit is compiled in two processes with different seeds of the hash function.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from zkctl.errors import CircuitError, ZkctlError
from zkctl.lint.findings import Level, LintFinding
from zkctl.lint.registry import NONDETERMINISTIC
from zkctl.runtime.isolated import Streams, start_module

_MODULE = "zkctl.toolchain.lint.determinism"
N_COMPILATIONS = 2  # each process has another seed, because Python's isolated mode draws it


def differences(source: str, parameters: Mapping[str, str]) -> list[LintFinding]:
    """Return a finding if two processes compile a circuit to different bytes.

    Raises: CircuitError if a process cannot compile it.
    """
    words = [str(Path.cwd()), source, *(f"{name}={value}" for name, value in parameters.items())]
    with tempfile.TemporaryDirectory(prefix="zkctl-lint-") as folder:
        outputs = [Path(folder) / str(k) for k in range(N_COMPILATIONS)]
        children = []
        for output in outputs:
            output.mkdir()
            streams = Streams(subprocess.DEVNULL, subprocess.DEVNULL, subprocess.PIPE)
            children.append(start_module(_MODULE, [str(output), *words], streams))
        for child in children:
            _, problem = child.communicate()
            if child.returncode:
                raise CircuitError(
                    "the circuit does not compile in another process",
                    where=problem.decode(errors="replace")[:2000],
                )
        first, second = (
            {file.name: file.read_bytes() for file in each.iterdir()} for each in outputs
        )
    names = sorted(name for name in first if first[name] != second.get(name))
    if not names:
        return []
    return [
        LintFinding(
            Level.ERROR,
            f"two compilations yield different files: {', '.join(names)}",
            hint="sort sets before iterating over them, and use no random numbers, clock or environment in circuit code",
            code=NONDETERMINISTIC,
        )
    ]


def run() -> None:
    """Compile into a folder: the words are the folder, the working folder, the source, and parameters NAME=VALUE."""
    import os

    from zkctl.toolchain.circuit.compile import compile_circuit

    output, working, source, *assignments = sys.argv[1:]
    os.chdir(working)
    parameters = dict(each.split("=", 1) for each in assignments)
    try:
        compile_circuit(source, parameters, Path(output), level=0)
    except ZkctlError as error:
        sys.stderr.write(str(error))
        raise SystemExit(1) from None
