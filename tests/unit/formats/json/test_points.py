"""Points in JSON proofs: canonical coordinates, encodings of infinity, membership, swapped limbs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.json_changes import Change, add, drop, put, swap
from tests.support.points import first_curve_points
from tests.support.toy_groth16 import toy_key
from zkctl.curve import BLS12_381, BN254, Curve
from zkctl.errors import CheckFailed, EncodingError, FormatError, ZkctlError
from zkctl.formats.json.groth16_text import proof_json
from zkctl.formats.json.snarkjs_groth16 import read_proof
from zkctl.groth16.keys import Proof

Q = BN254.base_field.modulus
NOT_BELOW = "the number is not below the modulus of bn254.fq"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.json"


def save(path: Path, document: object) -> Path:
    path.write_text(json.dumps(document))
    return path


def proof_of(curve: Curve) -> Proof:
    """Any members of the groups."""
    key = toy_key(curve)
    return Proof(key.alpha_g1, key.beta_g2, key.delta_g1)


PROOF_CASES: dict[str, tuple[Change, type[ZkctlError], str, str]] = {
    "plonk": (
        put("protocol", value="plonk"),
        FormatError,
        "the proof is of another proof system than the verification key: expected groth16, got plonk",
        "$.protocol",
    ),
    "protocol": (
        put("protocol", value="Groth16"),
        FormatError,
        "unknown protocol 'Groth16'",
        "$.protocol",
    ),
    "curve": (
        put("curve", value="bls12381"),
        FormatError,
        "the proof is over bls12_381, the verification key over bn254",
        "$.curve",
    ),
    "unknown curve": (put("curve", value="x"), FormatError, "unknown curve 'x'", "$.curve"),
    "no pi_b": (drop("pi_b"), FormatError, "missing 'pi_b'", "$"),
    "a + q": (add(Q, "pi_a", 0), EncodingError, NOT_BELOW, "$.pi_a[0]"),
    "b + q": (add(Q, "pi_b", 1, 1), EncodingError, NOT_BELOW, "$.pi_b[1][1]"),
    "c = 2^256": (put("pi_c", 0, value=str(2**256)), EncodingError, NOT_BELOW, "$.pi_c[0]"),
    "negative": (
        put("pi_c", 0, value="-1"),
        FormatError,
        "the text is not a decimal integer",
        "$.pi_c[0]",
    ),
    "hex": (
        put("pi_c", 0, value="0x1"),
        FormatError,
        "the text is not a decimal integer",
        "$.pi_c[0]",
    ),
    "zeros": (
        put("pi_c", 0, value="01"),
        FormatError,
        "the text is not a decimal integer",
        "$.pi_c[0]",
    ),
    "empty": (
        put("pi_c", 0, value=""),
        FormatError,
        "the text is not a decimal integer",
        "$.pi_c[0]",
    ),
    "null": (put("pi_c", 0, value=None), FormatError, "expected a string, found null", "$.pi_c[0]"),
    "z = 2": (
        put("pi_a", 2, value="2"),
        FormatError,
        "z is 2, expected 1, or 0 in [0, 1, 0]",
        "$.pi_a",
    ),
    "z = 0": (
        put("pi_a", 2, value="0"),
        FormatError,
        "z is 0, expected 1, or 0 in [0, 1, 0]",
        "$.pi_a",
    ),
    "0 0 1": (
        put("pi_a", value=["0", "0", "1"]),
        FormatError,
        "(0, 0) is not a point; infinity is written [0, 1, 0]",
        "$.pi_a",
    ),
    "0 0": (put("pi_a", value=["0", "0"]), FormatError, "expected 3 elements, found 2", "$.pi_a"),
    "0 0 0": (put("pi_a", value=["0", "0", "0"]), FormatError, "z is 0, expected 1", "$.pi_a"),
    "b z": (
        put("pi_b", 2, value=["0", "1"]),
        FormatError,
        "z is [0, 1], expected [1, 0], or [0, 0] in [0, 1, 0]",
        "$.pi_b",
    ),
    "off": (add(1, "pi_a", 1), EncodingError, "g1: point 0 is not on the curve", "$.pi_a"),
    "b off": (add(1, "pi_b", 0, 0), EncodingError, "g2: point 0 is not on the curve", "$.pi_b"),
    "b swapped": (swap("pi_b"), CheckFailed, "the point is not on the curve", "$.pi_b"),
}


@pytest.mark.parametrize("case", PROOF_CASES)
def test_wrong_proofs(path: Path, case: str) -> None:
    change, error, message, place = PROOF_CASES[case]
    document = json.loads(proof_json(proof_of(BN254)))
    change(document)
    with pytest.raises(error) as caught:
        read_proof(save(path, document), BN254)
    assert type(caught.value) is error
    assert message in caught.value.message
    assert place in caught.value.where
    if "swapped" in case:
        assert "the coordinates look swapped" in caught.value.hint


def test_a_proof_outside_the_subgroup(path: Path) -> None:
    """On the twist, but not of prime order: snarkjs accepts it (security R13)."""
    document = json.loads(proof_json(proof_of(BN254)))
    x, y = first_curve_points(BN254.g2, 1)[0]
    document["pi_b"] = [list(map(str, x)), list(map(str, y)), ["1", "0"]]
    with pytest.raises(EncodingError, match="g2: point 0 is not in the subgroup of prime order"):
        read_proof(save(path, document), BN254)


def test_rapidsnark_does_not_name_the_curve(path: Path) -> None:
    document = json.loads(proof_json(proof_of(BLS12_381)))
    del document["curve"]
    read_proof(save(path, document), BLS12_381)


@pytest.mark.parametrize("absent", [("protocol",), ("protocol", "curve")])
def test_the_key_names_protocol_and_curve_for_a_proof(path: Path, absent: tuple[str, ...]) -> None:
    """Tools write proofs without them (emf99/zkSMT); what a proof does name must still agree."""
    document = json.loads(proof_json(proof_of(BN254)))
    for name in absent:
        del document[name]
    expected = proof_of(BN254)
    found = read_proof(save(path, document), BN254)
    assert (found.a == expected.a).all()
    assert (found.b == expected.b).all()
    assert (found.c == expected.c).all()
    with pytest.raises((EncodingError, FormatError)):
        read_proof(path, BLS12_381)
