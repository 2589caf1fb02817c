"""The calls of the client against scripted answers; whole services are asked by tests/service/proving/test_client.py."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.fake_service import FakeService, always, fake_service, in_turn
from zkctl.client import ServiceClient
from zkctl.client.requests import Patience
from zkctl.errors import CheckFailed, NetworkError
from zkctl.formats.json.bundle import bundle_text

CIRCUITS = {
    "circuits": [
        {"circuitId": "a-v1", "pattern": "a", "state": "retiring"},
        {"circuitId": "a-v2", "pattern": "a", "state": "active"},
    ]
}
DONE = {
    "jobId": "j1",
    "state": "done",
    "circuitId": "a-v2",
    "proof": bundle_text("a-v2", "bn128", "groth16", {"pi_a": []}, ["5"]),
}
QUEUED = {"jobId": "j1", "state": "queued", "circuitId": "a-v2"}


def prepared(service: FakeService, **paths: Any) -> ServiceClient:
    service.behaviours["/v1/zkp/circuits"] = always(200, CIRCUITS)
    for name, behaviour in paths.items():
        path = {"job": "/v1/zkp/jobs/j1", "keys": "/v1/zkp/sealing-keys"}.get(name)
        service.behaviours[path or f"/v1/zkp/{name}"] = behaviour
    return ServiceClient(service.url, "k", patience=Patience(seconds=0.0, request=5.0))


def test_a_pattern_is_the_newest_active_circuit() -> None:
    with fake_service() as service:
        client = prepared(service, generate=always(200, DONE))
        made = client.prove({"x": "1"}, circuit="a", scope="7")
        assert made.parts.public.value == ["5"]
        client.prove({"x": "1"}, circuit="a-v1")
        client.prove({"x": "1"}, circuit="unknown")
        bodies = [body for _, path, _, body in service.asked if path.endswith("generate")]
    names = [f'"circuitId": "{each}"'.encode() for each in ("a-v2", "a-v1", "unknown")]
    assert all(name in body for name, body in zip(names, bodies, strict=True))
    assert b'"scope": "7"' in bodies[0]


def test_a_job_is_waited_for() -> None:
    with fake_service() as service:
        prepared(service, generate=always(202, QUEUED), job=always(200, DONE))
        client = ServiceClient(service.url, "k")
        assert client.prove({}, circuit="a").job_id == "j1"
        keys = {headers.get("Idempotency-Key") for _, _, headers, _ in service.asked}
        waits = [headers.get("Prefer") for _, path, headers, _ in service.asked if "jobs" in path]
    assert len(keys) == 2  # None for the other requests
    assert waits == ["wait=25"]


def test_jobs_without_a_proof() -> None:
    failed = {**QUEUED, "state": "failed", "error": "unsatisfied"}
    with fake_service() as service:
        client = prepared(
            service,
            generate=always(202, QUEUED),
            job=in_turn(always(200, QUEUED), always(200, failed)),
        )
        with pytest.raises(NetworkError, match="the proof is not ready after 0 seconds") as slow:
            client.prove({}, circuit="a")
        assert slow.value.where == "job j1"
        client = ServiceClient(service.url, "k")
        service.behaviours["/v1/zkp/jobs/j1"] = always(200, failed)
        with pytest.raises(CheckFailed, match="the service made no proof: unsatisfied"):
            client.prove({}, circuit="a")


def test_answers_of_another_form() -> None:
    with fake_service() as service:
        client = prepared(service, verify=always(200, [1]), keys=always(200, {"keys": []}))
        with pytest.raises(NetworkError, match="the answer of the service is no JSON object"):
            client.verify("zkp1.x")
        with pytest.raises(NetworkError, match="the service has no sealing key"):
            client.prove({}, circuit="a", seal_inputs=True)


def test_a_use_is_not_asked_for_twice() -> None:
    busy = always(503, {"title": "busy"}, {"Retry-After": "0"})
    with fake_service() as service:
        client = prepared(service, verify=in_turn(busy, always(200, {"valid": True})))
        with pytest.raises(NetworkError):
            client.verify("zkp1.x", expect={"consumeNullifier": True})
        assert client.verify("zkp1.x") == {"valid": True}
