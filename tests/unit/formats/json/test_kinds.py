"""What a JSON document is, by its shape; the documents of all kinds are in tests/support/kinds_of_files.py."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from zkctl.formats.json.kinds import document_of

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
