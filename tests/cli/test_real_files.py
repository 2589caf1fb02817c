"""What people give to the commands: the structure of real public files, made again, and what they must be told.

Each docstring names a public repository with such a file.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.support.binary_files import Container, u32, u64
from tests.support.ceremony_folders import begin
from tests.support.kinds_of_files import make_good


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return make_good(tmp_path_factory.mktemp("good"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file"


@pytest.mark.parametrize("section", [12, 13, 15])
def test_an_interrupted_prepare_is_named(
    run: Run, good: dict[str, Path], path: Path, section: int
) -> None:
    """Oik17/zkSNARK build/pot12_final.ptau: section 12 has length 0, its data follow."""
    whole = Container.read(good["ptau"])
    before = [(k, data) for k, data in whole.sections if k < section]
    header = b"ptau" + u32(1, len(whole.sections))
    parts = b"".join(u32(k) + u64(len(data)) + data for k, data in before)
    path.write_bytes(header + parts + u32(section) + u64(0) + whole[section][:-10])
    for words in (("ptau", "verify"), ("info",), ("ptau", "info")):
        outcome = run(*words, path)
        assert outcome.code == 3
        assert f"section {section} is unfinished: its length is 0, but data follow" in outcome.err
        assert "the program that wrote the file was stopped" in outcome.err


def test_a_witness_graph_is_named(run: Run, good: dict[str, Path], path: Path) -> None:
    """the-axmc/BreedProof multiplier2.bin: the magic begins as that of a witness."""
    path.write_bytes(b"wtns.graph.001" + u64(4) + bytes(range(64)))
    commands = (
        ("info", path),
        ("witness", path, good["inputs"], "-o", path.with_name("w")),
        ("prove", good["zkey"], path, "-o", path.with_name("p")),
    )
    for words in commands:
        outcome = run(*words)
        assert outcome.code == 3
        assert "a witness graph of circom-witness-rs" in outcome.err


def test_the_wrong_phase_1_is_named(run: Run, good: dict[str, Path], tmp_path: Path) -> None:
    """danielamodu/Lantern settlement_final.zkey: the circuit is right, the powers of tau are others."""
    (tmp_path / "other").mkdir()
    begin(tmp_path / "other")
    other = tmp_path / "other" / "pot.ptau"
    words = ("ceremony", "verify", good["zkey"], "--r1cs", good["r1cs"], "--ptau")
    outcome = run(*words, other)
    assert outcome.code == 1
    assert "the powers of tau are not those the key was made from (alpha differs)" in outcome.err
    assert run(*words, good["ptau"]).code == 0


@pytest.mark.parametrize("absent", [("protocol", "curve"), ("protocol",), ("curve",)])
def test_a_proof_need_not_repeat_protocol_and_curve(
    run: Run, good: dict[str, Path], path: Path, absent: tuple[str, ...]
) -> None:
    """emf99/zkSMT real_proof.json; what a proof names must agree with the key."""
    document = json.loads(good["proof"].read_text())
    for name in absent:
        del document[name]
    path.write_text(json.dumps(document))
    vkey, public = good["verification key"], good["public signals"]
    assert run("verify", vkey, public, path).out == "OK\n"
    path.write_text(json.dumps(document | {"curve": "bls12381"}))
    assert run("verify", vkey, public, path).code == 3
    path.write_text(json.dumps(document | {"protocol": "plonk"}))
    assert run("verify", vkey, public, path).code in (3, 5)


def test_a_proof_with_swapped_coordinates_is_invalid(
    run: Run, good: dict[str, Path], path: Path
) -> None:
    document = json.loads(good["proof"].read_text())
    document["pi_b"] = [pair[::-1] for pair in document["pi_b"][:2]] + document["pi_b"][2:]
    path.write_text(json.dumps(document))
    vkey, public = good["verification key"], good["public signals"]
    outcome = run("verify", vkey, public, path)
    assert (outcome.code, outcome.out) == (1, "INVALID\n")
    assert "the coordinates look swapped" in outcome.err
    assert run("verify", "--json", vkey, public, path).json["error"]["hint"]


def test_a_newline_at_the_end_is_explained(run: Run, good: dict[str, Path], path: Path) -> None:
    """benjaoholeguydeveloper/dissertation Multiplier3.r1cs."""
    path.write_bytes(good["r1cs"].read_bytes() + b"\n")
    outcome = run("setup", "groth16", path, good["ptau"], "-o", path.with_name("k"))
    assert outcome.code == 3
    assert "1 byte after the last section: expected the end of the file" in outcome.err
    assert "added blanks" in outcome.err


@pytest.mark.parametrize("kind", ["challenge", "response", "mpcparams"])
def test_info_describes_files_without_magic(run: Run, good: dict[str, Path], kind: str) -> None:
    facts = run("info", "--json", good[kind]).json["result"]
    assert (facts["kind"], facts["curve"]) == (kind, "bn254")
    if kind == "mpcparams":
        numbers = {name: facts[name] for name in ("wires", "public_signals", "contributions")}
        assert numbers == {"wires": 5, "public_signals": 2, "contributions": 1}
        assert facts["domain_size"] == 4
    else:
        assert facts["power"] == 2


def test_info_names_what_an_unfinished_key_lacks(run: Run, path: Path) -> None:
    """21o1/ZKPlayground hash_preimage_verification_key.json."""
    document = {"protocol": "groth16", "curve": "bn128", "vk_alpha_1": [], "vk_beta_2": [[], []]}
    path.write_text(json.dumps(document))
    outcome = run("info", path)
    assert outcome.code == 3
    assert "the verification key is incomplete: missing 'vk_gamma_2'" in outcome.err


def test_info_describes_json_that_no_command_reads(run: Run, path: Path) -> None:
    path.write_text('{"a": 0.5}')
    note = run("info", "--json", path).json["result"]["note"]
    assert "no command reads it: a number that is not a plain integer" in note


@pytest.mark.parametrize("kind", ["zkey", "r1cs", "wtns", "proof", "challenge"])
def test_ptau_info_describes_ptau_files_only(run: Run, good: dict[str, Path], kind: str) -> None:
    outcome = run("ptau", "info", good[kind])
    assert outcome.code == 3
    assert "expected a ptau file, found a" in outcome.err
    assert "describe files of all kinds with `zkctl info`" in outcome.err


@pytest.mark.parametrize("members", [("proof", "publicSignals"), ("proof", "public")])
def test_a_bundle_is_named_in_both_places(
    run: Run, good: dict[str, Path], path: Path, members: tuple[str, str]
) -> None:
    """snarkjs' fullProve returns {proof, publicSignals}, which people store as one file."""
    parts = [json.loads(good[kind].read_text()) for kind in ("proof", "public signals")]
    path.write_text(json.dumps(dict(zip(members, parts, strict=True))))
    vkey = good["verification key"]
    for words in ((good["public signals"], path), (path, good["proof"])):
        outcome = run("verify", vkey, *words)
        assert outcome.code == 3
        assert "found a proof and its public signals in one object" in outcome.err
        assert "to two files" in outcome.err
    outcome = run("verify", vkey, "--batch", path)
    assert outcome.code == (0 if members[1] == "public" else 3)
    if outcome.code:
        message = (
            "missing 'public': expected the public signals under this name, got 'publicSignals'"
        )
        assert message in outcome.err
        assert "call the member 'public'" in outcome.err


def test_a_key_of_another_ceremony_is_refused_for_the_true_reason(
    run: Run, good: dict[str, Path], tmp_path: Path
) -> None:
    """maci #412: another circuit's key was refused with a number."""
    ceremony = shutil.copytree(good["rules"].parent, tmp_path / "ceremony")
    (tmp_path / "other").mkdir()
    other = begin(tmp_path / "other") / "0000.zkey"
    outcome = run("ceremony", "accept", ceremony, other)
    assert outcome.code == 4
    assert "the circuit hash is not that of the ceremony's first key: expected" in outcome.err


def test_empty_files_are_named_by_the_readers_of_lines(
    run: Run, good: dict[str, Path], path: Path
) -> None:
    path.write_bytes(b"")
    outcome = run("verify", good["verification key"], "--batch", path)
    assert outcome.code == 3
    assert "the file has no statements: it is an empty file" in outcome.err
    words = ("--r1cs", good["r1cs"], "--ptau", good["ptau"], "--transcript", path)
    outcome = run("ceremony", "verify", good["zkey"], *words)
    assert outcome.code == 3
    assert "expected the ledger of a ceremony, found an empty file" in outcome.err


def test_a_signing_key_and_a_challenge_of_another_kind_are_named(
    run: Run, good: dict[str, Path], path: Path
) -> None:
    words = ("ceremony", "attest", good["receipt"], "-o", path, "--sign", good["proof"])
    outcome = run(*words)
    assert outcome.code == 3
    assert "expected an Ed25519 private key, found a groth16 proof" in outcome.err
    outcome = run("ptau", "contribute-challenge", good["zkey"], "-o", path)
    assert outcome.code == 3
    message = (
        "not a challenge: its first point is not the generator of a known curve, found a zkey file"
    )
    assert message in outcome.err
