"""Variants of a proof: other bytes, the same statement, still valid."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.support.toy_groth16 import factors_witness, toy_key
from zkctl.curve import CURVES, Curve
from zkctl.errors import FormatError
from zkctl.formats.json.groth16_text import proof_json
from zkctl.formats.json.points import proofs_of
from zkctl.formats.json.snarkjs_groth16 import parse_proof
from zkctl.formats.json.strict import Node
from zkctl.groth16.prove import prove
from zkctl.groth16.verify import verify
from zkctl.toolchain.bench.service import proof_variants
from zkctl.toolchain.bench.service.proof_variants import read_bundle, verify_bodies


def bundle_of(document: Any) -> str:
    raw = json.dumps(document).encode()
    return "zkp1." + base64.urlsafe_b64encode(raw).decode().rstrip("=")


@pytest.mark.parametrize("curve", CURVES, ids=str)
def test_variants_differ_and_are_valid(curve: Curve) -> None:
    field, key = curve.scalar_field, toy_key(curve)
    proof, public = prove(key, factors_witness(field))
    document = {
        "circuitId": "factors-v1",
        "proof": json.loads(proof_json(proof)),
        "publicSignals": [str(value) for value in public.to_ints()],
    }
    bodies = [json.loads(body) for body in verify_bodies(bundle_of(document), 5)]
    assert len({json.dumps(body["proof"]) for body in bodies}) == 5
    for body in bodies:
        assert body["circuitId"] == "factors-v1"
        assert body["publicSignals"] == document["publicSignals"]
        (found,) = proofs_of(curve, [parse_proof(Node(body["proof"], ""), curve)])
        assert verify(key.verifying_key, public, found)


def test_many_requests_share_the_variants(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof_variants, "MAX_VARIANTS", 3)
    curve = CURVES[0]
    proof, _ = prove(toy_key(curve), factors_witness(curve.scalar_field))
    document = {"circuitId": "c", "proof": json.loads(proof_json(proof)), "publicSignals": []}
    assert len(verify_bodies(bundle_of(document), 100)) == 3


def test_other_proof_systems_have_one_body() -> None:
    bundle = bundle_of({"circuitId": "c", "proof": {"protocol": "plonk"}, "publicSignals": []})
    (body,) = verify_bodies(bundle + "\n", 10)
    assert json.loads(body)["circuitId"] == "c"


@pytest.mark.parametrize(
    ("bundle", "message"),
    [
        ("", "the proof bundle is malformed: expected 'zkp1.' and base64url"),
        ("zkp1.", "the proof bundle is malformed"),
        ("zkp1.***", "the proof bundle is malformed"),
        ("zkp1.\u00e9", "the proof bundle is malformed"),
        ("zkp2.e30", "the proof bundle is malformed"),
        ("zkp1.e30", "missing 'circuitId'"),
    ],
)
def test_strings_that_are_no_bundle(bundle: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        read_bundle(bundle)
