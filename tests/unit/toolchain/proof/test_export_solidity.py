"""`zkctl export-solidity`: which keys become contracts, and what the source says about them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.toy_contracts import save_groth16
from tests.support.toy_groth16 import (
    BEACON,
    SOMEBODY,
    factors,
    powers_of_tau,
    save_key,
    toy_key,
)
from zkctl.curve import BLS12_381, BN254
from zkctl.errors import EnvironmentProblem, IntegrityError, UsageError
from zkctl.formats.json.snarkjs_groth16 import read_verification_key
from zkctl.groth16.setup import initial_key
from zkctl.solidity.groth16 import contract
from zkctl.solidity.render import ContractOptions
from zkctl.toolchain.proof.export_solidity import export_solidity
from zkctl.toolchain.proof.export_vkey import export_verification_key


def test_the_contract_of_a_verification_key(tmp_path: Path) -> None:
    vkey, _, _ = save_groth16(tmp_path)
    output = tmp_path / "Verifier.sol"
    summary = export_solidity(vkey, output=output)
    key = read_verification_key(vkey)
    assert output.read_text() == contract(key, ContractOptions("Groth16Verifier"))
    assert (summary.name, summary.protocol, summary.n_public) == ("Groth16Verifier", "groth16", 2)
    assert (summary.curve, summary.warnings) == ("bn254", [])


def test_a_proving_key_gives_the_same_contract_and_says_who_made_it(tmp_path: Path) -> None:
    key = save_key(tmp_path / "key.zkey", toy_key(BN254), SOMEBODY, BEACON)
    export_verification_key(key, output=tmp_path / "vkey.json")
    both = [tmp_path / "a.sol", tmp_path / "b.sol"]
    for source, output in zip((key, tmp_path / "vkey.json"), both, strict=True):
        export_solidity(source, output=output, name="Mine", batch=True)
    ours, plain = (output.read_text().splitlines() for output in both)
    assert [line for line in ours if line not in plain][1:] == [
        "/// Phase 2: contributions 1, beacons 1"
    ]
    assert "contract Mine {" in ours
    assert any("function verifyBatch(" in line for line in ours)


def test_keys_that_anyone_can_forge_for_are_refused(tmp_path: Path) -> None:
    initial = initial_key(factors(BN254.scalar_field), powers_of_tau(BN254, 2))
    key = save_key(tmp_path / "key.zkey", initial)
    output = tmp_path / "Verifier.sol"
    with pytest.raises(IntegrityError, match="anyone can forge proofs"):
        export_solidity(key, output=output)
    assert not output.exists()
    assert export_solidity(key, output=output, allow_insecure=True).warnings


def test_keys_without_contributions_are_refused(tmp_path: Path) -> None:
    key, output = save_key(tmp_path / "key.zkey", toy_key(BN254), BEACON), tmp_path / "Verifier.sol"
    with pytest.raises(IntegrityError, match="only public-beacon phase-2 contributions"):
        export_solidity(key, output=output)
    assert not output.exists()
    assert "[P2-BEACON]" in export_solidity(key, output=output, allow_insecure=True).warnings[0]


def test_names_are_checked_before_the_key_is_read(tmp_path: Path) -> None:
    path = tmp_path / "key.zkey"
    path.write_bytes(b"no key")
    with pytest.raises(UsageError, match="the contract's name is no identifier"):
        export_solidity(path, output=tmp_path / "Verifier.sol", name="1")


def test_an_existing_file_stays(tmp_path: Path) -> None:
    vkey, _, _ = save_groth16(tmp_path)
    output = tmp_path / "Verifier.sol"
    output.write_text("mine")
    with pytest.raises(EnvironmentProblem, match="exists"):
        export_solidity(vkey, output=output)
    assert output.read_text() == "mine"


def test_bls12_381_has_a_contract_without_the_batch_check(tmp_path: Path) -> None:
    key = save_key(tmp_path / "key.zkey", toy_key(BLS12_381), SOMEBODY)
    output = tmp_path / "Verifier.sol"
    with pytest.raises(EnvironmentProblem, match="expected a key over bn254, got bls12_381"):
        export_solidity(key, output=output, batch=True)
    assert not output.exists()
    assert export_solidity(key, output=output).curve == "bls12_381"
    assert "EIP-2537" in output.read_text()


@pytest.mark.parametrize("name", ["plonk", "fflonk"])
def test_proof_systems_without_a_batch_contract(data: Path, tmp_path: Path, name: str) -> None:
    key, output = data / "golden_bn128" / f"{name}.zkey", tmp_path / "Verifier.sol"
    with pytest.raises(EnvironmentProblem) as problem:
        export_solidity(key, output=output, batch=True, allow_insecure=True)
    assert problem.value.message == (
        f"no contract that verifies many {name} proofs at once: expected a groth16 key, got {name}"
    )
    assert not output.exists()
    summary = export_solidity(key, output=output, allow_insecure=True)
    assert (summary.name, summary.protocol) == (f"{name.capitalize()}Verifier", name)
