"""Run the tools of others: snarkjs and circom (WebAssembly build) from npm.

Installed by `make setup` into tests/interop/node; ZKCTL_NODE_MODULES names another node_modules folder.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import missing
from tests.support.circom_server import CircomServer
from tests.support.snarkjs_server import SnarkjsServer

Completed = subprocess.CompletedProcess[str]
Runner = Callable[..., Completed]

NODE_SECONDS = 300


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The folder with snarkjs, circom2, circomlib and circomlibjs."""
    default = Path(__file__).parent / "node" / "node_modules"
    folder = Path(os.environ.get("ZKCTL_NODE_MODULES", default))
    if not (folder / "snarkjs").is_dir() or shutil.which("node") is None:
        missing(f"no node or no snarkjs in {folder}: run make setup or set ZKCTL_NODE_MODULES")
    return folder


@pytest.fixture(scope="session")
def circom_packages(node_modules: Path) -> Path:
    """The same folder, if it has the other packages of .circom files too."""
    for name in ("@semaphore-protocol/circuits", "@zk-email/circuits", "circomlib-ml"):
        if not (node_modules / name).is_dir():
            missing(f"no {name} in {node_modules}: run make setup again")
    return node_modules


@pytest.fixture(scope="session")
def run_snarkjs(node_modules: Path) -> Iterator[Runner]:
    """run_snarkjs("groth16", "verify", ..., cwd=folder) -> CompletedProcess with text output; the caller checks the exit code."""
    server = SnarkjsServer(node_modules, NODE_SECONDS)
    yield server.run
    server.close()


@pytest.fixture(scope="module")
def circom(node_modules: Path) -> Iterator[CircomServer]:
    """circom2 and its calculators for many small programs."""
    server = CircomServer(node_modules)
    yield server
    server.close()


@pytest.fixture(scope="session")
def run_circom2(node_modules: Path) -> Runner:
    """run_circom2("circuit.circom", "--r1cs", "-l", circomlib, cwd=folder) -> CompletedProcess with text output."""
    return runner(node_modules / "circom2" / "cli.js")


@pytest.fixture(scope="session")
def run_circom_2_0_3(node_modules: Path) -> Runner:
    """As run_circom2, of circom 2.0.3, whose calculators do not say how large their inputs are."""
    script = node_modules / "circom2-0.2.0" / "cli.js"
    if not script.is_file():
        missing("no circom 2.0.3: run make setup again")
    return runner(script)


def runner(script: Path) -> Runner:
    """run(..., cwd=folder) runs a script with node."""

    def run(*arguments: str | Path, cwd: Path) -> Completed:
        command = ["node", str(script), *map(str, arguments)]
        return subprocess.run(
            command, cwd=cwd, capture_output=True, text=True, timeout=NODE_SECONDS, check=False
        )

    return run
