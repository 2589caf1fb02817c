"""Constraints and witnesses of circom's circuits: the terms that snarkjs prints and its verdicts are ours."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.interop.conftest import Runner
from tests.interop.test_circuits_snarkjs import succeed
from tests.support.binary_files import BN254_R
from tests.support.toy_groth16 import save_witness
from zkctl.formats.binary.wtns import read_wtns
from zkctl.toolchain.circuit.check_witness import verify_witness
from zkctl.toolchain.circuit.print_constraints import print_constraints

CIRCOM = """pragma circom 2.1.0;
template Inner() {
    signal input x;
    signal input y;
    signal output z;
    z <== x * (y + 3) - 5;
}
template Nested() {
    signal input a;
    signal input b[2][2];
    signal output c;
    signal output d[2];
    component i = Inner();
    i.x <== a + 2 * b[0][1];
    i.y <== b[1][0] - a;
    c <== i.z;
    d[0] <== a * b[0][0];
    d[1] <== b[1][1] - a;
    a * b[0][0] === b[1][1];
}
component main {public [a]} = Nested();
"""
Terms = dict[str, int]


@pytest.fixture(scope="module", params=["O0", "O1", "O2"])
def folder(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    run_circom2: Runner,
    run_snarkjs: Runner,
) -> Path:
    """nested.circom compiled, with a witness, at each level of simplification."""
    made = tmp_path_factory.mktemp(request.param)
    (made / "nested.circom").write_text(CIRCOM)
    flags = ("--r1cs", "--sym", "--wasm", f"--{request.param}")
    succeed(run_circom2("nested.circom", *flags, cwd=made))
    inputs = {"a": "3", "b": [["5", "7"], ["11", "15"]]}
    (made / "input.json").write_text(json.dumps(inputs))
    wasm = Path("nested_js") / "nested.wasm"
    succeed(run_snarkjs("wtns", "calculate", wasm, "input.json", "witness.wtns", cwd=made))
    return made


def theirs(line: str) -> list[Terms]:
    """The terms of a line `[ 2main.a +31 ] * ... - [ ... ] = 0`, where the last digit of 31 stands for the constant."""
    sides: list[Terms] = []
    for text in re.findall(r"\[ (.*?) \](?= [*\-=])", line):
        terms = re.findall(r"(\d*?)(main\.\S+|1)(?= |$)", text.replace(" +", " "))
        sides.append({"" if name == "1" else name: int(value or 1) for value, name in terms})
    return sides


def ours(line: str) -> list[Terms]:
    sides: list[Terms] = []
    for text in re.findall(r"\[ (.*?) \](?= \*| =|$)", line):
        terms = re.findall(r"(-?\d+)(?: (main\.\S+))?", text.replace("- ", "-"))
        sides.append({name: int(value) % BN254_R for value, name in terms if value != "0"})
    return sides


def test_the_same_terms(folder: Path, run_snarkjs: Runner) -> None:
    text = succeed(run_snarkjs("r1cs", "print", "nested.r1cs", "nested.sym", cwd=folder))
    expected = [theirs(line) for line in text.splitlines() if "] * [" in line]
    assert len(expected) >= 3
    assert all(len(sides) == 3 for sides in expected)
    assert [ours(line) for line in print_constraints(folder / "nested.r1cs").lines] == expected


def test_the_same_verdict_for_wrong_wires(
    folder: Path, run_snarkjs: Runner, tmp_path: Path
) -> None:
    r1cs = folder / "nested.r1cs"
    assert verify_witness(folder / "witness.wtns", r1cs=r1cs).satisfied
    witness = read_wtns(folder / "witness.wtns")
    for wire in range(1, len(witness), 4):
        words = witness.words.copy()
        words[wire, 0] += 1
        save_witness(tmp_path / "w.wtns", witness.field, words)
        found = verify_witness(tmp_path / "w.wtns", r1cs=r1cs)
        done = run_snarkjs("wtns", "check", r1cs, "w.wtns", cwd=tmp_path)
        assert found.satisfied == ("WITNESS IS CORRECT" in done.stdout)
        assert all(name.startswith("main.") for each in found.broken for name in each.signals)
