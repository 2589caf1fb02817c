"""Proofs by a service with files."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from tests.support.fake_service import always, fake_service
from zkctl.client.files import (
    ProofTerms,
    ServiceAccess,
    ServiceProofFiles,
    prove_by_service,
    verify_bundle_by_service,
    verify_by_service,
)
from zkctl.errors import EnvironmentProblem, FormatError, UsageError
from zkctl.formats.json.bundle import bundle_text

PROOF = {"pi_a": ["1", "2", "1"], "pi_b": [], "pi_c": [], "protocol": "groth16", "curve": "bn128"}
VERDICT = {"valid": True, "circuitId": "a-v1", "statementId": "ab", "checks": {"equation": "ok"}}


def _done(text: str) -> dict[str, object]:
    return {"jobId": "j", "state": "done", "circuitId": "a-v1", "proof": text}


def _without_a_proof() -> str:
    """A bundle whose proof is a number."""
    members = {"circuitId": "a", "curve": "b", "proof": 5, "protocol": "p", "publicSignals": []}
    raw = json.dumps(members, sort_keys=True, separators=(",", ":")).encode()
    return "zkp1." + base64.urlsafe_b64encode(raw).decode().rstrip("=")


def test_files_of_a_proof(tmp_path: Path) -> None:
    inputs = tmp_path / "input.json"
    inputs.write_text('{"x": "1"}')
    files = ServiceProofFiles(tmp_path / "proof.json", tmp_path / "public.json")
    with fake_service() as service:
        access = ServiceAccess(service.url, "k")
        service.behaviours["/v1/zkp/circuits"] = always(200, {"circuits": []})
        text = bundle_text("a-v1", "bn128", "groth16", PROOF, ["5"])
        service.behaviours["/v1/zkp/generate"] = always(200, _done(text))
        made = prove_by_service(access, inputs, ProofTerms("a-v1"), files)
        assert (made.circuit, made.job) == ("a-v1", "j")
        assert json.loads(files.proof.read_text()) == PROOF
        assert list(json.loads(files.proof.read_text()))[-2:] == ["protocol", "curve"]
        assert json.loads(files.public.read_text()) == ["5"]
        with pytest.raises(EnvironmentProblem, match="exists"):
            prove_by_service(access, inputs, ProofTerms("a-v1"), files)
        with pytest.raises(UsageError, match="a signing key without sealing"):
            prove_by_service(access, inputs, ProofTerms("a-v1", signed_by="ab"), files)
        service.behaviours["/v1/zkp/generate"] = always(200, _done(_without_a_proof()))
        with pytest.raises(FormatError, match="the answer of the service has no proof"):
            other = ServiceProofFiles(tmp_path / "p2.json", tmp_path / "s2.json")
            prove_by_service(access, inputs, ProofTerms("a-v1"), other)


def test_files_of_a_statement(tmp_path: Path) -> None:
    public, proof, bundle = (tmp_path / name for name in ("public", "proof", "bundle"))
    public.write_text('["5"]')
    proof.write_text(json.dumps(PROOF))
    bundle.write_text(bundle_text("a-v1", "bn128", "groth16", PROOF, ["5"]) + "\n")
    with fake_service() as service:
        access = ServiceAccess(service.url, "k")
        service.behaviours["/v1/zkp/verify"] = always(200, VERDICT)
        assert verify_by_service(access, public, proof, circuit="a-v1").valid
        found = verify_bundle_by_service(access, bundle)
        assert (found.circuit, found.statement, found.reason) == ("a-v1", "ab", "")
        proof.write_text("[]")
        with pytest.raises(FormatError, match="expected a proof as snarkjs writes it"):
            verify_by_service(access, public, proof, circuit="a-v1")
        bundle.write_text("zkp1.x")
        with pytest.raises(FormatError):
            verify_bundle_by_service(access, bundle)
        assert len(service.asked) == 2
