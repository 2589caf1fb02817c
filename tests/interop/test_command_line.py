"""The whole way with the tools mixed: circom's circuits through zkctl, zkctl's circuits through snarkjs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.interop.conftest import Completed, Runner
from zkctl.cli.app import main

CIRCOM = """pragma circom 2.0.0;
template Product() {
    signal input a;
    signal input b;
    signal output c;
    signal square;
    square <== a * a;
    c <== square * b;
}
component main {public [b]} = Product();
"""

OURS = """
from zkctl.dsl import Signal, circuit, constrain, private, public
from zkctl.gadgets.hash.poseidon import poseidon

@circuit
def preimage(salt: Signal = public(), secret: Signal = private()) -> Signal:
    constrain(secret * salt == salt * 7, "another secret")
    return poseidon(secret, salt)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder with prepared powers of tau."""
    monkeypatch.chdir(tmp_path)
    zkctl("ptau new bn254 9 -o 0.ptau")
    zkctl("ptau contribute 0.ptau -o 1.ptau --name zkctl")
    zkctl("ptau prepare 1.ptau -o pot.ptau")
    return tmp_path


def zkctl(line: str) -> None:
    assert main([*line.split(), "-q"]) == 0, line


def succeed(done: Completed) -> str:
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_circuit_of_circom_goes_through_zkctl(
    folder: Path, run_circom2: Runner, run_snarkjs: Runner
) -> None:
    (folder / "product.circom").write_text(CIRCOM)
    (folder / "input.json").write_text(json.dumps({"a": "3", "b": "-1"}))
    succeed(run_circom2("product.circom", "--r1cs", "--wasm", "--sym", cwd=folder))
    wasm = "product_js/product.wasm"
    succeed(run_snarkjs("wtns", "calculate", wasm, "input.json", "theirs.wtns", cwd=folder))

    zkctl(f"witness {wasm} input.json -o ours.wtns --reduce")
    assert (folder / "ours.wtns").read_bytes() == (folder / "theirs.wtns").read_bytes()
    zkctl("setup groth16 product.r1cs pot.ptau -o 0.zkey")
    zkctl("ceremony contribute 0.zkey -o 1.zkey --name zkctl")
    zkctl("ceremony verify 1.zkey --r1cs product.r1cs --ptau pot.ptau")
    zkctl("export-vkey 1.zkey -o vkey.json")
    zkctl("prove 1.zkey ours.wtns --r1cs product.r1cs")
    zkctl("verify vkey.json public.json proof.json")

    succeed(run_snarkjs("zkv", "product.r1cs", "pot.ptau", "1.zkey", cwd=folder))
    files = ["vkey.json", "public.json", "proof.json"]
    assert "OK" in succeed(run_snarkjs("groth16", "verify", *files, cwd=folder))


def test_a_circuit_of_zkctl_goes_through_snarkjs(folder: Path, run_snarkjs: Runner) -> None:
    (folder / "preimage.py").write_text(OURS)
    (folder / "input.json").write_text(json.dumps({"salt": "5", "secret": "7"}))
    zkctl("compile preimage.py")
    zkctl("witness preimage.wprog input.json -o witness.wtns")

    def snarkjs(line: str) -> str:
        return succeed(run_snarkjs(*line.split(), cwd=folder))

    assert "Public Inputs: 1" in snarkjs("r1cs info preimage.r1cs")
    assert "WITNESS IS CORRECT" in snarkjs("wtns check preimage.r1cs witness.wtns")
    snarkjs("powersoftau verify pot.ptau")
    snarkjs("groth16 setup preimage.r1cs pot.ptau 0.zkey")
    snarkjs("zkey contribute 0.zkey 1.zkey -n=snarkjs -e=text")
    snarkjs("zkey export verificationkey 1.zkey vkey.json")
    snarkjs("groth16 prove 1.zkey witness.wtns proof.json public.json")

    zkctl("verify vkey.json public.json proof.json")
    zkctl("ceremony verify 1.zkey --r1cs preimage.r1cs --ptau pot.ptau")
    zkctl("export-vkey 1.zkey -o ours.json")
    assert (folder / "ours.json").read_bytes() == (folder / "vkey.json").read_bytes()
    zkctl("prove 1.zkey witness.wtns -o proof2.json --public public2.json")
    assert (folder / "public2.json").read_bytes() == (folder / "public.json").read_bytes()
    assert "OK" in snarkjs("groth16 verify vkey.json public2.json proof2.json")
