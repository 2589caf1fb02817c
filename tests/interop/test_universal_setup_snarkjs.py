"""Setups of PLONK and fflonk beside snarkjs: the same bytes for circuits of circom, keys that either tool proves with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.interop.conftest import Runner
from tests.interop.universal_circuits import (
    Source,
    check_our_proof,
    check_same_setup,
    save_powers,
    write_witness,
)
from zkctl.curve import BLS12_381, BN254
from zkctl.toolchain.proof.export_vkey import export_verification_key
from zkctl.toolchain.proof.setup import make_key
from zkctl.toolchain.proof.systems import SYSTEMS

POWER = 10  # 128 rows of fflonk

CIRCUITS: dict[str, Source] = {
    "one product without public signals": Source(  # snarkjs issue 617
        "--O2",
        "signal input x; (x-15)*(x-16) === 0;",
        "",
    ),
    "constant sides": Source(
        "--O0",
        "signal input x; signal output y; signal z; z <== 7*x + 3; y <== z*z; 5*(x + 2) === 5*x + 10;",
        "x",
    ),
    "coefficients of every kind": Source(
        "--O1",
        "signal input x[4]; signal output y; signal a; a <== (x[0] - 5*x[1] + 7)*(x[2] - 1);"
        " y <== (a - x[3])*(3*x[3] + x[0]) - 9;",
        "x",
    ),
    "a sum of twenty": Source(
        "--O1",
        "signal input x[20]; signal output y; signal q; var s = 0;"
        " for (var k = 0; k < 20; k++) { s += (k + 1)*x[k]; } q <== s*s; y <== q + s;",
        "",
    ),
    "unused inputs": Source(
        "--O0",
        "signal input x; signal input unused; signal input public_unused; signal output y; y <== x*x;",
        "public_unused",
    ),
    "thirty public signals": Source(
        "--O2",
        "signal input x[29]; signal output y; signal p[29]; p[0] <== x[0]*x[0];"
        " for (var k = 1; k < 29; k++) { p[k] <== p[k-1]*x[k]; } y <== p[28];",
        "x",
    ),
    "bits": Source(
        "--O1",
        "signal input x; signal output out[16]; var s = 0;"
        " for (var k = 0; k < 16; k++) { out[k] <-- (x >> k) & 1; out[k]*(out[k]-1) === 0;"
        " s += out[k]*(1 << k); } s === x;",
        "",
    ),
    "dense sums": Source(
        "--O2",
        "signal input x[3]; signal output y; signal t[12]; t[0] <== x[0]*x[1];"
        " for (var k = 1; k < 12; k++) { t[k] <== (t[k-1] + k*x[0] + x[2])*(x[1] - t[k-1] + k); }"
        " y <== t[11] + 2*t[10] + 3*t[9] + 4*x[0] + 5*x[1];",
        "x",
    ),
    "six rows": Source(  # fills a domain of 8 of fflonk
        "--O1",
        "signal input x; signal output y; signal t[4]; t[0] <== x*x;"
        " for (var k = 1; k < 4; k++) { t[k] <== t[k-1]*x; } y <== t[3]*x;",
        "",
    ),
    "eight rows": Source(  # fills a domain of 8 of PLONK
        "--O1",
        "signal input x; signal output y; signal t[6]; t[0] <== x*x;"
        " for (var k = 1; k < 6; k++) { t[k] <== t[k-1]*x; } y <== t[5]*x;",
        "",
    ),
    "wires beyond 256": Source(  # whose order in the file is not by number
        "--O0",
        "signal input x; signal output y; signal t[300]; t[0] <== x + 1;"
        " for (var k = 1; k < 300; k++) { t[k] <== t[k-1] + k; }"
        " y <== (t[299] + t[3] + t[258])*(t[1] + t[257]);",
        "",
    ),
}
QUICK = ["dense sums"]
CASES = [
    pytest.param(name, marks=() if name in QUICK else pytest.mark.slow, id=name.replace(" ", "-"))
    for name in CIRCUITS
]


@pytest.fixture(scope="module")
def ptau(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_powers(tmp_path_factory.mktemp("ptau"), BN254, POWER)


@pytest.mark.parametrize("name", CASES)
def test_the_same_bytes(
    tmp_path: Path, ptau: Path, run_circom2: Runner, run_snarkjs: Runner, name: str
) -> None:
    r1cs = CIRCUITS[name].compile(tmp_path, run_circom2)
    systems = ["plonk"] if name == "wires beyond 256" else ["plonk", "fflonk"]  # 300 rows
    for system in systems:
        check_same_setup(tmp_path, system, r1cs, ptau, run_snarkjs)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["coefficients of every kind", "bits"])
def test_the_same_bytes_over_the_other_curve(
    tmp_path: Path, run_circom2: Runner, run_snarkjs: Runner, name: str
) -> None:
    r1cs = CIRCUITS[name].compile(tmp_path, run_circom2, "-p", "bls12381")
    ptau = save_powers(tmp_path, BLS12_381, POWER)
    check_same_setup(tmp_path, "plonk", r1cs, ptau, run_snarkjs)


def test_one_product_without_public_signals_is_proved(
    tmp_path: Path, ptau: Path, run_circom2: Runner, run_snarkjs: Runner
) -> None:
    """B1 of the public reports (snarkjs issue 617): snarkjs 0.7.6 makes the key, and fails to prove."""
    r1cs = CIRCUITS["one product without public signals"].compile(tmp_path, run_circom2)
    witness = write_witness(tmp_path, {"x": "15"}, run_snarkjs)
    key, vkey = tmp_path / "plonk.zkey", tmp_path / "vkey.json"
    make_key(r1cs, ptau, output=key, system=SYSTEMS["plonk"], allow_insecure=True)
    export_verification_key(key, output=vkey, allow_insecure=True)
    check_our_proof(tmp_path, "plonk", key, vkey, witness, run_snarkjs)
