"""POST /v1/zkp/verify: the verdict, its checks and their order."""

from __future__ import annotations

from typing import Any

from tests.support.service_api import InProcessApi


def test_a_proof_of_the_service_verifies(api: InProcessApi, proof: dict[str, Any]) -> None:
    body = {"proof": proof["proof"], "circuitId": "membership-v1"}
    answer = api.post("/v1/zkp/verify", body)
    assert answer.status_code == 200
    found = answer.json()
    assert found["valid"] is True
    assert found["checks"] == {
        "equation": "ok",
        "root": "ok",
        "revocationRoot": "ok",
        "context": "not-requested",
        "nullifier": "not-requested",
    }
    assert found["statementId"] == proof["statementId"]
    assert api.post("/v1/zkp/verify", body).json()["cached"] is True
