"""Groth16 files of gnark, garaga, risc0 and sp1: every real one and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.json_changes import Change, put
from zkctl.curve import BLS12_381, BN254, Curve
from zkctl.errors import CheckFailed, EncodingError, EnvironmentProblem, FormatError, ZkctlError
from zkctl.formats.json.snarkjs import read_public
from zkctl.formats.json.snarkjs_groth16 import read_proof, read_verification_key
from zkctl.groth16.verify import verify

# what each file of garaga's examples is: (key, public signals, proof), curve, number of signals.
# In garaga's own files and in receipts the proof and its public signals are one file.
REAL: dict[str, tuple[tuple[str, str, str], Curve, int]] = {
    "snarkjs bn254": (
        ("snarkjs_vk_bn254", "snarkjs_public_bn254", "snarkjs_proof_bn254"),
        BN254,
        1,
    ),
    "snarkjs bls12_381": (
        ("snarkjs_vk_bls12381", "snarkjs_public_bls12381", "snarkjs_proof_bls12381"),
        BLS12_381,
        1,
    ),
    "gnark": (("gnark_vk_bn254", "gnark_public_bn254", "gnark_proof_bn254"), BN254, 2),
    "garaga bn254": (("vk_bn254", "proof_bn254", "proof_bn254"), BN254, 1),
    "garaga bls12_381": (("vk_bls", "proof_bls", "proof_bls"), BLS12_381, 1),
    "risc0": (("vk_risc0", "proof_risc0", "proof_risc0"), BN254, 5),
    "sp1": (("vk_sp1", "proof_sp1", "proof_sp1"), BN254, 2),
}
EXAMPLES = "garaga/examples"


def is_valid(paths: tuple[Path, Path, Path]) -> bool:
    key = read_verification_key(paths[0])
    public = read_public(paths[1], key.curve.scalar_field, key.n_public)
    return verify(key, public, read_proof(paths[2], key.curve))


def paths_of(data: Path, case: str) -> tuple[Path, Path, Path]:
    key, public, proof = (data / EXAMPLES / f"{name}.json" for name in REAL[case][0])
    return key, public, proof


@pytest.mark.parametrize("case", REAL)
def test_real_proofs_are_valid(data: Path, case: str) -> None:
    paths, (_, curve, n_public) = paths_of(data, case), REAL[case]
    key = read_verification_key(paths[0])
    assert (key.curve, key.n_public) == (curve, n_public)
    assert is_valid(paths)


def test_every_file_is_in_the_table(data: Path) -> None:
    named = {f"{name}.json" for names, _, _ in REAL.values() for name in names}
    assert {path.name for path in (data / EXAMPLES).iterdir()} == named


def other_byte(name: str, index: int) -> Change:
    """Change one byte of a hexadecimal string."""

    def change(document: Any) -> None:
        raw = bytearray.fromhex(document[name][2:])
        raw[index] ^= 1
        document[name] = "0x" + raw.hex()

    return change


def altered(data: Path, tmp_path: Path, case: str, part: int, change: Change) -> Any:
    """The paths of a case, with one file changed."""
    paths = list(paths_of(data, case))
    old = paths[part]
    document = json.loads(old.read_text())
    change(document)
    new = tmp_path / old.name
    new.write_text(json.dumps(document))
    return tuple(new if path == old else path for path in paths)


FALSE: dict[str, tuple[str, int, Change]] = {
    "gnark, another product": ("gnark", 1, put("Y", value=36)),
    "gnark, another order": ("gnark", 1, lambda d: d.update(Y=d.pop("Y"))),
    "garaga, another input": ("garaga bn254", 1, put("public_inputs", 0, value="0x1")),
    "risc0, another journal": ("risc0", 1, other_byte("journal", 3)),
    "risc0, another image": ("risc0", 1, other_byte("image_id", 0)),
    "sp1, another output": ("sp1", 1, other_byte("publicValues", -1)),
    "sp1, another program": ("sp1", 1, other_byte("vkey", -1)),
}


@pytest.mark.parametrize("name", FALSE)
def test_altered_statements_are_false(data: Path, tmp_path: Path, name: str) -> None:
    case, part, change = FALSE[name]
    assert not is_valid(altered(data, tmp_path, case, part, change))


def swap_b(document: Any) -> None:
    for axis in ("X", "Y"):
        document["Bs"][axis] = {"A0": document["Bs"][axis]["A1"], "A1": document["Bs"][axis]["A0"]}


Q = BN254.base_field.modulus
REFUSED: dict[str, tuple[str, int, Change, type[ZkctlError], str]] = {
    "proof commitments": (
        "gnark",
        2,
        put("Commitments", value=[{"X": "1", "Y": "2"}]),
        EnvironmentProblem,
        "gnark's commitments are not supported",
    ),
    "key commitments": (
        "gnark",
        0,
        put("PublicAndCommitmentCommitted", value=[[]]),
        EnvironmentProblem,
        "gnark's commitments are not supported",
    ),
    "gnark, a coordinate": (
        "gnark",
        2,
        put("Ar", "X", value=str(Q)),
        EncodingError,
        "the number is not below the modulus of bn254.fq",
    ),
    "gnark, negative": ("gnark", 2, put("Ar", "X", value=-1), FormatError, "-1 is negative"),
    "gnark, off the curve": (
        "gnark",
        2,
        put("Ar", "X", value=1),
        EncodingError,
        "g1: point 0 is not on the curve",
    ),
    "gnark, swapped": ("gnark", 2, swap_b, CheckFailed, "the point is not on the curve"),
    "gnark, half of a point": (
        "gnark",
        2,
        put("Bs", "X", value={"A0": "1"}),
        FormatError,
        "missing 'A1'",
    ),
    "gnark, no curve": (
        "gnark",
        0,
        put("G1", "Alpha", "X", value="1"),
        EncodingError,
        "alpha is not on any supported curve",
    ),
    "gnark, no inputs": (
        "gnark",
        0,
        put("G1", "K", value=[]),
        FormatError,
        "no points, expected one more than public signals",
    ),
    "gnark, infinite delta": (
        "gnark",
        0,
        put("G2", "Delta", value={"X": {"A0": 0, "A1": 0}, "Y": {"A0": 0, "A1": 0}}),
        EncodingError,
        "g2: point 0 is at infinity",
    ),
    "gnark, a signal": (
        "gnark",
        1,
        put("Y", value=BN254.scalar_field.modulus),
        EncodingError,
        "the number is not below the modulus of bn254.fr",
    ),
    "gnark, three signals": (
        "gnark",
        1,
        put("Z", value=1),
        FormatError,
        "expected 2 public signals, got 3",
    ),
    "gnark, a true signal": (
        "gnark",
        1,
        put("Y", value=True),
        FormatError,
        "expected a string, found true",
    ),
    "garaga, another curve": (
        "garaga bn254",
        2,
        put("elliptic_curve_id", value="bls12_381"),
        FormatError,
        "the proof is over bls12_381, the verification key over bn254",
    ),
    "garaga, unknown curve": (
        "garaga bn254",
        0,
        put("elliptic_curve_id", value="secp256k1"),
        FormatError,
        "unknown curve 'secp256k1'",
    ),
    "garaga, no points": (
        "garaga bn254",
        0,
        put("verifying_key", "ic", value=[]),
        FormatError,
        "no points, expected one more than public signals",
    ),
    "garaga, no hex": (
        "garaga bn254",
        2,
        put("proof", "a", "x", value="0xzz"),
        FormatError,
        "the text is not a decimal or 0x integer",
    ),
    "garaga, a triple": (
        "garaga bn254",
        2,
        put("proof", "b", "x", value=["1", "2", "3"]),
        FormatError,
        "expected 2 elements, found 3",
    ),
    "risc0, another version": (
        "risc0",
        1,
        other_byte("seal", 0),
        EnvironmentProblem,
        "risc0 verifier ba001d44 is not supported",
    ),
    "risc0, a short seal": (
        "risc0",
        2,
        put("seal", value="0x00"),
        FormatError,
        "expected 260 bytes, found 1",
    ),
    "risc0, odd digits": (
        "risc0",
        1,
        put("journal", value="0x123"),
        FormatError,
        "expected bytes as 0x and an even number of hexadecimal digits",
    ),
    "risc0, no prefix": (
        "risc0",
        1,
        put("journal", value="12"),
        FormatError,
        "expected bytes as 0x",
    ),
    "risc0, a number": (
        "risc0",
        1,
        put("image_id", value=1),
        FormatError,
        "expected a string, found",
    ),
    "risc0, a coordinate": (
        "risc0",
        2,
        put("seal", value="0xbb001d44" + "ff" * 256),
        EncodingError,
        "the number is not below the modulus of bn254.fq",
    ),
    "sp1, a point": (
        "sp1",
        2,
        other_byte("proof", -1),
        EncodingError,
        "g1: point 0 is not on the curve",
    ),
    "sp1, a large program": (
        "sp1",
        1,
        put("vkey", value="0x" + "ff" * 32),
        EncodingError,
        "the number is not below the modulus of bn254.fr",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_malformed_files(data: Path, tmp_path: Path, name: str) -> None:
    case, part, change, error, message = REFUSED[name]
    with pytest.raises(error) as caught:
        is_valid(altered(data, tmp_path, case, part, change))
    assert type(caught.value) is error
    assert message in caught.value.message
    assert ".json $" in caught.value.where


def test_a_receipt_is_over_bn254(data: Path) -> None:
    message = "the receipt is over bn254, the verification key over bls12_381"
    with pytest.raises(FormatError, match=message):
        read_proof(data / EXAMPLES / "proof_sp1.json", BLS12_381)


def test_a_gnark_proof_without_commitments_may_say_null(data: Path, tmp_path: Path) -> None:
    assert is_valid(altered(data, tmp_path, "gnark", 2, put("Commitments", value=None)))
