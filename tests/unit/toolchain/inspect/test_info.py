"""zkctl info: what it tells of every kind of file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.binary_files import Container, wtns
from tests.support.real_files import real_files
from tests.support.toy_groth16 import SOMEBODY, save_key, toy_key
from zkctl.ceremony.contribution import ContributorKind, Origin
from zkctl.curve import BN254
from zkctl.dsl import Array, Signal, circuit, private, public
from zkctl.errors import FormatError
from zkctl.formats.binary.wprog import write_wprog
from zkctl.toolchain.inspect.info import describe


@circuit
def product(x: Signal = public(), factors: Array[Signal] = private(3)) -> Signal:
    """A circuit with a public input, private inputs and an output."""
    for factor in factors:
        x = x * factor
    return x


def save_program(path: Path) -> None:
    with path.open("wb") as file:
        write_wprog(file, replace(product.compile().program, r1cs_digest=bytes(range(32))))


EXPECTED: dict[str, dict[str, Any]] = {
    "golden_bn128/multiplier.r1cs": {
        "kind": "r1cs",
        "field": "bn254.fr",
        "supported": True,
        "constraints": 10,
        "linear_constraints": 0,
        "nonzero_terms": {"A": 10, "B": 10, "C": 20},
        "wires": 13,
        "outputs": 1,
        "public_inputs": 1,
        "private_inputs": 1,
        "labels": 14,
        "custom_gates": False,
        "warnings": [],
    },
    "nova-scotia/toy/pasta/toy.r1cs": {
        "kind": "r1cs",
        "field": "pallas",
        "supported": False,
        "note": "this field is not supported for proving: circom's prime vesta (the scalar field of pallas)",
        "warnings": ["1 input has no wire, simplification removed them"],
    },
    "golden_bn128/multiplier.sym": {
        "kind": "sym",
        "signals": 13,
        "eliminated": 1,
        "components": 1,
    },
    "golden_bn128/witness.wtns": {"kind": "wtns", "field": "bn254.fr", "wires": 13, "version": 2},
    "ptau/powersOfTau28_hez_final_08.ptau": {
        "kind": "ptau",
        "curve": "bn254",
        "power": 8,
        "ceremony_power": 28,
        "prepared_for_phase2": True,
        "warnings": [],
    },
    "golden_bn128/pot6_0000.ptau": {
        "kind": "ptau",
        "prepared_for_phase2": False,
        "contributions": [],
        "warnings": ["no phase-1 contribution, anyone can forge proofs [P1-EMPTY]"],
    },
    "golden_bn128/multiplier_final.zkey": {
        "kind": "zkey",
        "protocol": "groth16",
        "supported": True,
        "curve": "bn254",
        "wires": 13,
        "public_signals": 2,
        "domain_size": 16,
        "coefficients": 23,
    },
    "golden_bn128/plonk.zkey": {
        "kind": "zkey",
        "protocol": "plonk",
        "supported": True,
        "curve": "bn254",
        "wires": 13,
        "public_signals": 2,
        "domain_size": 32,
        "additions": 10,
        "constraints": 22,
        "ceremony": "not a published ceremony known here",
        "warnings": [],
    },
    "golden_bn128/fflonk.zkey": {"protocol": "fflonk", "supported": True, "domain_size": 32},
    "co-snarks-examples/plonk/test_vectors/kyc/bls12/kyc.zkey": {
        "protocol": "plonk",
        "curve": "bls12_381",
        "domain_size": 64,
    },
    "golden_bn128/verification_key.json": {
        "kind": "verification key",
        "protocol": "groth16",
        "supported": True,
        "curve": "bn254",
        "public_signals": 2,
    },
    "golden_bn128/plonk_vk.json": {
        "protocol": "plonk",
        "supported": True,
        "curve": "bn254",
        "public_signals": 2,
    },
    "golden_bn128/proof.json": {"kind": "proof", "protocol": "groth16", "curve": "bn254"},
    "golden_bn128/fflonk_proof.json": {"kind": "proof", "protocol": "fflonk", "supported": True},
    "garaga/examples/gnark_proof_bn254.json": {"kind": "proof", "curve": "not named"},
    "garaga/examples/proof_risc0.json": {"kind": "receipt", "curve": "bn254"},
    "garaga/examples/proof_sp1.json": {"kind": "proof", "note": "a proof of SP1"},
    "garaga/examples/vk_bls.json": {"kind": "verification key", "curve": "bls12_381"},
    "golden_bn128/public.json": {"kind": "public signals", "numbers": 2},
    "golden_bn128/input.json": {
        "kind": "json",
        "members": 2,
        "note": "JSON, perhaps the inputs of a circuit",
    },
    "p0tion/inputs.json": {"kind": "json"},
}


@pytest.mark.parametrize("name", EXPECTED)
def test_real_files(data: Path, name: str) -> None:
    facts = describe(data / name)
    assert {key: facts.get(key) for key in EXPECTED[name]} == EXPECTED[name]
    assert facts["file"] == str(data / name)
    assert facts["bytes"] == (data / name).stat().st_size
    json.dumps(facts)


NO_JSON = {"constraint_counts.json", "vectors.json"}  # notes with decimals, and test vectors


@pytest.mark.parametrize("suffix", ["r1cs", "sym", "wtns", "ptau", "zkey", "json"])
def test_every_real_file_is_described(data: Path, suffix: str) -> None:
    paths = [path for path in real_files(data, f"*.{suffix}") if path.name not in NO_JSON]
    assert paths
    kinds = {describe(path)["kind"] for path in paths}
    json_kinds = {"verification key", "proof", "public signals", "receipt", "json"}
    assert kinds == (json_kinds if suffix == "json" else {suffix})


def test_a_witness_program(tmp_path: Path) -> None:
    save_program(tmp_path / "a.wprog")
    facts = describe(tmp_path / "a.wprog")
    expected = {
        "kind": "wprog",
        "name": "product",
        "field": "bn254.fr",
        "supported": True,
        "inputs": {"x": 1, "factors": 3},
        "hints": 0,
        "advice_programs": 0,
        "assumptions": 0,
        "r1cs_digest": bytes(range(32)).hex(),
    }
    assert {key: facts[key] for key in expected} == expected
    assert facts["wires"] > facts["constraints"] > 0


def test_the_sections_are_listed(data: Path) -> None:
    facts = describe(data / "golden_bn128/multiplier.r1cs")
    sizes = {s["id"]: s["bytes"] for s in facts["sections"]}
    assert list(sizes) == [2, 1, 3]
    assert sizes == {
        k: len(payload)
        for k, payload in Container.read(data / "golden_bn128/multiplier.r1cs").sections
    }


def test_contributions_of_phase_1(data: Path) -> None:
    records = describe(data / "ptau/powersOfTau28_hez_final_08.ptau")["contributions"]
    assert len(records) == 55
    assert [record["number"] for record in records] == list(range(1, 56))
    assert {record["type"] for record in records[:-1]} == {"participant"}
    assert records[-1]["type"] == "beacon"
    assert records[-1]["beacon"].startswith("e586fcca")
    assert records[-1]["iterations"] == 10
    assert len({record["hash"] for record in records}) == 55


def test_contributions_of_phase_2(data: Path) -> None:
    records = describe(data / "semaphore-v4/semaphore-5.zkey")["contributions"]
    assert len(records) == 756
    assert records[0]["claimed_name"] == "vplasencia-52170174"
    assert len({record["hash"] for record in records}) == 756
    assert all(len(record["hash"]) == 128 for record in records)


def test_names_of_contributors_are_escaped(tmp_path: Path) -> None:
    hostile = Origin(ContributorKind.PARTICIPANT, "\x1b[2J\u202egood\n")
    facts = describe(save_key(tmp_path / "a.zkey", toy_key(BN254), hostile, SOMEBODY))
    shown = [record["claimed_name"] for record in facts["contributions"]]
    assert shown == ["\\x1b[2J\\u202egood\\x0a", "somebody"]


def test_a_key_that_policy_refuses_is_described_with_a_warning(data: Path) -> None:
    warnings = describe(data / "p0tion/circuit_0000.zkey")["warnings"]
    assert any("no phase-2 contribution, anyone can forge proofs" in text for text in warnings)


def test_the_values_of_a_witness_are_never_told(tmp_path: Path, data: Path) -> None:
    secret = 123456789123456789
    binary = wtns([1, secret]).write(tmp_path / "a.wtns")
    exported = tmp_path / "a.json"
    exported.write_text(json.dumps(["1", str(secret)]))
    for path in (binary, exported):
        assert str(secret) not in json.dumps(describe(path))


def test_a_wasm_module(tmp_path: Path) -> None:
    (tmp_path / "a.wasm").write_bytes(b"\0asm\1\0\0\0")
    assert describe(tmp_path / "a.wasm")["kind"] == "wasm"


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (["1", "x"], "the text is not a decimal integer"),
        (
            {"protocol": "x", "nPublic": 1},
            "unknown protocol 'x': expected 'groth16', 'plonk' or 'fflonk'",
        ),
        ({"protocol": "plonk", "nPublic": "1"}, "missing 'curve'"),
        ({"protocol": "groth16", "curve": "bn128"}, "missing 'pi_a'"),
    ],
)
def test_malformed_documents(tmp_path: Path, document: object, message: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(document))
    with pytest.raises(FormatError, match=message):
        describe(path)
