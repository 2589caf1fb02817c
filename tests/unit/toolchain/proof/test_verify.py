"""`zkctl verify`: verdicts from files; more cases in tests/soundness."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.toy_groth16 import factors_witness, save_key, save_witness, toy_key
from zkctl.curve import CURVES, Curve
from zkctl.errors import FormatError, IntegrityError
from zkctl.toolchain.proof.export_vkey import export_verification_key
from zkctl.toolchain.proof.prove import prove
from zkctl.toolchain.proof.verify import verify


def test_golden_proof(data: Path, tmp_path: Path) -> None:
    golden = data / "golden_bn128"
    vkey, public, proof = (
        golden / name for name in ("verification_key.json", "public.json", "proof.json")
    )
    summary = verify(vkey, public=public, proof=proof)
    assert (summary.valid, summary.curve, summary.n_public) == (True, "bn254", 2)
    signals = json.loads(public.read_text())
    other = tmp_path / "other.json"
    other.write_text(json.dumps([signals[1], signals[0]]))
    wrong = verify(vkey, public=other, proof=proof)
    assert not wrong.valid
    assert wrong.statement != summary.statement


@pytest.mark.parametrize("curve", CURVES, ids=str)
def test_files_of_the_whole_chain(curve: Curve, tmp_path: Path) -> None:
    key = save_key(tmp_path / "key.zkey", toy_key(curve))
    field = curve.scalar_field
    witness = save_witness(tmp_path / "witness.wtns", field, factors_witness(field))
    vkey, proof, public = (tmp_path / name for name in ("vkey.json", "proof.json", "public.json"))
    export_verification_key(key, output=vkey)
    proved = prove(key, witness, proof_output=proof, public_output=public)
    verdict = verify(vkey, public=public, proof=proof)
    assert verdict.valid
    assert verdict.statement == proved.statement


def test_forgeable_key_is_refused(data: Path, tmp_path: Path) -> None:
    """delta = gamma: what `snarkjs groth16 setup` gives when nobody contributes (N48)."""
    golden = data / "golden_bn128"
    vkey = tmp_path / "vkey.json"
    export_verification_key(golden / "multiplier_0000.zkey", output=vkey, allow_insecure=True)
    signals, proof = golden / "public.json", golden / "proof.json"
    with pytest.raises(IntegrityError, match=r"delta = 1 \* gamma, anyone can forge proofs"):
        verify(vkey, public=signals, proof=proof)
    summary = verify(vkey, public=signals, proof=proof, allow_insecure=True)
    assert not summary.valid  # the proof is of the final key
    assert "[VK-DELTA]" in summary.warnings[0]


@pytest.mark.parametrize("system", ["plonk", "fflonk"])
def test_other_proof_systems(data: Path, system: str) -> None:
    golden = data / "golden_bn128"
    vkey, proof = golden / f"{system}_vk.json", golden / f"{system}_proof.json"
    assert verify(vkey, public=golden / f"{system}_public.json", proof=proof).valid
    with pytest.raises(FormatError, match=f"expected groth16, got {system}"):
        verify(
            golden / "verification_key.json",
            public=golden / "public.json",
            proof=golden / f"{system}_proof.json",
        )
