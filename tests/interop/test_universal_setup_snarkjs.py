"""Setups of PLONK and fflonk beside snarkjs: the same bytes for circuits of circom, keys that either tool proves with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.interop.conftest import Runner
from tests.support.toy_groth16 import powers_of_tau
from zkctl.curve import BLS12_381, BN254, Curve
from zkctl.formats.binary.ptau.file import PtauFile, write_ptau
from zkctl.toolchain.proof.export_vkey import export_verification_key
from zkctl.toolchain.proof.prove import prove
from zkctl.toolchain.proof.setup import make_key
from zkctl.toolchain.proof.systems import SYSTEMS
from zkctl.toolchain.proof.verify import verify

POWER = 10  # 128 rows of fflonk

# name: (level, the body of the template, public inputs)
CIRCUITS: dict[str, tuple[str, str, str]] = {
    "one product without public signals": (  # snarkjs issue 617
        "--O2",
        "signal input x; (x-15)*(x-16) === 0;",
        "",
    ),
    "constant sides": (
        "--O0",
        "signal input x; signal output y; signal z; z <== 7*x + 3; y <== z*z; 5*(x + 2) === 5*x + 10;",
        "x",
    ),
    "coefficients of every kind": (
        "--O1",
        "signal input x[4]; signal output y; signal a; a <== (x[0] - 5*x[1] + 7)*(x[2] - 1);"
        " y <== (a - x[3])*(3*x[3] + x[0]) - 9;",
        "x",
    ),
    "a sum of twenty": (
        "--O1",
        "signal input x[20]; signal output y; signal q; var s = 0;"
        " for (var k = 0; k < 20; k++) { s += (k + 1)*x[k]; } q <== s*s; y <== q + s;",
        "",
    ),
    "unused inputs": (
        "--O0",
        "signal input x; signal input unused; signal input public_unused; signal output y; y <== x*x;",
        "public_unused",
    ),
    "thirty public signals": (
        "--O2",
        "signal input x[29]; signal output y; signal p[29]; p[0] <== x[0]*x[0];"
        " for (var k = 1; k < 29; k++) { p[k] <== p[k-1]*x[k]; } y <== p[28];",
        "x",
    ),
    "bits": (
        "--O1",
        "signal input x; signal output out[16]; var s = 0;"
        " for (var k = 0; k < 16; k++) { out[k] <-- (x >> k) & 1; out[k]*(out[k]-1) === 0;"
        " s += out[k]*(1 << k); } s === x;",
        "",
    ),
    "dense sums": (
        "--O2",
        "signal input x[3]; signal output y; signal t[12]; t[0] <== x[0]*x[1];"
        " for (var k = 1; k < 12; k++) { t[k] <== (t[k-1] + k*x[0] + x[2])*(x[1] - t[k-1] + k); }"
        " y <== t[11] + 2*t[10] + 3*t[9] + 4*x[0] + 5*x[1];",
        "x",
    ),
    "six rows": (  # fills a domain of 8 of fflonk
        "--O1",
        "signal input x; signal output y; signal t[4]; t[0] <== x*x;"
        " for (var k = 1; k < 4; k++) { t[k] <== t[k-1]*x; } y <== t[3]*x;",
        "",
    ),
    "eight rows": (  # fills a domain of 8 of PLONK
        "--O1",
        "signal input x; signal output y; signal t[6]; t[0] <== x*x;"
        " for (var k = 1; k < 6; k++) { t[k] <== t[k-1]*x; } y <== t[5]*x;",
        "",
    ),
    "wires beyond 256": (  # whose order in the file is not by number
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


def compiled(name: str, folder: Path, run_circom2: Runner, *options: str) -> Path:
    level, body, public = CIRCUITS[name]
    names = f" {{public [{public}]}}" if public else ""
    source = (
        f"pragma circom 2.1.6;\ntemplate Main() {{ {body} }}\ncomponent main{names} = Main();\n"
    )
    (folder / "main.circom").write_text(source)
    done = run_circom2("main.circom", "--r1cs", "--wasm", level, *options, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "main.r1cs"


def save_powers(folder: Path, curve: Curve) -> Path:
    path = folder / "pot.ptau"
    with path.open("wb") as file:
        write_ptau(file, PtauFile(powers_of_tau(curve, POWER), []))
    return path


@pytest.fixture(scope="module")
def ptau(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_powers(tmp_path_factory.mktemp("ptau"), BN254)


def check_same(folder: Path, system: str, r1cs: Path, ptau: Path, run_snarkjs: Runner) -> None:
    ours, theirs = folder / f"{system}.zkey", folder / f"snarkjs_{system}.zkey"
    make_key(r1cs, ptau, output=ours, system=SYSTEMS[system], allow_insecure=True)
    done = run_snarkjs(system, "setup", r1cs, ptau, theirs, cwd=folder)
    assert done.returncode == 0, done.stdout
    assert ours.read_bytes() == theirs.read_bytes()
    export_verification_key(ours, output=folder / "ours.json", allow_insecure=True, force=True)
    done = run_snarkjs("zkey", "export", "verificationkey", theirs, "theirs.json", cwd=folder)
    assert done.returncode == 0, done.stdout
    assert (folder / "ours.json").read_bytes() == (folder / "theirs.json").read_bytes()


@pytest.mark.parametrize("name", CASES)
def test_the_same_bytes(
    tmp_path: Path, ptau: Path, run_circom2: Runner, run_snarkjs: Runner, name: str
) -> None:
    r1cs = compiled(name, tmp_path, run_circom2)
    systems = ["plonk"] if name == "wires beyond 256" else ["plonk", "fflonk"]  # 300 rows
    for system in systems:
        check_same(tmp_path, system, r1cs, ptau, run_snarkjs)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["coefficients of every kind", "bits"])
def test_the_same_bytes_over_the_other_curve(
    tmp_path: Path, run_circom2: Runner, run_snarkjs: Runner, name: str
) -> None:
    r1cs = compiled(name, tmp_path, run_circom2, "-p", "bls12381")
    check_same(tmp_path, "plonk", r1cs, save_powers(tmp_path, BLS12_381), run_snarkjs)


def test_one_product_without_public_signals_is_proved(
    tmp_path: Path, ptau: Path, run_circom2: Runner, run_snarkjs: Runner
) -> None:
    """B1 of the public reports (snarkjs issue 617): snarkjs 0.7.6 makes the key, and fails to prove."""
    name = "one product without public signals"
    r1cs = compiled(name, tmp_path, run_circom2)
    (tmp_path / "input.json").write_text('{"x": "15"}')
    done = run_snarkjs(
        "wtns", "calculate", "main_js/main.wasm", "input.json", "w.wtns", cwd=tmp_path
    )
    assert done.returncode == 0, done.stdout
    key, vkey = tmp_path / "plonk.zkey", tmp_path / "vkey.json"
    proof, public = tmp_path / "proof.json", tmp_path / "public.json"
    make_key(r1cs, ptau, output=key, system=SYSTEMS["plonk"], allow_insecure=True)
    witness = tmp_path / "w.wtns"
    prove(key, witness, proof_output=proof, public_output=public, r1cs=r1cs, allow_insecure=True)
    export_verification_key(key, output=vkey, allow_insecure=True)
    assert verify(vkey, public=public, proof=proof, allow_insecure=True).valid
    done = run_snarkjs("plonk", "verify", vkey, public, proof, cwd=tmp_path)
    assert (done.returncode, "OK!" in done.stdout) == (0, True), done.stdout
