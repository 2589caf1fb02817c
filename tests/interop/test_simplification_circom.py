"""Simplification beside circom: from the constraints at O0, the same rows and wires as circom at O1 and O2."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.interop.conftest import Runner
from tests.support.constraint_rows import left_over, rows, sides_of
from zkctl.constraints.simplify.passes import simplify
from zkctl.formats.binary.r1cs import read_r1cs

PROGRAMS = "circom-programs/ok"
QUICK = ["simp_becomes_linear", "simp_equality_chain", "simp_method_large_cluster"]
# circom drops one of two constants for a signal; here the circuit keeps what it cannot satisfy
CONTRADICTORY = {"simp_contradictory_constants"}

MANY_PARTS = """pragma circom 2.0.0;
include "poseidon.circom";
include "comparators.circom";
include "sign.circom";
include "mux3.circom";
template Many() {
    signal input x[3];
    signal output out[4];
    component hash = Poseidon(2);
    hash.inputs[0] <== x[0];
    hash.inputs[1] <== x[1] + 2 * x[2];
    component less = LessThan(16);
    less.in[0] <== x[1];
    less.in[1] <== 77;
    component bits = Num2Bits(254);
    bits.in <== hash.out;
    component sign = Sign();
    component choice = MultiMux3(2);
    for (var k = 0; k < 254; k++) sign.in[k] <== bits.out[k];
    for (var k = 0; k < 8; k++) { choice.c[0][k] <== k * x[0]; choice.c[1][k] <== x[2]; }
    for (var k = 0; k < 3; k++) choice.s[k] <== bits.out[k];
    out[0] <== less.out;
    out[1] <== sign.sign;
    out[2] <== choice.out[0];
    out[3] <== choice.out[1] + x[0];
}
component main {public [x]} = Many();
"""


def compile_all(folder: Path, name: str, run_circom2: Runner) -> dict[int, Path]:
    """Compile at each level; return the r1cs files."""
    made = {}
    for level in (0, 1, 2):
        (folder / f"O{level}").mkdir()
        done = run_circom2(f"{name}.circom", "--r1cs", f"--O{level}", "-o", f"O{level}", cwd=folder)
        assert done.returncode == 0, done.stdout + done.stderr
        made[level] = folder / f"O{level}" / f"{name}.r1cs"
    return made


def compare(made: dict[int, Path]) -> None:
    plain = read_r1cs(made[0])
    base = rows(sides_of(plain), n_signals=plain.n_wires, modulus=plain.field.modulus)
    for level in (1, 2):
        result = simplify(base, 1 + plain.n_public, level=level)
        theirs = read_r1cs(made[level])
        assert result.kept.tolist() == theirs.labels.tolist()
        number = {label: wire for wire, label in enumerate(result.kept.tolist())}
        ours = [
            tuple({number[signal]: value for signal, value in side.items()} for side in constraint)
            for constraint in left_over(base, result)
        ]
        assert ours == sides_of(theirs)


def test_a_circuit_of_many_parts(tmp_path: Path, node_modules: Path, run_circom2: Runner) -> None:
    for source in (node_modules / "circomlib" / "circuits").glob("*.circom"):
        shutil.copy(source, tmp_path)
    (tmp_path / "many.circom").write_text(MANY_PARTS)
    made = compile_all(tmp_path, "many", run_circom2)
    compare(made)
    assert read_r1cs(made[2]).n_constraints < read_r1cs(made[1]).n_constraints


@pytest.mark.parametrize("name", QUICK)
def test_programs(data: Path, tmp_path: Path, name: str, run_circom2: Runner) -> None:
    shutil.copy(data / PROGRAMS / name / "main.circom", tmp_path)
    compare(compile_all(tmp_path, "main", run_circom2))


@pytest.mark.slow
def test_all_programs(data: Path, tmp_path: Path, run_circom2: Runner) -> None:
    """93 programs at three levels."""
    compared = 0
    for folder in sorted((data / PROGRAMS).iterdir()):
        if folder.name in {*QUICK, *CONTRADICTORY}:
            continue
        (tmp_path / folder.name).mkdir()
        shutil.copy(folder / "main.circom", tmp_path / folder.name)
        made = compile_all(tmp_path / folder.name, "main", run_circom2)
        if not read_r1cs(made[0]).has_custom_gates:
            compare(made)
            compared += 1
    assert compared > 80
