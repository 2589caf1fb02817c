"""The rehearsal of a whole ceremony (docs/design/security-cases.md, N79) ends with exactly the honest contributions."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT


def rehearse(folder: Path, *options: str, seconds: float = 280) -> str:
    """What a rehearsal says; it must end well."""
    command = [sys.executable, "ceremony/rehearse.py", "--seed", "7", "--keep", str(folder)]
    done = subprocess.run(
        [*command, *options], cwd=ROOT, capture_output=True, text=True, check=False, timeout=seconds
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def check(said: str, n_honest: int, n_drop_outs: int, n_kills: int) -> None:
    assert f"the final key holds exactly the {n_honest} honest contributions" in said
    assert f"the coordinator was killed {n_kills} times" in said
    assert said.count("and never answered") == n_drop_outs
    assert said.count(" refused: ") == 5
    default = ROOT / "tests" / "interop" / "node" / "node_modules"
    node_modules = Path(os.environ.get("ZKCTL_NODE_MODULES", default))
    if shutil.which("node") and (node_modules / "snarkjs").is_dir():
        assert "snarkjs accepts the final key" in said


@pytest.mark.slow  # the one over the network, which takes the same steps, is in every run
def test_the_rehearsal(tmp_path: Path) -> None:
    check(rehearse(tmp_path / "c"), 15, 5, 10)


def test_a_small_rehearsal_over_the_network(tmp_path: Path) -> None:
    check(rehearse(tmp_path / "c", "--server", "--few"), 2, 1, 3)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_rehearsal_over_the_network(tmp_path: Path) -> None:
    check(rehearse(tmp_path / "c", "--server", seconds=850), 15, 5, 10)
