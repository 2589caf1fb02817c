"""Witnesses of circomlib's test circuits: equal to those of circom2's own calculator, or refused by both."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.circom.programs import logged_witness
from tests.interop.conftest import Runner
from tests.support.circomlib import copy_circomlib, names_of_circuits
from zkctl.circom.circuit import CircomCircuit
from zkctl.circom.compile import compile_program
from zkctl.constraints.signals import SignalGroup
from zkctl.constraints.simplify.level import SimplificationLevel
from zkctl.errors import ZkctlError
from zkctl.field import BN254_FR, ints_from_words
from zkctl.formats.binary.wtns import read_wtns

QUICK = ["isequal", "binsub_test", "escalarmulw4table"]
RANGES = (2, 200, BN254_FR.modulus)  # inputs below these


def _input(group: SignalGroup, rng: random.Random, below: int) -> Any:
    def build(shape: tuple[int, ...]) -> Any:
        return [build(shape[1:]) for _ in range(shape[0])] if shape else str(rng.randrange(below))

    return build(group.shape)


def _theirs(folder: Path, name: str, inputs: dict[str, Any]) -> list[int] | None:
    (folder / "input.json").write_text(json.dumps(inputs))
    code = folder / f"{name}_js"
    command = ["node", code / "generate_witness.js", code / f"{name}.wasm", folder / "input.json"]
    done = subprocess.run([*command, folder / "w.wtns"], capture_output=True, timeout=300, check=False)  # fmt: skip
    return None if done.returncode else ints_from_words(read_wtns(folder / "w.wtns").words)


def _ours(circuit: CircomCircuit, inputs: dict[str, Any]) -> list[int] | None:
    try:
        return logged_witness(circuit, inputs)[0]
    except ZkctlError:
        return None


def _check(copy: Path, name: str, run_circom2: Runner) -> None:
    source = copy / "test" / "circuits" / f"{name}.circom"
    done = run_circom2(f"test/circuits/{name}.circom", "--wasm", "--O1", "-o", ".", cwd=copy)
    assert done.returncode == 0, done.stderr
    level = SimplificationLevel(1, is_compatible=True)
    circuit = compile_program(source, [], BN254_FR, level).circuit
    for below in RANGES:
        rng = random.Random(f"{name} {below}")
        groups = [group for group in circuit.program.signals if group.role.is_input]
        inputs = {group.name: _input(group, rng, below) for group in groups}
        assert _ours(circuit, inputs) == _theirs(copy, name, inputs), (name, below)


def test_quick_circuits(node_modules: Path, run_circom2: Runner, tmp_path: Path) -> None:
    copy = copy_circomlib(node_modules, tmp_path)
    for name in QUICK:
        _check(copy, name, run_circom2)


@pytest.mark.slow
def test_all_circuits(node_modules: Path, run_circom2: Runner, tmp_path: Path) -> None:
    copy = copy_circomlib(node_modules, tmp_path)
    for name in names_of_circuits(copy):
        _check(copy, name, run_circom2)
