"""`zkctl export-vkey`: the bytes of snarkjs, and the keys that must not leave the house."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.toy_groth16 import BEACON, SOMEBODY, factors, powers_of_tau, save_key, toy_key
from zkctl.curve import BLS12_381, BN254, CURVES, Curve, G1Array
from zkctl.errors import EnvironmentProblem, IntegrityError
from zkctl.formats.json.snarkjs_groth16 import read_verification_key
from zkctl.groth16.setup import initial_key
from zkctl.toolchain.proof.export_vkey import export_verification_key

VECTORS = "co-snarks-examples/groth16/test_vectors"


@pytest.mark.parametrize(
    ("key", "vkey"),
    [
        ("golden_bn128/multiplier_final.zkey", "golden_bn128/verification_key.json"),
        (
            "snark-artifacts-poseidon/poseidon-1.zkey",
            "snark-artifacts-poseidon/generated/poseidon-1/verification_key.json",
        ),
        ("semaphore-v4/semaphore-5.zkey", "semaphore-v4/generated/verification_key.json"),
        (f"{VECTORS}/kyc/bls12/kyc.zkey", f"{VECTORS}/kyc/bls12/verification_key.json"),
        (f"{VECTORS}/kyc/bn254/kyc.zkey", f"{VECTORS}/kyc/bn254/verification_key.json"),
    ],
)
def test_keys_of_snarkjs_byte_for_byte(data: Path, tmp_path: Path, key: str, vkey: str) -> None:
    output = tmp_path / "vkey.json"
    export_verification_key(data / key, output=output, allow_insecure=True)
    assert output.read_bytes() == (data / vkey).read_bytes()


@pytest.mark.parametrize("curve", CURVES, ids=str)
def test_exported_key_reads_back(curve: Curve, tmp_path: Path) -> None:
    key = save_key(tmp_path / "key.zkey", toy_key(curve), SOMEBODY, BEACON)
    summary = export_verification_key(key, output=tmp_path / "vkey.json")
    assert (summary.n_contributions, summary.n_beacons, summary.n_public) == (1, 1, 2)
    assert summary.curve == curve.name
    vk = read_verification_key(tmp_path / "vkey.json")  # recomputes vk_alphabeta_12
    assert (vk.gamma_abc_g1 == toy_key(curve).gamma_abc_g1).all()


def test_keys_without_contributions_are_refused(tmp_path: Path) -> None:
    initial = initial_key(factors(BN254.scalar_field), powers_of_tau(BN254, 2))
    key = save_key(tmp_path / "key.zkey", initial, SOMEBODY)  # the record lies: delta is still 1
    with pytest.raises(IntegrityError, match=r"delta = 1 \* gamma, anyone can forge proofs"):
        export_verification_key(key, output=tmp_path / "vkey.json")
    key = save_key(tmp_path / "key.zkey", toy_key(BN254), BEACON)
    with pytest.raises(IntegrityError, match="only public-beacon phase-2 contributions"):
        export_verification_key(key, output=tmp_path / "vkey.json")
    assert not (tmp_path / "vkey.json").exists()
    assert export_verification_key(key, output=tmp_path / "vkey.json", allow_insecure=True).warnings


def test_unbound_public_input_is_refused(tmp_path: Path) -> None:
    key = toy_key(BLS12_381)
    data = key.gamma_abc_g1.data.copy()
    data[2] = data[1]
    same = replace(key, gamma_abc_g1=G1Array(key.curve.g1, data))
    save_key(tmp_path / "key.zkey", same)
    with pytest.raises(IntegrityError, match="public input 2 is not bound separately from input 1"):
        export_verification_key(tmp_path / "key.zkey", output=tmp_path / "vkey.json")
    data[2] = 0
    save_key(tmp_path / "key.zkey", replace(key, gamma_abc_g1=G1Array(key.curve.g1, data)))
    message = "public input 2 is not bound, its point is infinity"
    with pytest.raises(IntegrityError, match=message):
        export_verification_key(tmp_path / "key.zkey", output=tmp_path / "vkey.json")


def test_existing_output(tmp_path: Path) -> None:
    key, output = save_key(tmp_path / "key.zkey", toy_key(BN254)), tmp_path / "vkey.json"
    output.write_text("precious")
    with pytest.raises(EnvironmentProblem, match="the output exists"):
        export_verification_key(key, output=output)
    assert output.read_text() == "precious"


@pytest.mark.parametrize("system", ["plonk", "fflonk"])
def test_keys_of_other_proof_systems(data: Path, tmp_path: Path, system: str) -> None:
    golden, output = data / "golden_bn128", tmp_path / "vkey.json"
    summary = export_verification_key(golden / f"{system}.zkey", output=output)
    assert output.read_bytes() == (golden / f"{system}_vk.json").read_bytes()
    assert (summary.n_public, summary.n_contributions, summary.warnings) == (2, None, [])
