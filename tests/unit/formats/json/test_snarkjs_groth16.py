"""Keys, proofs and public signals of snarkjs (docs/design/security-cases.md, N18, N34, N37, N39 to N47)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.json_changes import Change, Document, add, drop, put, swap
from tests.support.real_files import real_files
from tests.support.toy_groth16 import toy_key
from zkctl.curve import (
    BLS12_381,
    BN254,
    Curve,
    G1Array,
    G2Array,
    pairing_product,
)
from zkctl.errors import EncodingError, FormatError, ZkctlError
from zkctl.field import FieldArray
from zkctl.formats.json.groth16_text import proof_json
from zkctl.formats.json.snarkjs import read_public
from zkctl.formats.json.snarkjs_groth16 import (
    read_proof,
    read_verification_key,
    verification_key_json,
)
from zkctl.formats.json.snarkjs_text import public_json
from zkctl.groth16.keys import Proof, VerifyingKey
from zkctl.groth16.weak_keys import weak_key_findings

R, Q = BN254.scalar_field.modulus, BN254.base_field.modulus
CURVES = pytest.mark.parametrize("curve", [BN254, BLS12_381], ids=str)


def alphabeta(key: VerifyingKey) -> tuple[int, ...]:
    one = G1Array.concatenate([key.alpha_g1]), G2Array.concatenate([key.beta_g2])
    return tuple(pairing_product(key.curve, *one))


def key_text(curve: Curve) -> str:
    key = toy_key(curve).verifying_key
    return verification_key_json(key, alphabeta(key))


def proof_of(curve: Curve) -> Proof:
    """Any members of the groups."""
    key = toy_key(curve)
    return Proof(key.alpha_g1, key.beta_g2, key.delta_g1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.json"


def save(path: Path, document: Document) -> Path:
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return path


# -- writing


@CURVES
def test_a_key_is_written_as_read(path: Path, curve: Curve) -> None:
    text = key_text(curve)
    key = read_verification_key(save(path, text))
    assert (key.curve, key.n_public) == (curve, 2)
    assert verification_key_json(key, alphabeta(key)) == text


@CURVES
def test_a_proof_is_written_as_read(path: Path, curve: Curve) -> None:
    text = proof_json(proof_of(curve))
    assert json.loads(text)["curve"] == {"bn254": "bn128", "bls12_381": "bls12381"}[curve.name]
    assert proof_json(read_proof(save(path, text), curve)) == text


def test_infinity_is_written_as_read(path: Path) -> None:
    g1, g2 = G1Array.infinity(BN254.g1), G2Array.infinity(BN254.g2)
    text = proof_json(Proof(g1, g2, g1))
    document = json.loads(text)
    assert document["pi_a"] == ["0", "1", "0"]
    assert document["pi_b"] == [["0", "0"], ["1", "0"], ["0", "0"]]
    assert proof_json(read_proof(save(path, text), BN254)) == text


def test_layout() -> None:
    assert public_json([]) == "[\n]"
    assert public_json([1, 22]) == '[\n "1",\n "22"\n]'
    values = FieldArray.from_ints(BN254.scalar_field, [33, -1])
    assert public_json(values) == f'[\n "33",\n "{R - 1}"\n]'
    start = '{\n "pi_a": [\n  "'
    assert proof_json(proof_of(BN254)).startswith(start)
    assert proof_json(proof_of(BN254)).endswith(' "protocol": "groth16",\n "curve": "bn128"\n}')


EXACT = (
    "golden_bn128",
    "semaphore-v4/generated",
    "snark-artifacts-poseidon/generated/poseidon-3",
)


@pytest.mark.parametrize("name", EXACT)
def test_real_files_are_written_as_read(data: Path, name: str) -> None:
    folder = data / name
    key = read_verification_key(folder / "verification_key.json")
    proof = read_proof(folder / "proof.json", key.curve)
    public = read_public(folder / "public.json", key.curve.scalar_field, key.n_public)
    text = verification_key_json(key, alphabeta(key))
    assert text == (folder / "verification_key.json").read_text()
    assert proof_json(proof) == (folder / "proof.json").read_text()
    assert public_json(public) == (folder / "public.json").read_text()


def is_groth16_key(path: Path) -> bool:
    document = json.loads(path.read_text())
    return isinstance(document, dict) and document.get("protocol") == "groth16" and "IC" in document


def test_every_real_key_says_the_same_when_written(data: Path) -> None:
    """Also those that other tools laid out differently."""
    paths = [path for path in real_files(data, "*.json") if is_groth16_key(path)]
    assert len(paths) == 20
    for path in paths:
        key, document = read_verification_key(path), json.loads(path.read_text())
        assert json.loads(verification_key_json(key, alphabeta(key))) == document


# -- verification keys


NOT_BELOW = "the number is not below the modulus of bn254.fq"
KEY_CASES: dict[str, tuple[Change, type[ZkctlError], str, str]] = {
    "plonk": (
        put("protocol", value="plonk"),
        FormatError,
        "expected protocol 'groth16', got 'plonk'",
        "$.protocol",
    ),
    "fflonk": (
        put("protocol", value="fflonk"),
        FormatError,
        "expected protocol 'groth16', got 'fflonk'",
        "$.protocol",
    ),
    "gm17": (
        put("protocol", value="gm17"),
        FormatError,
        "unknown protocol 'gm17': expected 'groth16', 'plonk' or 'fflonk'",
        "$.protocol",
    ),
    "no protocol": (drop("protocol"), FormatError, "missing 'protocol'", "$"),
    "null protocol": (
        put("protocol", value=None),
        FormatError,
        "expected a string, found null",
        "$.protocol",
    ),
    "no curve": (drop("curve"), FormatError, "missing 'curve'", "$"),
    "curve": (put("curve", value="bn462"), FormatError, "unknown curve 'bn462'", "$.curve"),
    "other curve": (
        put("curve", value="bls12381"),
        EncodingError,
        "point 0 is not on the curve",
        "$.",
    ),
    "nPublic high": (
        put("nPublic", value=3),
        FormatError,
        "nPublic is 3, but IC has 3 points",
        "$",
    ),
    "nPublic low": (put("nPublic", value=1), FormatError, "nPublic is 1, but IC has 3 points", "$"),
    "nPublic text": (
        put("nPublic", value="2"),
        FormatError,
        "expected a number, found a string",
        "$.nPublic",
    ),
    "nPublic true": (
        put("nPublic", value=True),
        FormatError,
        "expected a number, found true",
        "$.nPublic",
    ),
    "no nPublic": (drop("nPublic"), FormatError, "missing 'nPublic'", "$"),
    "no IC": (drop("IC"), FormatError, "missing 'IC'", "$"),
    "IC empty": (
        put("IC", value=[]),
        FormatError,
        "no points, expected one more than public signals",
        "$.IC",
    ),
    "IC off": (add(1, "IC", 2, 1), EncodingError, "point 2 is not on the curve", "$.IC"),
    "no alpha": (drop("vk_alpha_1"), FormatError, "missing 'vk_alpha_1'", "$"),
    "alpha + q": (add(Q, "vk_alpha_1", 0), EncodingError, NOT_BELOW, "$.vk_alpha_1[0]"),
    "alpha + 5*2^256": (
        add(5 << 256, "vk_alpha_1", 1),
        EncodingError,
        NOT_BELOW,
        "$.vk_alpha_1[1]",
    ),
    "alpha number": (
        put("vk_alpha_1", 0, value=5),
        FormatError,
        "expected a string, found a number",
        "[0]",
    ),
    "alpha short": (
        put("vk_alpha_1", value=["1", "2"]),
        FormatError,
        "expected 3 elements, found 2",
        "$",
    ),
    "alpha infinite": (
        put("vk_alpha_1", value=["0", "1", "0"]),
        EncodingError,
        "point 0 is at infinity",
        "$.vk_alpha_1",
    ),
    "delta swapped": (
        swap("vk_delta_2"),
        EncodingError,
        "g2: the point is not on the curve",
        "$.vk_delta_2",
    ),
    "delta off": (
        add(1, "vk_delta_2", 0, 0),
        EncodingError,
        "g2: point 0 is not on the curve",
        "$.vk_",
    ),
    "gamma infinite": (
        put("vk_gamma_2", value=[["0", "0"], ["1", "0"], ["0", "0"]]),
        EncodingError,
        "g2: point 0 is at infinity",
        "$.vk_gamma_2",
    ),
    "alphabeta": (
        add(1, "vk_alphabeta_12", 0, 0, 0),
        EncodingError,
        "vk_alphabeta_12 is not the pairing of vk_alpha_1 and vk_beta_2",
        "$.vk_alphabeta_12",
    ),
    "alphabeta + q": (add(Q, "vk_alphabeta_12", 1, 2, 1), EncodingError, NOT_BELOW, "[1][2][1]"),
    "alphabeta short": (
        put("vk_alphabeta_12", value=[[], []]),
        FormatError,
        "expected 3 elements, found 0",
        "$.vk_alphabeta_12[0]",
    ),
    "groth": (
        put("protocol", value="groth"),
        FormatError,
        "unknown protocol 'groth': expected 'groth16', 'plonk' or 'fflonk'",
        "$.protocol",
    ),
    "no members": (
        lambda d: d.clear(),
        FormatError,
        "expected a verification key, found an empty JSON object",
        "$",
    ),
}


def test_a_public_input_without_a_point_is_a_finding(path: Path) -> None:
    """Infinity is a point of the group: the policy refuses the key, not the reader."""
    document = json.loads(key_text(BN254))
    put("IC", 1, value=["0", "1", "0"])(document)
    key = read_verification_key(save(path, document))
    assert "VK-IC" in [finding.id for finding in weak_key_findings(key)]


@pytest.mark.parametrize("case", KEY_CASES)
def test_wrong_keys(path: Path, case: str) -> None:
    change, error, message, place = KEY_CASES[case]
    document = json.loads(key_text(BN254))
    change(document)
    with pytest.raises(error) as caught:
        read_verification_key(save(path, document))
    assert type(caught.value) is error
    assert message in caught.value.message
    assert caught.value.where.startswith(str(path))
    assert place in caught.value.where


@pytest.mark.parametrize("name", ["bn128", "bn254", "BN254", "altbn128", "alt_bn128"])
def test_names_of_bn254(path: Path, name: str) -> None:
    document = json.loads(key_text(BN254)) | {"curve": name, "comment": "ignored"}
    assert read_verification_key(save(path, document)).curve is BN254


def test_a_key_of_2019_says_what_to_do(path: Path) -> None:
    document = json.loads(key_text(BN254)) | {"protocol": "groth"}
    with pytest.raises(FormatError) as caught:
        read_verification_key(save(path, document))
    assert caught.value.hint.startswith("snarkjs before 0.3 wrote this file: export")


def test_the_pairing_may_be_absent(path: Path) -> None:
    document = json.loads(key_text(BN254))
    del document["vk_alphabeta_12"]
    read_verification_key(save(path, document))


def test_a_key_that_is_no_object(path: Path) -> None:
    with pytest.raises(FormatError, match="expected a verification key, found a list of 1 strings"):
        read_verification_key(save(path, ["1"]))


# -- proofs


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (["1", "2"], "expected a proof, found a list of 2 strings, as public signals are"),
        (json.loads(key_text(BN254)), "expected a proof, found a groth16 verification key"),
    ],
)
def test_what_is_no_proof(path: Path, document: object, message: str) -> None:
    with pytest.raises(FormatError) as caught:
        read_proof(save(path, document), BN254)
    assert message in caught.value.message


@pytest.mark.parametrize("member", ["pi_a", "pi_b", "pi_c"])
def test_an_incomplete_proof(path: Path, member: str) -> None:
    document = json.loads(proof_json(proof_of(BN254)))
    del document[member]
    with pytest.raises(FormatError, match=f"the proof is incomplete: missing '{member}'"):
        read_proof(save(path, document), BN254)
