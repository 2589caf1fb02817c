"""POST /v1/zkp/generate and the jobs: forms, sealing, failures, removal, the flag."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.service_api import CIRCUIT, InProcessApi, open_api
from tests.support.stores import execute
from zkctl.formats.json.bundle import parse_bundle
from zkctl.service.proving.flags import Flag
from zkctl.service.proving.sealed import (
    SealedFor,
    new_private_key,
    open_result,
    public_of,
    seal,
)
from zkctl.service.proving.service import VERIFIER

GENERATE = "/v1/zkp/generate"
PID = {"pid": "JP-13-113-01", "pattern": "membership"}


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def refused(api: InProcessApi, body: Any, **options: Any) -> tuple[int, str, str]:
    answer = api.post(GENERATE, body, **options)
    found = answer.json()
    pointer = found.get("errors", [{}])[0].get("pointer", "")
    return answer.status_code, found.get("type", "").rpartition(":")[2], pointer


def test_a_pid_of_the_holder_that_the_service_keeps(api: InProcessApi) -> None:
    answer = api.post(GENERATE, PID | {"scope": "41"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["publicSignals"][3] == "41"
    assert answer.headers["zkp-witness-visible"] == "provider"
    found = refused(api, PID | {"pid": "JP-13-113-02"})
    assert found == (422, "unknown-pid", "")
    assert refused(api, PID | {"pid": "XX-1"}) == (422, "invalid-pid", "/pid")
    assert refused(api, PID | {"pid": "jp-13"}) == (422, "invalid-pid", "/pid")


def test_exactly_one_form_and_one_name(api: InProcessApi) -> None:
    inputs = api.inputs()
    for body in (
        {"pattern": "membership"},
        PID | {"inputs": inputs},
        {"inputs": inputs},
        {"inputs": inputs, "pattern": "membership", "circuitId": CIRCUIT},
    ):
        assert refused(api, body)[:2] == (422, "invalid-input")
    assert refused(api, {"inputs": inputs, "pattern": "locker"})[:2] == (404, "unknown-circuit")
    for odd in ("../../etc/passwd", "/etc/passwd", "file:///etc", "a\0b", "http://169.254.169.254"):
        assert refused(api, {"inputs": inputs, "circuitId": odd})[0] in (400, 404, 422)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        (lambda i: i.pop("siblings"), "/inputs"),
        (lambda i: i.update(root="x"), "/inputs/root"),
        (lambda i: i.update(root=str(2**254)), "/inputs/root"),
        (lambda i: i.update(siblings=i["siblings"][:-1]), "/inputs/siblings"),
        (lambda i: i.update(siblings="5"), "/inputs/siblings"),
        (lambda i: i.update(extra="5"), "/inputs"),
        (lambda i: i.update(root=["1"]), "/inputs/root"),
    ],
)
def test_inputs_are_checked_before_anything_is_queued(
    api: InProcessApi, change: Callable[[dict[str, Any]], Any], pointer: str
) -> None:
    before = execute(api.service.settings.database_url, "SELECT count(*) FROM proofs")
    body = api.body()
    change(body["inputs"])
    assert refused(api, body) == (422, "invalid-input", pointer)
    assert execute(api.service.settings.database_url, "SELECT count(*) FROM proofs") == before


def test_forms_that_are_off(demo: Path, tmp_path: Path) -> None:
    with open_api(tmp_path, demo, worker=False, prove_modes=()) as api:
        for body in (PID, api.body(), {"pattern": "membership", "sealedInputs": "AAAA"}):
            answer = api.post(GENERATE, body)
            assert answer.status_code == 403
            assert answer.json()["type"] == "urn:zkctl:problem:mode-disabled"
            assert "zkctl fullprove" in answer.json()["hint"]
        described = api.get("/v1/zkp/circuits").json()
        assert described["proveModes"] == []
        assert list(described["witnessVisible"]) == ["none"]


def _sealed_body(api: InProcessApi, key: str, *, tenant: str = "acme") -> dict[str, Any]:
    published = api.get("/v1/zkp/sealing-keys").json()
    assert published["tenant"] == "acme"
    plain = json.dumps({"inputs": api.inputs()}).encode()
    message = seal(
        plain,
        public=_raw(published["keys"][0]["publicKey"]),
        request=SealedFor(CIRCUIT, tenant, key.encode()),
    )
    return {"circuitId": CIRCUIT, "sealedInputs": _text(message)}


def test_sealed_inputs_and_a_sealed_result(api: InProcessApi) -> None:
    private = new_private_key()
    body = _sealed_body(api, "k-1") | {"resultKey": _text(public_of(private))}
    answer = api.post(GENERATE, body, headers={"Idempotency-Key": "k-1"})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert "proof" not in found
    assert "publicSignals" not in found
    assert answer.headers["zkp-witness-visible"] == "worker"
    opened = open_result(_raw(found["sealedResult"]), private=private, job_id=found["jobId"])
    assert parse_bundle(opened.decode()).circuit_id == CIRCUIT
    row = execute(
        api.service.settings.database_url,
        "SELECT proof, public_signals, sealed_input FROM proofs WHERE id = %s",
        found["jobId"],
    )
    assert row == [(None, None, None)]


def test_a_sealed_message_of_another_request(api: InProcessApi) -> None:
    for body, key in (
        (_sealed_body(api, "k-2"), "k-3"),
        (_sealed_body(api, "k-4", tenant="other"), "k-4"),
    ):
        found = refused(api, body, headers={"Idempotency-Key": key})
        assert found[:2] == (422, "invalid-input")
    for wrong in ("AAAA", _text(b"\1" * 100), _text(b"\1" + bytes(8) + b"\1" * 100)):
        body = {"circuitId": CIRCUIT, "sealedInputs": wrong}
        assert refused(api, body) == (422, "invalid-input", "/sealedInputs")
    for key in (_text(bytes(32)), "A" * 42 + "!", "A" * 10):
        body = api.body() | {"resultKey": key}
        assert refused(api, body) == (422, "invalid-input", "/resultKey")


def test_inputs_that_do_not_satisfy_the_circuit(api: InProcessApi) -> None:
    secret, body = "123456789123456789", api.body()
    body["inputs"]["holder_secret"] = secret
    answer = api.post(GENERATE, body)
    assert answer.status_code == 422
    found = answer.json()
    assert found["type"] == "urn:zkctl:problem:unsatisfied"
    assert ".py" in found["detail"]  # the line of the circuit
    assert secret not in answer.text
    job = api.get(answer.headers["location"]).json()
    assert (job["state"], job["error"]) == ("failed", "unsatisfied")


def test_jobs_that_are_removed(api: InProcessApi) -> None:
    proof = api.prove(scope=51)
    path = f"/v1/zkp/jobs/{proof['jobId']}"
    assert api.get(path).json()["proof"] == proof["proof"]
    assert api.request("DELETE", path).status_code == 200
    gone = api.get(path)
    assert gone.status_code == 410
    assert gone.json()["type"] == "urn:zkctl:problem:job-expired"


def test_jobs_that_are_cancelled(demo: Path, tmp_path: Path) -> None:
    with open_api(tmp_path, demo, worker=False) as api:
        asked = [api.post(GENERATE, api.body(), headers={"Prefer": "wait=0"}) for _ in range(3)]
        assert [answer.json()["position"] for answer in asked] == [0, 1, 2]
        path = asked[0].headers["location"]
        assert api.request("DELETE", path).json()["state"] == "cancelled"
        assert api.get(path).json()["state"] == "cancelled"
        assert api.get(asked[2].headers["location"]).json()["position"] == 1
        for odd in ("x", path.rpartition("/")[2].upper(), "%00"):
            assert api.get(f"/v1/zkp/jobs/{odd}").status_code == 404


def test_the_flag(demo: Path, tmp_path: Path, proof: dict[str, Any]) -> None:
    class Fixed:
        flag = Flag()

        def current(self) -> Flag:
            return self.flag

    flags = Fixed()
    with open_api(
        tmp_path,
        demo,
        worker=False,
        change=lambda service: replace(service, flags=flags),
        legacy_accel=True,
    ) as api:
        verify = {"proof": proof["proof"]}
        queued = api.post(GENERATE, api.body(), headers={"Prefer": "wait=0"})
        flags.flag = Flag(zkp_enabled=False)
        for path, body in ((GENERATE, api.body()), ("/v1/zkp/verify", verify)):
            answer = api.post(path, body)
            assert answer.status_code == 503
            assert answer.json()["type"] == "urn:zkctl:problem:zkp-disabled"
            assert answer.headers["zkp-route"] == "legacy"
            assert answer.headers["x-accel-redirect"] == "@legacy"
        assert api.get(queued.headers["location"]).status_code == 200
        flags.flag = Flag(rollout_tenths=0, whitelist=("did:acme",))
        assert api.post("/v1/zkp/verify", verify).json()["valid"] is True


def test_answers_are_released_at_multiples_of_the_quantum(demo: Path, tmp_path: Path) -> None:
    with open_api(tmp_path, demo, response_quantum_ms=300) as api:
        begun = time.monotonic()
        api.prove()
        assert time.monotonic() - begun >= 0.3


def test_a_verifier_has_no_routes_of_a_prover(demo: Path, tmp_path: Path) -> None:
    change = lambda service: replace(service, name=VERIFIER)  # noqa: E731
    with open_api(tmp_path, demo, worker=False, change=change) as api:
        assert api.post(GENERATE, {}).status_code == 404
        assert api.get("/v1/zkp/sealing-keys").status_code == 404
        assert api.post("/v1/zkp/verify", {}).status_code == 422
        assert "/v1/zkp/generate" not in api.get("/openapi.json").json()["paths"]


def test_circuits_as_the_api_shows_them(api: InProcessApi, demo: Path) -> None:
    [found] = api.get("/v1/zkp/circuits").json()["circuits"]
    assert found == api.get(f"/v1/zkp/circuits/{CIRCUIT}").json()
    assert [each["role"] for each in found["publicSignals"]] == [
        "nullifier",
        "root",
        "revocation_root",
        "scope",
        "context",
    ]
    assert found["inputs"][0] == {"name": "root", "role": "public", "shape": []}
    key = api.get(f"/v1/zkp/circuits/{CIRCUIT}/verification-key")
    assert key.content == (demo / "build" / f"{CIRCUIT}.vkey.json").read_bytes()
    assert key.headers["etag"].strip('"') == found["digests"]["vkey"][:40]


def test_reload(api: InProcessApi) -> None:
    answer = api.post_admin("/admin/reload")
    assert answer.status_code == 200
    assert answer.json()["circuits"][CIRCUIT]["state"] == "active"
