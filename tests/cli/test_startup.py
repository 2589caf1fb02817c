"""Starting is cheap, and commands load only what they need."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("numpy", "llvmlite", "numba", "galois", "py_ecc", "rich", "wasmtime", "cryptography")
FOREIGN = ("numba", "galois", "py_ecc")  # never on a command's path

PROBE = """
import sys
from zkctl.cli.app import main
code = main(sys.argv[2:])
loaded = [name for name in sys.argv[1].split(",") if name in sys.modules]
sys.stderr.write(f"loaded={','.join(loaded)} code={code}")
"""


def probe(names: tuple[str, ...], *words: str | Path) -> str:
    command = [sys.executable, "-c", PROBE, ",".join(names), *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    return done.stderr.splitlines()[-1]


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["prove", "--help"], ["pruve"]])
def test_no_heavy_import_before_a_command_runs(words: list[str]) -> None:
    assert probe(HEAVY, *words).startswith("loaded= ")


def test_help_is_quick() -> None:
    """0.09 s of processor time when measured; the limit leaves room for slow and busy machines."""
    times = []
    for _ in range(3):
        before = os.times()
        command = [sys.executable, "-m", "zkctl.cli.app", "--help"]
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        after = os.times()
        times.append(after.children_user - before.children_user)
    assert min(times) < 0.5
