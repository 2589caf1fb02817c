"""Circuits at the edges beside snarkjs, PLONK and fflonk: the same keys, and proofs that hold on the other side."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.interop.conftest import Runner
from tests.interop.universal_circuits import (
    Source,
    check_our_proof,
    check_same_setup,
    check_their_proof,
    save_powers,
    write_witness,
)
from zkctl.curve import BLS12_381, BN254
from zkctl.errors import EnvironmentProblem, InputError
from zkctl.toolchain.proof.setup import make_key
from zkctl.toolchain.proof.systems import SYSTEMS

POWER = 11  # 128 rows of fflonk


@dataclass(frozen=True)
class Edge:
    """A circuit, its inputs, and the systems whose prover in snarkjs 0.7.6 fails for it."""

    source: Source
    inputs: dict[str, object]
    fails: tuple[str, ...] = ()


def chain(n: int, level: str = "--O1") -> Source:
    """One public output and n products, n + 1 rows."""
    body = (
        f"signal input x; signal output y; signal t[{n}]; t[0] <== x*x;"
        f" for (var k = 1; k < {n}; k++) {{ t[k] <== t[k-1]*x; }} y <== t[{n - 1}];"
    )
    return Source("--O2" if level == "--O1" else level, body)


MIXED = (
    "signal input x[3]; signal input k; signal output y; signal output five; signal a; signal b;"
    " five <== 5; a <== 3*x[0] - x[1] + 7; b <== a*(x[2] + x[0] + 2*x[1]); 0*x[1] === 0;"
    " b*(k - k) === 0; y <== b + k - 1;"
)
MIXED_INPUTS: dict[str, object] = {"x": ["3", "5", "0"], "k": "11"}

EDGES: dict[str, Edge] = {
    "only public signals": Edge(
        Source("--O2", "signal input x; signal input y; x*y === 35;", "x,y"), {"x": "5", "y": "7"}
    ),
    "public signals without a constraint": Edge(
        Source("--O0", "signal input x; signal input y;", "x,y"), {"x": "5", "y": "0"}
    ),
    "one sum that stays": Edge(
        Source("--O0", "signal input a; a === 15;"), {"a": "15"}, ("plonk",)
    ),
    "no public signals, nine rows": Edge(
        Source(
            "--O2",
            "signal input a[10]; signal t[9]; t[0] <== a[0]*a[1]; for (var k = 1; k < 9; k++)"
            " { t[k] <== t[k-1]*a[k+1]; } t[8]*a[0] === 16;",
        ),
        {"a": ["2", "4", *["1"] * 8]},
        ("plonk",),
    ),
    "an unused private wire": Edge(
        Source("--O0", "signal input a; signal input unused; signal output c; c <== a*a + 1;"),
        {"a": "3", "unused": "8"},
    ),
    "outputs that are constants": Edge(
        Source("--O0", "signal input a; signal output y; signal output z; y <== 5; z <== 0;"),
        {"a": "3"},
    ),
    "equal constraints": Edge(
        Source("--O0", "signal input a; signal output y; y <== a*a;" + " a*a === y;" * 5),
        {"a": "3"},
    ),
    "one signal under many names": Edge(
        Source(
            "--O0", "signal input a; signal output y[5]; for (var k=0; k<5; k++) { y[k] <== a; }"
        ),
        {"a": "0"},
    ),
    "a hundred public signals": Edge(
        Source(
            "--O2",
            "signal input x[99]; signal input s; signal output y; var t = 0;"
            " for (var k = 0; k < 99; k++) { t += x[k]; } y <== s*s; s*t === y;",
            "x",
        ),
        {"x": ["1"] * 99, "s": "99"},
    ),
    "products that are zero": Edge(
        Source(
            "--O0", "signal input a; signal output y; y <== a*(a - 1); (a-1)*(a-1) === y - a + 1;"
        ),
        {"a": "1"},
    ),
    **{f"{n} rows": Edge(chain(n - 1), {"x": "3"}) for n in (14, 15, 16, 17, 30, 31, 32, 33)},
    **{
        f"mixed {level}": Edge(Source(level, MIXED, "k"), MIXED_INPUTS)
        for level in ("--O0", "--O1", "--O2")
    },
}


@pytest.fixture(scope="module")
def ptau(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_powers(tmp_path_factory.mktemp("ptau"), BN254, POWER)


def check(
    edge: Edge,
    system: str,
    ptau: Path,
    folder: Path,
    run_circom2: Runner,
    run_snarkjs: Runner,
    *options: str,
) -> None:
    r1cs = edge.source.compile(folder, run_circom2, *options)
    key, vkey = check_same_setup(folder, system, r1cs, ptau, run_snarkjs)
    witness = write_witness(folder, edge.inputs, run_snarkjs)
    check_our_proof(folder, system, key, vkey, witness, run_snarkjs)
    if system not in edge.fails:
        check_their_proof(folder, system, key, vkey, witness, run_snarkjs)


@pytest.mark.slow
@pytest.mark.parametrize("system", ["plonk", "fflonk"])
@pytest.mark.parametrize("name", EDGES)
def test_edges(
    tmp_path: Path, ptau: Path, run_circom2: Runner, run_snarkjs: Runner, name: str, system: str
) -> None:
    check(EDGES[name], system, ptau, tmp_path, run_circom2, run_snarkjs)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["only public signals", "equal constraints", "mixed --O0"])
def test_edges_over_the_other_curve(
    tmp_path: Path, run_circom2: Runner, run_snarkjs: Runner, name: str
) -> None:
    ptau, curve = save_powers(tmp_path, BLS12_381, 6), ("-p", "bls12381")
    check(EDGES[name], "plonk", ptau, tmp_path, run_circom2, run_snarkjs, *curve)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("system", "rows", "power"),
    [("plonk", 8, 3), ("plonk", 9, 4), ("plonk", 16, 4), ("fflonk", 6, 6), ("fflonk", 7, 7)],
)
def test_powers_that_are_just_enough(
    tmp_path: Path, run_circom2: Runner, run_snarkjs: Runner, system: str, rows: int, power: int
) -> None:
    """The same key with the smallest file; with the next smaller one both tools refuse."""
    r1cs = chain(rows - 1).compile(tmp_path, run_circom2)
    check_same_setup(tmp_path, system, r1cs, save_powers(tmp_path, BN254, power), run_snarkjs)
    small, none = save_powers(tmp_path, BN254, power - 1), tmp_path / "none.zkey"
    with pytest.raises(EnvironmentProblem) as caught:
        make_key(r1cs, small, output=none, system=SYSTEMS[system], allow_insecure=True)
    assert caught.value.message == (
        f"the powers of tau are too small: expected 2^{power} or more, got 2^{power - 1}"
    )
    assert not none.exists()
    assert run_snarkjs(system, "setup", r1cs, small, none, cwd=tmp_path).returncode != 0


def test_b2_nothing_is_left_of_the_circuit(tmp_path: Path, run_circom2: Runner) -> None:
    """B2 of the public reports (snarkjs issue 624): `a === 15` alone, which circom simplifies away."""
    r1cs = Source("--O2", "signal input a; a === 15;").compile(tmp_path, run_circom2)
    ptau, none = save_powers(tmp_path, BN254, 4), tmp_path / "none.zkey"
    for system in ("plonk", "fflonk"):
        with pytest.raises(InputError) as caught:
            make_key(r1cs, ptau, output=none, system=SYSTEMS[system], allow_insecure=True)
        assert caught.value.message == (
            "the circuit has no constraint left and no public signal: there is nothing to prove"
        )
    assert not none.exists()
