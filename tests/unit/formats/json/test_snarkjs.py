"""What the files of all proof systems share (docs/design/security-cases.md, N34, N41, N42, N47)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.json_changes import Document
from zkctl.curve import BLS12_381, BN254
from zkctl.errors import EncodingError, FormatError, ZkctlError
from zkctl.formats.json.snarkjs import (
    check_belongs,
    check_protocol,
    curve_of,
    load_node,
    protocol_and_curve,
    protocol_of,
    read_public,
    unsupported_json,
)
from zkctl.formats.json.strict import Node

R = BN254.scalar_field.modulus


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.json"


def save(path: Path, document: Document) -> Path:
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return path


@pytest.mark.parametrize("document", [[15, 7], ["15", 7]])
def test_numbers_in_public_signals_get_a_hint(path: Path, document: object) -> None:
    with pytest.raises(FormatError, match="expected a string, found a number") as caught:
        read_public(save(path, document), BN254.scalar_field, 2)
    assert caught.value.hint == 'write the number as a string: "15"'


# -- public signals


def test_public_signals(path: Path) -> None:
    save(path, ["0", "5", str(R - 1)])
    assert read_public(path, BN254.scalar_field, 3).to_ints() == [0, 5, R - 1]
    save(path, [])
    assert len(read_public(path, BN254.scalar_field, 0)) == 0


PUBLIC_CASES: dict[str, tuple[object, type[ZkctlError], str]] = {
    "one less": (["3", "7"], FormatError, "expected 3 public signals, got 2"),
    "none": ([], FormatError, "expected 3 public signals, got 0"),
    "one more": (["3", "7", "0", "0"], FormatError, "expected 3 public signals, got 4"),
    "r": (["3", str(R), "0"], EncodingError, "the number is not below the modulus of bn254.fr"),
    **{
        f"+ {k}r": (
            ["3", str(7 + k * R), "0"],
            EncodingError,
            "the number is not below the modulus",
        )
        for k in range(1, 6)
    },
    "2^256 - 1": (
        ["3", str(2**256 - 1), "0"],
        EncodingError,
        "the number is not below the modulus",
    ),
    "-1": (["3", "-1", "0"], FormatError, "the text is not a decimal integer"),
    "hex": (["3", "0x7", "0"], FormatError, "the text is not a decimal integer"),
    "number": (["3", 7, "0"], FormatError, "expected a string, found a number"),
    "true": (["3", True, "0"], FormatError, "expected a string, found true"),
    "null": (["3", None, "0"], FormatError, "expected a string, found null"),
    "nested": (["3", ["7"], "0"], FormatError, "expected a string, found an array"),
    "object": ({"0": "3", "1": "7", "2": "0"}, FormatError, "found a JSON object"),
    "empty object": ({}, FormatError, "expected public signals, found an empty JSON object"),
    "text": ("7", FormatError, "expected public signals, found a lone number"),
}


@pytest.mark.parametrize("case", PUBLIC_CASES)
def test_wrong_public_signals(path: Path, case: str) -> None:
    document, error, message = PUBLIC_CASES[case]
    with pytest.raises(error) as caught:
        read_public(save(path, document), BN254.scalar_field, 3)
    assert message in caught.value.message


def test_what_a_file_says_of_itself() -> None:
    assert protocol_and_curve(Node({"protocol": "plonk"}, "a")) == ("plonk", None)
    assert protocol_and_curve(Node({"protocol": "groth16", "curve": "bn128"}, "a")) == (
        "groth16",
        BN254,
    )
    with pytest.raises(
        FormatError, match="unknown protocol 'gm17': expected 'groth16', 'plonk' or 'fflonk'"
    ):
        protocol_and_curve(Node({"protocol": "gm17"}, "a"))


@pytest.mark.parametrize("protocol", ["groth16", "plonk", "fflonk"])
def test_a_document_of_one_system_is_none_of_another(path: Path, protocol: str) -> None:
    node = load_node(save(path, {"protocol": protocol, "curve": "BLS12-381"}))
    assert (protocol_of(node), curve_of(node)) == (protocol, BLS12_381)
    check_protocol(node, protocol)
    check_belongs(node, protocol, BLS12_381)
    for other in {"groth16", "plonk", "fflonk"} - {protocol}:
        with pytest.raises(FormatError, match=f"expected protocol '{other}', got '{protocol}'"):
            check_protocol(node, other)
        message = (
            "the proof is of another proof system than the verification key:"
            f" expected {other}, got {protocol}"
        )
        with pytest.raises(FormatError, match=message):
            check_belongs(node, other, BLS12_381)
    message = "the proof is over bls12_381, the verification key over bn254"
    with pytest.raises(FormatError, match=message):
        check_belongs(node, protocol, BN254)


def test_a_proof_need_not_name_system_and_curve() -> None:
    check_belongs(Node({}, "a"), "plonk", BN254)


def test_a_system_without_a_record_is_named() -> None:
    problem = unsupported_json("plonk", "keys", Node({}, "a"))
    assert (problem.message, problem.exit_code) == ("plonk keys are not yet supported", 5)
