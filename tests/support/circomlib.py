"""circomlib's test circuits, compiled with circom2 without simplification."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

_SECONDS = 600


def copy_circomlib(node_modules: Path, folder: Path) -> Path:
    """Copy circuits and tests, because circom2 reads only below its working directory; return the copy."""
    for part in ("circuits", "test/circuits"):
        shutil.copytree(node_modules / "circomlib" / part, folder / part, dirs_exist_ok=True)
    return folder


def names_of_circuits(copy: Path) -> list[str]:
    """The names of the test circuits."""
    return sorted(path.stem for path in (copy / "test" / "circuits").glob("*.circom"))


def compile_test_circuit(node_modules: Path, copy: Path, name: str) -> Path:
    """Compile a test circuit; return the path of its .r1cs, the .sym is beside it."""
    output = copy / "compiled"
    output.mkdir(exist_ok=True)
    command = ["node", str((node_modules / "circom2" / "cli.js").resolve())]
    command += [f"test/circuits/{name}.circom", "--r1cs", "--sym", "--O0", "-o", "compiled"]
    done = subprocess.run(
        command, cwd=copy, capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    if done.returncode:
        raise RuntimeError(f"circom2 refuses {name}: {done.stdout}{done.stderr}")
    return output / f"{name}.r1cs"
