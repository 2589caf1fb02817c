"""The tools of others answer at all; without this every interoperability test would skip for the same hidden reason."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from tests.interop.conftest import Runner
from tests.test_docs import SNARKJS_COMMANDS


def test_snarkjs_answers(run_snarkjs: Runner, tmp_path: Path) -> None:
    assert "snarkjs@0.7.6" in run_snarkjs("--help", cwd=tmp_path).stdout


def test_the_guide_knows_the_commands_of_snarkjs(run_snarkjs: Runner, tmp_path: Path) -> None:
    """Each stands on the line above its usage, with its description, sometimes without a blank between them."""
    lines = run_snarkjs("--help", cwd=tmp_path).stdout.splitlines()
    found = [above for above, below in pairwise(lines) if below.startswith("     Usage:  snarkjs ")]
    assert len(found) == len(SNARKJS_COMMANDS)
    for command, line in zip(SNARKJS_COMMANDS, found, strict=True):
        assert line.startswith(command)


def test_circom2_answers(run_circom2: Runner, tmp_path: Path) -> None:
    assert "circom compiler 2." in run_circom2("--version", cwd=tmp_path).stdout


def test_circom_2_0_3_answers(run_circom_2_0_3: Runner, tmp_path: Path) -> None:
    assert "circom compiler 2.0.3" in run_circom_2_0_3("--version", cwd=tmp_path).stdout
