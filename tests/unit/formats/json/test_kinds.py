"""What a JSON document is, by its shape; the documents of all kinds are in tests/support/kinds_of_files.py."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from zkctl.errors import FormatError
from zkctl.formats.json.kinds import JsonKind, check_complete, check_kind, document_of, wrong_kind
from zkctl.formats.json.strict import Node

REAL = {
    "golden_bn128/verification_key.json": "a groth16 verification key",
    "golden_bn128/plonk_vk.json": "a plonk verification key",
    "golden_bn128/fflonk_vk.json": "an fflonk verification key",
    "golden_bn128/proof.json": "a groth16 proof",
    "golden_bn128/plonk_proof.json": "a plonk proof",
    "golden_bn128/fflonk_proof.json": "an fflonk proof",
    "golden_bn128/public.json": "a list of 2 strings, as public signals are",
    "golden_bn128/input.json": "a JSON object, perhaps the inputs of a circuit",
    "garaga/examples/gnark_vk_bn254.json": "a groth16 verification key of gnark",
    "garaga/examples/gnark_proof_bn254.json": "a groth16 proof of gnark",
    "garaga/examples/vk_bls.json": "a groth16 verification key of garaga",
    "garaga/examples/proof_bls.json": "a groth16 proof of garaga",
    "garaga/examples/proof_sp1.json": "a proof of SP1",
    "garaga/examples/proof_risc0.json": "a receipt of RISC Zero",
}


@pytest.mark.parametrize("name", REAL)
def test_real_documents(data: Path, name: str) -> None:
    assert document_of(json.loads((data / name).read_text())).name == REAL[name]


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ({"protocol": "groth", "vk_alpha_1": []}, "a groth verification key"),
        ({"protocol": "x" * 99, "pi_a": []}, "a proof"),
        ({"protocol": 7, "pi_a": []}, "a proof"),
        ({"protocol": "\x1b[2J", "pi_a": []}, "a \\x1b[2J proof"),
        ({"pi_a": []}, "a groth16 proof"),
        ({"vk_alpha_1": []}, "a groth16 verification key"),
        ({"T1": []}, "a proof"),
        (True, "a JSON boolean"),
        (None, "a JSON null"),
        (0.5, "a JSON number"),
    ],
)
def test_unusual_documents(value: Any, name: str) -> None:
    assert document_of(value).name == name


def test_a_value_is_never_quoted() -> None:
    private = "123456789123456789"
    for value in (
        {"a": private},
        [private],
        private,
        int(private),
        {"proof": private, "public": private},
    ):
        assert private not in document_of(value).name


def test_another_kind_is_refused_with_a_hint() -> None:
    node = Node({"protocol": "groth16", "pi_a": []}, "a.json")
    check_kind(node, JsonKind.PROOF)
    with pytest.raises(FormatError) as caught:
        check_kind(node, JsonKind.VERIFICATION_KEY)
    assert caught.value.message == "expected a verification key, found a groth16 proof"
    assert caught.value.hint.startswith("give the verification key first")
    bundle = wrong_kind(Node({"proof": {}, "publicSignals": []}, "a.json"), JsonKind.PROOF)
    assert bundle.message.endswith("found a proof and its public signals in one object")
    assert bundle.hint.startswith("write its proof and its public signals to files")
    numbers = wrong_kind(Node({"0": "3"}, "a.json"), JsonKind.PUBLIC)
    assert numbers.message.startswith("expected public signals, found a JSON object")
    assert "a list of strings" in numbers.hint


def test_the_first_missing_member_is_named() -> None:
    node = Node({"a": 1}, "a.json")
    check_complete(node, JsonKind.PROOF, ["a"])
    with pytest.raises(FormatError, match="the proof is incomplete: missing 'b'"):
        check_complete(node, JsonKind.PROOF, ["a", "b", "c"])
