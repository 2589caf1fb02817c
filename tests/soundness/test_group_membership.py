"""Points of the curve outside the group of prime order are refused wherever a verifier takes a point.

Cases of docs/design/security-cases.md: N17 and N45.

Every kind of `tests.support.points.strangers`: 200 points found by their x, torsion points, members plus torsion.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from tests.support.points import strangers
from tests.support.toy_groth16 import factors_witness, toy_key
from zkctl.curve import BLS12_381, BN254, Curve, G1Array, G2Array, PointArray, pairing_product
from zkctl.errors import EncodingError, ZkctlError
from zkctl.field import FieldArray
from zkctl.formats.json.groth16_text import proof_json
from zkctl.formats.json.snarkjs_groth16 import verification_key_json
from zkctl.formats.json.snarkjs_text import public_json
from zkctl.groth16.batch import verify_batch
from zkctl.groth16.keys import Proof, VerifyingKey
from zkctl.groth16.prove import prove
from zkctl.groth16.verify import PreparedVerifyingKey, verify
from zkctl.toolchain.proof.verify import verify as verify_files

KINDS = ("on the curve", "torsion", "member plus torsion")
PLACES = [(curve, part) for curve in (BN254, BLS12_381) for part in ("b", "beta", "gamma", "delta")]
PLACES += [(BLS12_381, part) for part in ("a", "c", "alpha", "public-input point 1")]


@cache
def statement(curve: Curve) -> tuple[VerifyingKey, FieldArray, Proof]:
    proof, public = prove(toy_key(curve), factors_witness(curve.scalar_field))
    return toy_key(curve).verifying_key, public, proof


@cache
def outside(curve: Curve, degree: int, kind: str) -> PointArray:
    group, cls = (curve.g1, G1Array) if degree == 1 else (curve.g2, G2Array)
    return cls.from_ints(group, strangers(group)[kind])


def with_point(
    vk: VerifyingKey, proof: Proof, part: str, point: PointArray
) -> tuple[VerifyingKey, Proof]:
    """Key and proof, one of them with this point."""
    if part in ("a", "b", "c"):
        return vk, replace(proof, **{part: point})
    if part == "alpha":
        return replace(vk, alpha_g1=point), proof
    if part.startswith("public"):
        parts = [vk.gamma_abc_g1[:1], point, vk.gamma_abc_g1[2:]]
        return replace(vk, gamma_abc_g1=G1Array.concatenate(parts)), proof
    return replace(vk, **{f"{part}_g2": point}), proof


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("curve", "part"), PLACES, ids=str)
def test_in_every_place_of_key_and_proof(curve: Curve, part: str, kind: str) -> None:
    vk, public, proof = statement(curve)
    degree = 2 if part in ("b", "beta", "gamma", "delta") else 1
    owner = "the proof" if part in ("a", "b", "c") else "the verification key"
    group = (curve.g1, curve.g2)[degree - 1].name
    name = part.upper() if owner == "the proof" else part
    message = f"^{name} of {owner} is not a point of {group}$"
    for k, point in enumerate(outside(curve, degree, kind)):
        bad_key, bad_proof = with_point(vk, proof, part, point)
        with pytest.raises(EncodingError, match=message):
            verify(bad_key, public, bad_proof)
        if k < 6:
            with pytest.raises(EncodingError, match=message):
                PreparedVerifyingKey.of(bad_key).verify(public, bad_proof)
            with pytest.raises(EncodingError, match="is not a point of"):
                verify_batch(bad_key, [(public, bad_proof)] * 2)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("curve", "part"), [p for p in PLACES if " " not in p[1]], ids=str)
def test_in_files(curve: Curve, part: str, kind: str, tmp_path: Path) -> None:
    """The same through JSON, before any weak-key check can have a say."""
    vk, public, proof = statement(curve)
    names = ("vkey", "public", "proof")
    paths = [tmp_path / f"{name}.json" for name in names]
    degree = 2 if part in ("b", "beta", "gamma", "delta") else 1
    gt = pairing_product(
        curve, G1Array.concatenate([vk.alpha_g1]), G2Array.concatenate([vk.beta_g2])
    )
    for point in outside(curve, degree, kind)[:3]:
        bad_key, bad_proof = with_point(vk, proof, part, point)
        texts = verification_key_json(bad_key, gt), public_json(public), proof_json(bad_proof)
        for path, text in zip(paths, texts, strict=True):
            json.loads(text)
            path.write_text(text)
        with pytest.raises(ZkctlError, match="not in the subgroup of prime order") as caught:
            verify_files(paths[0], public=paths[1], proof=paths[2])
        assert caught.value.exit_code == 3
