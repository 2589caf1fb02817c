"""Check 5: proofs pass between the service, snarkjs and `zkctl verify` in both directions.  B34: the statement covers the key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.interop.conftest import Runner, node_modules, run_snarkjs  # noqa: F401  (fixtures)
from tests.support.service_api import InProcessApi
from zkctl.cli.app import main
from zkctl.formats.json.bundle import parse_bundle

CIRCUIT = "membership-v1"


def _zkctl(capsys: pytest.CaptureFixture[str], *words: str | Path) -> str:
    """Run a command; returns what it prints."""
    capsys.readouterr()
    assert main([str(word) for word in words]) == 0, capsys.readouterr().err
    return capsys.readouterr().out.strip()


def _written(folder: Path, proof: dict[str, Any]) -> tuple[Path, Path, Path]:
    """Bundle, proof and public signals as files."""
    parts = parse_bundle(proof["proof"])
    files = folder / "proof.zkp1", folder / "proof.json", folder / "public.json"
    for path, text in zip(
        files,
        (proof["proof"] + "\n", json.dumps(parts.proof.value), json.dumps(parts.public.value)),
        strict=True,
    ):
        path.write_text(text)
    return files


def test_check_5_our_proof_elsewhere(
    api: InProcessApi,
    proof: dict[str, Any],
    demo: Path,
    tmp_path: Path,
    run_snarkjs: Runner,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
) -> None:
    bundle, single, public = _written(tmp_path, proof)
    vkey = demo / "build" / f"{CIRCUIT}.vkey.json"
    found = run_snarkjs("groth16", "verify", vkey, public, single, cwd=tmp_path)
    assert "OK!" in found.stdout
    assert _zkctl(capsys, "verify", vkey, public, single) == "OK"
    assert _zkctl(capsys, "verify", vkey, "--bundle", bundle) == "OK"
    parts = parse_bundle(proof["proof"])
    body = {
        "proof": parts.proof.value,
        "publicSignals": parts.public.value,
        "circuitId": CIRCUIT,
    }
    assert api.post("/v1/zkp/verify", body).json()["valid"] is True


def test_check_5_the_proof_of_snarkjs_here(
    api: InProcessApi,
    demo: Path,
    tmp_path: Path,
    run_snarkjs: Runner,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
) -> None:
    inputs, witness = tmp_path / "input.json", tmp_path / "w.wtns"
    inputs.write_text(json.dumps(api.inputs()))
    _zkctl(capsys, "witness", demo / "build" / f"{CIRCUIT}.wprog", inputs, "-o", witness)
    key = demo / "build" / f"{CIRCUIT}.zkey"
    run_snarkjs("groth16", "prove", key, witness, "p.json", "s.json", cwd=tmp_path)
    body = {
        "proof": json.loads((tmp_path / "p.json").read_text()),
        "publicSignals": json.loads((tmp_path / "s.json").read_text()),
        "circuitId": CIRCUIT,
    }
    answer = api.post("/v1/zkp/verify", body)
    assert answer.json()["valid"] is True, answer.text


def test_b34_the_statement_is_that_of_the_key_that_verifies(
    api: InProcessApi,
    proof: dict[str, Any],
    demo: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The id covers the key and the signals, and a request cannot bring a key of its own."""
    _, single, public = _written(tmp_path, proof)
    vkey = demo / "build" / f"{CIRCUIT}.vkey.json"
    ours = _zkctl(capsys, "verify", vkey, public, single, "--json")
    assert json.loads(ours)["result"]["statement"] == proof["statementId"]
    other = api.prove(scope=8)
    assert other["statementId"] != proof["statementId"]
    second_proof = api.prove()
    assert second_proof["statementId"] == proof["statementId"]
    assert second_proof["proof"] != proof["proof"]
    for name in ("vkey", "verificationKey", "key"):
        body = {"proof": proof["proof"], name: json.loads(vkey.read_text())}
        refused = api.post("/v1/zkp/verify", body)
        assert refused.status_code == 422
        assert refused.json()["type"] == "urn:zkctl:problem:invalid-proof-structure"
