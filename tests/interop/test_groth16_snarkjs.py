"""Groth16 together with snarkjs: it verifies our proofs, we verify its, and both make equal keys."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.interop.conftest import Runner
from tests.support.toy_groth16 import (
    factors,
    factors_witness,
    ones,
    powers_of_tau,
    save_circuit,
    save_key,
    save_witness,
    toy_key,
)
from zkctl.curve import BN254, CURVES, Curve
from zkctl.field import BN254_FR, words_from_ints
from zkctl.formats.binary.ptau.file import PtauFile, write_ptau
from zkctl.srs.powers_of_tau import PowersOfTau
from zkctl.toolchain.proof.export_vkey import export_verification_key
from zkctl.toolchain.proof.prove import prove
from zkctl.toolchain.proof.setup import make_key
from zkctl.toolchain.proof.verify import verify

VECTORS = "co-snarks-examples/groth16/test_vectors"
ARTIFACTS = "snark-artifacts-poseidon"

# key, witness (a file, or its values), insecure
KEYS: dict[str, tuple[str, str | list[int], bool]] = {
    "semaphore": ("semaphore-v4/semaphore-5.zkey", "semaphore-v4/generated/witness.wtns", False),
    **{
        f"poseidon {k}": (
            f"{ARTIFACTS}/poseidon-{k}.zkey",
            f"{ARTIFACTS}/generated/poseidon-{k}/witness.wtns",
            False,
        )
        for k in (1, 2, 3)
    },
    "co-snarks poseidon": (
        f"{VECTORS}/poseidon/poseidon.zkey",
        f"{VECTORS}/poseidon/witness.wtns",
        False,
    ),
    "kyc bls12-381": (
        f"{VECTORS}/kyc/bls12/kyc.zkey",
        f"{VECTORS}/kyc/bls12/witness.wtns",
        False,
    ),
    "co-snarks multiplier": (f"{VECTORS}/multiplier2/multiplier2.zkey", [1, 33, 3, 11], False),
    "ark-circom": ("ark-circom/test.zkey", [1, 33, 3, 11], True),
    "golden": ("golden_bn128/multiplier_final.zkey", "golden_bn128/witness.wtns", True),
}


def _witness(data: Path, source: str | list[int], folder: Path) -> Path:
    if isinstance(source, str):
        return data / source
    return save_witness(folder / "w.wtns", BN254_FR, words_from_ints(source, BN254_FR.n_words))


@pytest.mark.parametrize("name", KEYS)
def test_snarkjs_verifies_our_proofs(
    data: Path, tmp_path: Path, run_snarkjs: Runner, name: str
) -> None:
    key, source, insecure = KEYS[name]
    proof, public, vkey = (tmp_path / f"{n}.json" for n in ("proof", "public", "vkey"))
    witness = _witness(data, source, tmp_path)
    prove(data / key, witness, proof_output=proof, public_output=public, allow_insecure=insecure)
    export_verification_key(data / key, output=vkey, allow_insecure=insecure)
    assert verify(vkey, public=public, proof=proof, allow_insecure=insecure).valid
    answer = run_snarkjs("groth16", "verify", vkey, public, proof, cwd=tmp_path)
    assert answer.returncode == 0, answer.stdout
    assert "OK!" in answer.stdout


@pytest.mark.parametrize("curve", CURVES, ids=str)
def test_we_verify_proofs_of_snarkjs(curve: Curve, tmp_path: Path, run_snarkjs: Runner) -> None:
    field = curve.scalar_field
    key = save_key(tmp_path / "key.zkey", toy_key(curve))
    witness = save_witness(tmp_path / "witness.wtns", field, factors_witness(field))
    proof, public, vkey = (tmp_path / f"{n}.json" for n in ("proof", "public", "vkey"))
    made = run_snarkjs("groth16", "prove", key, witness, proof, public, cwd=tmp_path)
    assert made.returncode == 0, made.stdout
    exported = run_snarkjs("zkey", "export", "verificationkey", key, vkey, cwd=tmp_path)
    assert exported.returncode == 0, exported.stdout
    assert verify(vkey, public=public, proof=proof).valid
    ours = tmp_path / "ours.json"
    export_verification_key(key, output=ours)
    assert ours.read_bytes() == vkey.read_bytes()
    assert json.loads(public.read_text()) == ["55", "77"]


def _save_ptau(path: Path, powers: PowersOfTau) -> Path:
    with path.open("wb") as file:
        write_ptau(file, PtauFile(powers, []))
    return path


def _both_set_up(r1cs: Path, ptau: Path, run_snarkjs: Runner, folder: Path) -> tuple[bytes, bytes]:
    ours, theirs = folder / "ours.zkey", folder / "theirs.zkey"
    make_key(r1cs, ptau, output=ours, allow_insecure=True)
    answer = run_snarkjs("groth16", "setup", r1cs, ptau, theirs, cwd=folder)
    assert answer.returncode == 0, answer.stdout
    return ours.read_bytes(), theirs.read_bytes()


@pytest.mark.parametrize("curve", CURVES, ids=str)
def test_both_set_up_the_same_key(curve: Curve, tmp_path: Path, run_snarkjs: Runner) -> None:
    r1cs = save_circuit(tmp_path / "circuit.r1cs", factors(curve.scalar_field))
    ptau = _save_ptau(tmp_path / "toy.ptau", powers_of_tau(curve, 3))
    ours, theirs = _both_set_up(r1cs, ptau, run_snarkjs, tmp_path)
    assert ours == theirs


def test_both_hash_a_large_circuit_alike(data: Path, tmp_path: Path, run_snarkjs: Runner) -> None:
    """Domain 2^15 with powers 2^15: snarkjs hashes bytes from beyond the section."""
    ptau = _save_ptau(tmp_path / "ones.ptau", ones(BN254, 15))
    ours, theirs = _both_set_up(data / "cshash" / "m17000.r1cs", ptau, run_snarkjs, tmp_path)
    assert ours == theirs
