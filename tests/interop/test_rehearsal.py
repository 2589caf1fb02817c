"""The rehearsal of a whole ceremony (security notes, case 79) ends with exactly the honest contributions."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT


def test_the_rehearsal(tmp_path) -> None:
    command = [sys.executable, "ceremony/rehearse.py", "--seed", "7", "--keep", str(tmp_path / "c")]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=240
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the final key holds exactly the 15 honest contributions" in done.stdout
    assert "the coordinator was killed 10 times" in done.stdout
    assert done.stdout.count("and never answered") == 5
    assert done.stdout.count(" refused: ") == 5
    default = ROOT / "tests" / "interop" / "node" / "node_modules"
    node_modules = Path(os.environ.get("ZKCTL_NODE_MODULES", default))
    if shutil.which("node") and (node_modules / "snarkjs").is_dir():
        assert "snarkjs accepts the final key" in done.stdout
