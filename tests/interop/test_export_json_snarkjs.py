"""`zkctl export-json` writes byte for byte what snarkjs exports; of a phase 1 the same names and counts."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.interop.conftest import Runner
from tests.support.binary_files import Container, u32
from tests.support.toy_groth16 import (
    Constraint,
    circuit,
    factors,
    factors_witness,
    save_circuit,
    save_key,
    save_witness,
    toy_key,
)
from zkctl.curve import CURVES, Curve
from zkctl.field import BN254_FR
from zkctl.toolchain.inspect.export_json import export_json

VECTORS = "co-snarks-examples/groth16/test_vectors"
REAL = (
    "golden_bn128/multiplier.r1cs",
    "golden_bn128/witness.wtns",
    "golden_bn128/multiplier_final.zkey",
    "ark-circom/mycircuit.r1cs",
    "ark-circom/test.zkey",
    "lint-corpus/bits254_bad/bits254_bad.O0.r1cs",
    f"{VECTORS}/kyc/bls12/witness.wtns",
    f"{VECTORS}/poseidon/witness.wtns",
    f"{VECTORS}/multiplier2/multiplier2.zkey",
)
CUSTOM = """
pragma circom 2.0.6;
pragma custom_templates;
template custom Line(a, b) {
  signal input x;
  signal input unused[2];
  signal output y;
  y <-- x * a + b;
}
template Main() {
  signal input x;
  signal output y;
  component first = Line(10, -1);
  component second = Line(3, 4);
  first.x <== x;
  first.unused <== [x, x];
  second.x <== first.y;
  second.unused <== [first.y, x];
  y <== second.y * x;
}
component main = Main();
"""


def both(source: Path, run_snarkjs: Runner, folder: Path) -> tuple[bytes, bytes]:
    """The JSON of a file by zkctl and by snarkjs."""
    kinds = {b"r1cs": "r1cs", b"wtns": "wtns", b"zkey": "zkey", b"ptau": "powersoftau"}
    kind = kinds[source.read_bytes()[:4]]
    ours, theirs = folder / "ours.json", folder / "theirs.json"
    export_json(source, output=ours)
    answer = run_snarkjs(kind, "export", "json", source, theirs, cwd=folder)
    assert answer.returncode == 0, answer.stdout
    return ours.read_bytes(), theirs.read_bytes()


@pytest.mark.parametrize("name", REAL)
def test_real_files(data: Path, tmp_path: Path, run_snarkjs: Runner, name: str) -> None:
    ours, theirs = both(data / name, run_snarkjs, tmp_path)
    assert ours == theirs


@pytest.mark.parametrize("kind", ["r1cs", "wtns", "zkey"])
@pytest.mark.parametrize("curve", CURVES, ids=str)
def test_files_of_both_curves(curve: Curve, kind: str, tmp_path: Path, run_snarkjs: Runner) -> None:
    field, path = curve.scalar_field, tmp_path / "file"
    if kind == "r1cs":
        save_circuit(path, factors(field))
    elif kind == "wtns":
        save_witness(path, field, factors_witness(field))
    else:
        save_key(path, toy_key(curve))
    ours, theirs = both(path, run_snarkjs, tmp_path)
    assert ours == theirs


ODD: dict[str, list[Constraint]] = {
    "no constraint": [],
    "empty rows": [([], [], []), ([], [(1, 2)], [])],
    "wires in another order": [([(10, 1), (9, -1), (0, 3)], [(11, 0)], [(2, 5)])],
}


@pytest.mark.parametrize("name", ODD)
def test_odd_circuits(tmp_path: Path, run_snarkjs: Runner, name: str) -> None:
    path = save_circuit(tmp_path / "c.r1cs", circuit(BN254_FR, ODD[name], 12, 1, 1))
    ours, theirs = both(path, run_snarkjs, tmp_path)
    assert ours == theirs


def test_custom_gates(tmp_path: Path, run_snarkjs: Runner, run_circom2: Runner) -> None:
    (tmp_path / "c.circom").write_text(CUSTOM)
    made = run_circom2("c.circom", "--r1cs", "--O0", cwd=tmp_path)
    assert made.returncode == 0, made.stdout + made.stderr
    ours, theirs = both(tmp_path / "c.r1cs", run_snarkjs, tmp_path)
    assert ours == theirs
    assert len(json.loads(ours)["customGatesUses"]) == 2


def test_sections_for_custom_gates_without_gates(tmp_path: Path, run_snarkjs: Runner) -> None:
    file = Container.read(save_circuit(tmp_path / "c.r1cs", factors(BN254_FR)))
    path = tmp_path / "d.r1cs"
    replace(file, sections=(*file.sections, (4, u32(0)), (5, u32(0)))).write(path)
    ours, theirs = both(path, run_snarkjs, tmp_path)
    assert ours == theirs


def test_a_wire_that_repeats_has_the_sum_here_and_the_last_coefficient_there(
    tmp_path: Path, run_snarkjs: Runner
) -> None:
    """circom writes no such row; the terms of one wire add up where a constraint is computed."""
    rows: list[Constraint] = [([(3, 1), (4, 2), (3, 5)], [], [])]
    path = save_circuit(tmp_path / "c.r1cs", circuit(BN254_FR, rows, 12, 1, 1))
    ours, theirs = map(json.loads, both(path, run_snarkjs, tmp_path))
    assert ours["constraints"] == [[{"3": "6", "4": "2"}, {}, {}]]
    assert theirs["constraints"] == [[{"3": "5", "4": "2"}, {}, {}]]


def test_a_phase_1_has_the_same_names_and_counts(
    data: Path, tmp_path: Path, run_snarkjs: Runner
) -> None:
    """There each point is one number; the largest block of lTauG1 is missing."""
    files = both(data / "golden_bn128/pot6_final.ptau", run_snarkjs, tmp_path)
    ours, theirs = map(json.loads, files)
    assert set(theirs) <= set(ours)
    for left, right in zip(theirs["contributions"], ours["contributions"], strict=True):
        assert set(left) <= set(right)
    assert [len(block) for block in theirs["lTauG1"]] == [1 << k for k in range(7)]
    assert [len(block) for block in ours["lTauG1"]] == [1 << k for k in range(8)]
    for name in ("tauG1", "tauG2", "alphaTauG1", "betaTauG1"):
        assert len(ours[name]) == len(theirs[name])
    assert isinstance(theirs["tauG1"][0], str)
    assert ours["tauG1"][0] == ["1", "2", "1"]
