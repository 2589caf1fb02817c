"""The folder of the demo: membership-v1 with small trees, a setup by this machine alone, and the lock of its files.

The commands of the toolchain run as processes of their own: the code of a circuit runs in none of the service's.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from importlib import resources
from pathlib import Path

from zkctl.errors import EnvironmentProblem
from zkctl.runtime.isolated import Streams, start_module
from zkctl.runtime.printable import printable
from zkctl.service.proving.demo.holder import DemoHolder
from zkctl.storage.atomic import atomic_output
from zkctl.storage.atomic_folder import atomic_folder
from zkctl.storage.private import make_private_folder
from zkctl.toolchain.project.circuits import digest_of
from zkctl.toolchain.project.lock_file import LOCK_FILE, Lock, LockedCircuit, lock_text

CIRCUIT, REGISTRY = "membership-v1", "demo"
DEPTH = 4  # of both trees: 4,081 constraints, so that the setup takes seconds
_POWER = 12
HOLDER_FILE, SERVICE_FILE = "holder.json", "service.yaml"
_STEPS = (
    "compile {source} -P depth={depth} -P revocation_depth={depth} -o .",
    "ptau new bn254 {power} -o first.ptau",
    "ptau contribute first.ptau -o second.ptau --name demo",
    "ptau prepare second.ptau -o powers.ptau",
    "setup groth16 membership.r1cs powers.ptau -o first.zkey",
    "ceremony contribute first.zkey -o membership.zkey --name demo",
    "export-vkey membership.zkey -o membership.vkey.json",
)


def demo_folder(state: Path, note: Callable[[str], None]) -> Path:
    """Return the demo's folder, which the first call makes in a few seconds.  Raises: EnvironmentProblem."""
    folder = state / "demo"
    if not (folder / LOCK_FILE).is_file():
        make_private_folder(state)
        note("making the demo's circuit and keys on this machine, once: some seconds")
        with atomic_folder(folder) as partial:
            make_demo(partial)
    return folder


def make_demo(folder: Path) -> None:
    """Write the files of the demo into an empty folder."""
    work, build = folder / "work", folder / "build"
    work.mkdir()
    build.mkdir()
    for name, content in circuit_sources().items():
        (work / name).write_bytes(content)
    words = {"source": "membership.py", "depth": DEPTH, "power": _POWER}
    for step in _STEPS:
        _run(step.format(**words), work)
    for kind in ("r1cs", "wprog", "zkey", "vkey.json"):
        (work / f"membership.{kind}").rename(build / f"{CIRCUIT}.{kind}")
    shutil.rmtree(work)
    _write_holder(folder)
    _write(folder / SERVICE_FILE, f"serve:\n  {CIRCUIT}:\n    registry: {REGISTRY}\n")
    _write(folder / LOCK_FILE, lock_text(_lock(build)))


def circuit_sources() -> dict[str, bytes]:
    """Return the sources of the circuit by their names; those of circuits/address in the repository."""
    place = resources.files("zkctl.service.proving.demo") / "circuit"
    with resources.as_file(place) as folder:
        return {path.name.removesuffix(".txt"): path.read_bytes() for path in folder.glob("*.txt")}


def _write_holder(folder: Path) -> None:
    holder = DemoHolder.generate()
    _write(folder / HOLDER_FILE, json.dumps(holder.members()) + "\n")
    sample = json.dumps(holder.inputs(DEPTH, scope=0, context=0))
    _write(folder / "build" / f"{CIRCUIT}.sample.json", sample + "\n")


def _lock(build: Path) -> Lock:
    digests = {
        name: digest_of(build / f"{CIRCUIT}.{kind}")
        for name, kind in (
            ("r1cs", "r1cs"),
            ("wprog", "wprog"),
            ("zkey", "zkey"),
            ("vkey", "vkey.json"),
        )
    }
    return Lock("", {CIRCUIT: LockedCircuit(settings="demo", sources={}, **digests)})


def _write(path: Path, text: str) -> None:
    with atomic_output(path, private=True) as file:
        file.write(text.encode())


def _run(words: str, folder: Path) -> None:
    """Run a command of zkctl in a folder.  Raises: EnvironmentProblem with its message."""
    streams = Streams(subprocess.DEVNULL, subprocess.PIPE, subprocess.STDOUT)
    paths = [str(folder / word) if _is_file(word) else word for word in words.split()]
    process = start_module("zkctl.cli.app", [*paths, "--quiet"], streams)
    output, _ = process.communicate()
    if process.returncode:
        raise EnvironmentProblem(
            f"the demo cannot be made: {printable(output.decode(errors='replace').strip(), 300)}",
            where=f"zkctl {words}",
        )


def _is_file(word: str) -> bool:
    return word == "." or word.endswith((".py", ".ptau", ".r1cs", ".zkey", ".json"))
