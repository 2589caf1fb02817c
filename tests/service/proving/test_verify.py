"""POST /v1/zkp/verify: the verdict, its checks and their order."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.service_api import CIRCUIT, InProcessApi, open_api
from zkctl.address.requests import context_value
from zkctl.formats.json.bundle import bundle_text, parse_bundle
from zkctl.service.proving import bodies, verify
from zkctl.service.proving.circuits import CircuitState, Registry
from zkctl.service.proving.database_time import DatabaseTime
from zkctl.service.proving.routes import verify as routes
from zkctl.service.proving.service import Service
from zkctl.service.proving.statement import read_statements
from zkctl.service.proving.store.database import StoreUnavailable

VERIFY = "/v1/zkp/verify"
Change = Callable[[Service], Service]


def verdict(api: InProcessApi, proof: dict[str, Any], **expect: Any) -> dict[str, Any]:
    body = {"proof": proof["proof"]} | ({"expect": expect} if expect else {})
    answer = api.post(VERIFY, body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_proof_of_the_service_verifies(api: InProcessApi, proof: dict[str, Any]) -> None:
    body = {"proof": proof["proof"], "circuitId": CIRCUIT}
    answer = api.post(VERIFY, body)
    assert answer.status_code == 200
    found = answer.json()
    assert found["valid"] is True
    assert "reason" not in found
    assert found["checks"] == {
        "equation": "ok",
        "root": "ok",
        "revocationRoot": "ok",
        "context": "not-requested",
        "nullifier": "not-requested",
    }
    assert found["statementId"] == proof["statementId"]
    assert found["circuitId"] == CIRCUIT
    assert found["verifiedAt"].endswith("Z")
    assert api.post(VERIFY, body).json()["cached"] is True


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/vnd.x+json; charset=utf-8",
        "application/x-www-form-urlencoded",
        None,
    ],
)
def test_any_usual_content_type(
    api: InProcessApi, proof: dict[str, Any], content_type: str | None
) -> None:
    headers = {} if content_type is None else {"Content-Type": content_type}
    content = f'{{"proof": "{proof["proof"]}"}}'.encode()
    answer = api.request("POST", VERIFY, content=content, headers=headers)
    assert answer.json()["valid"] is True


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "multipart/form-data"},
        {"Content-Encoding": "gzip"},
        {"Content-Encoding": "identity"},
    ],
)
def test_other_content_types_are_refused(api: InProcessApi, headers: dict[str, str]) -> None:
    answer = api.request("POST", VERIFY, content=b"{}", headers=headers)
    assert answer.status_code == 415
    assert answer.json()["type"] == "urn:zkctl:problem:media-type"


def test_sizes_of_bodies(api: InProcessApi) -> None:
    small, large = b'{"proof": "' + b"x" * 65_000 + b'"}', b'{"proof": "' + b"x" * 66_000 + b'"}'
    assert api.request("POST", VERIFY, content=small).status_code == 422
    assert api.request("POST", VERIFY, content=large).status_code == 413
    assert api.request("POST", f"{VERIFY}/batch", content=large).status_code == 422
    assert api.request("POST", VERIFY, content=b"[" * 13 + b"]" * 13).status_code == 400
    assert api.request("POST", VERIFY, content=b'{"proof": ' + b"1" * 79 + b"}").status_code == 400


def test_scope_and_context(api: InProcessApi) -> None:
    expiry = int(time.time()) + 60
    context = {"verifierId": "shop", "nonce": "12345", "expiry": expiry}
    value = context_value("shop", 12345, expiry)
    body = {**api.body(), "context": context, "scope": "77"}
    for name in ("scope", "context"):
        del body["inputs"][name]  # the service fills in what the request implies
    made = api.post("/v1/zkp/generate", body)
    assert made.status_code == 200, made.text
    proof = made.json()
    assert proof["publicSignals"][3:] == ["77", str(value)]
    assert verdict(api, proof, context=context, scope="77")["checks"]["context"] == "ok"
    for expect in (
        {"context": context | {"nonce": "12346"}},
        {"context": context | {"verifierId": "other"}},
        {"context": context | {"expiry": expiry + 1}},
        {"scope": "78"},
    ):
        found = verdict(api, proof, **expect)
        assert found["valid"] is False
        assert found["reason"] == "context-mismatch"
        assert found["checks"]["context"] == "failed"
        assert found["checks"]["equation"] == "not-requested"
    two = {"context": context, "verifierId": "other"}
    assert api.post(VERIFY, {"proof": proof["proof"], "expect": two}).status_code == 422


def test_a_context_expires(api: InProcessApi) -> None:
    expiry = int(time.time()) - 1
    context = {"verifierId": "shop", "nonce": "5", "expiry": expiry}
    proof = api.prove(context=context_value("shop", 5, expiry))
    found = verdict(api, proof, context=context)
    assert (found["valid"], found["reason"]) == (False, "context-expired")


def test_inputs_that_contradict_the_request(api: InProcessApi) -> None:
    body = {**api.body(scope=7), "scope": "8"}
    answer = api.post("/v1/zkp/generate", body)
    assert answer.status_code == 422
    assert answer.json()["detail"] == "the input scope is not the one of the request"


def test_a_challenge_is_used_once(api: InProcessApi) -> None:
    asked = api.post("/v1/zkp/challenges", {"verifierId": "shop", "ttl_s": 60})
    assert asked.status_code == 200
    challenge = asked.json()
    context = {"verifierId": "shop", "nonce": challenge["nonce"], "expiry": challenge["expiry"]}
    proof = api.prove(context=int(challenge["context"]))
    body = {"proof": proof["proof"], "expect": {"context": context}}
    asked_together = [{"method": "POST", "path": VERIFY, "json": body}] * 8
    answers = [answer.json() for answer in api.together(asked_together)]
    assert [answer["valid"] for answer in answers].count(True) == 1
    assert {answer.get("reason") for answer in answers} == {None, "context-expired"}
    for wrong in (901, 0, -1):
        refused = api.post("/v1/zkp/challenges", {"verifierId": "shop", "ttl_s": wrong})
        assert refused.status_code == 422
    assert api.post("/v1/zkp/challenges", {"verifierId": ""}).status_code == 422


def test_a_nullifier_is_used_once(api: InProcessApi) -> None:
    proof = api.prove(scope=1001)
    body = {"proof": proof["proof"], "expect": {"consumeNullifier": True}}
    assert verdict(api, proof)["valid"] is True  # without a use
    answers = api.together([{"method": "POST", "path": VERIFY, "json": body}] * 10)
    found = [answer.json() for answer in answers]
    assert [each["valid"] for each in found].count(True) == 1
    assert [each.get("reason") for each in found].count("nullifier-used") == 9
    assert {each["checks"]["nullifier"] for each in found} == {"ok", "failed"}
    again = api.prove(scope=1001)
    assert verdict(api, again, consumeNullifier=True)["reason"] == "nullifier-used"
    other_scope = api.prove(scope=1002)
    assert verdict(api, other_scope, consumeNullifier=True)["valid"] is True


def test_a_wrong_proof_uses_nothing(api: InProcessApi) -> None:
    proof = api.prove(scope=1003)
    parts, public = parse_bundle(proof["proof"]), proof["publicSignals"]
    wrong = [*public[:-1], "10"]
    assert isinstance(parts.proof.value, dict)
    text = bundle_text(CIRCUIT, "bn128", "groth16", parts.proof.value, wrong)
    found = verdict(api, {"proof": text}, consumeNullifier=True)
    assert (found["reason"], found["checks"]["nullifier"]) == ("equation", "not-requested")
    assert verdict(api, proof, consumeNullifier=True)["valid"] is True


def test_many_statements(api: InProcessApi, proof: dict[str, Any]) -> None:
    parts, public = parse_bundle(proof["proof"]), proof["publicSignals"]
    assert isinstance(parts.proof.value, dict)
    wrong = bundle_text(CIRCUIT, "bn128", "groth16", parts.proof.value, [*public[:-1], "11"])
    texts = [proof["proof"], wrong, api.prove(scope=31)["proof"], api.prove(scope=32)["proof"]]
    statements = [{"proof": text} for text in texts]
    answer = api.post(f"{VERIFY}/batch", {"circuitId": CIRCUIT, "statements": statements})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["valid"] is False
    assert [each["valid"] for each in found["results"]] == [True, False, True, True]
    refused = api.post(f"{VERIFY}/batch", {"statements": [statements[0]] * 257})
    assert refused.json()["detail"] == "too many statements: expected at most 256, got 257"
    malformed = api.post(f"{VERIFY}/batch", {"statements": [statements[0], {"proof": "zkp1.!"}]})
    assert malformed.json()["errors"][0]["pointer"] == "/statements/1/proof"
    assert api.post(f"{VERIFY}/batch", {"statements": []}).status_code == 422


def test_a_batch_leaves_the_loop_to_other_requests(
    demo: Path, tmp_path: Path, proof: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parsing, reading and the pairing of a batch run beside the loop, which answers others meanwhile."""
    begun, answered, threads = threading.Event(), threading.Event(), set()

    def beside(function: Callable[..., Any], *, waits: bool = False) -> Callable[..., Any]:
        def watched(*given: Any) -> Any:
            threads.add(threading.get_ident())
            if waits:
                begun.set()
                assert answered.wait(60)
            return function(*given)

        return watched

    monkeypatch.setattr(bodies, "_parsed", beside(bodies._parsed))
    monkeypatch.setattr(routes, "read_statements", beside(read_statements))
    monkeypatch.setattr(verify, "equations", beside(verify.equations, waits=True))
    with open_api(tmp_path, demo, worker=False) as api, ThreadPoolExecutor(1) as client:
        batch = {"statements": [{"proof": proof["proof"]}] * 20}
        found = client.submit(api.post, f"{VERIFY}/batch", batch)
        assert begun.wait(60)
        assert api.get("/health/live").status_code == 200
        assert not found.done()
        answered.set()
        assert len(found.result(60).json()["results"]) == 20

        async def of_the_loop() -> int:
            return threading.get_ident()

        assert api.run(of_the_loop()) not in threads


def test_names_of_circuits(api: InProcessApi, proof: dict[str, Any]) -> None:
    other = api.post(VERIFY, {"proof": proof["proof"], "circuitId": "other-v1"})
    assert other.status_code == 422
    assert other.json()["detail"] == "the proof is of another circuit than the request"
    parts = parse_bundle(proof["proof"])
    single = {"proof": parts.proof.value, "publicSignals": proof["publicSignals"]}
    assert api.post(VERIFY, single).json()["errors"][0]["pointer"] == "/circuitId"
    unknown = api.post(VERIFY, {**single, "circuitId": "other-v1"})
    assert unknown.status_code == 404
    both = {"proof": proof["proof"], "publicSignals": proof["publicSignals"]}
    assert api.post(VERIFY, both).json()["errors"][0]["pointer"] == "/publicSignals"
    alone = {"proof": parts.proof.value, "circuitId": CIRCUIT}
    assert api.post(VERIFY, alone).json()["errors"][0]["pointer"] == "/publicSignals"


# -- other services


@dataclass(frozen=True)
class FixedRoot:
    """A root as a test wants it."""

    revocation_root: int
    issued_at: float
    is_newest: bool = True
    withdrawn: bool = False
    has_newer_revocations: bool = False


class FixedRoots:
    def __init__(self, state: FixedRoot | None) -> None:
        self.states = [state]

    async def newest(self, _registry: str) -> FixedRoot | None:
        return self.states.pop(0) if len(self.states) > 1 else self.states[0]

    async def find(self, registry: str, _root: int) -> FixedRoot | None:
        return await self.newest(registry)


def ask_with(
    folder: Path, demo: Path, proof: dict[str, Any], change: Change, **expect: Any
) -> httpx.Response:
    body = {"proof": proof["proof"]} | ({"expect": expect} if expect else {})
    folder.mkdir(exist_ok=True)
    with open_api(folder, demo, worker=False, change=change) as api:
        return api.post(VERIFY, body)


@pytest.mark.parametrize(
    ("changes", "expect", "reason"),
    [
        ({}, {}, None),
        ({"is_newest": False}, {}, None),
        ({"is_newest": False, "issued_at": -700.0}, {}, "root-stale"),
        ({"issued_at": -700.0}, {}, None),
        ({"issued_at": -700.0}, {"maxRootAgeS": 600}, "root-stale"),
        ({"issued_at": -700.0}, {"maxRootAgeS": 800}, None),
        ({"withdrawn": True}, {}, "root-unknown"),
        ({"revocation_root": 5}, {}, "revocation-root-stale"),
        ({"has_newer_revocations": True}, {}, "revocation-root-stale"),
    ],
)
def test_ages_of_roots(
    demo: Path,
    tmp_path: Path,
    proof: dict[str, Any],
    changes: dict[str, Any],
    expect: dict[str, Any],
    reason: str | None,
) -> None:
    age = changes.pop("issued_at", 0.0)
    right = FixedRoot(int(proof["publicSignals"][2]), time.time() + age)
    roots = FixedRoots(replace(right, **changes))
    answer = ask_with(tmp_path, demo, proof, lambda s: replace(s, roots=roots), **expect)
    assert answer.json().get("reason") == reason
    assert answer.json()["valid"] is (reason is None)


def test_a_root_that_is_withdrawn_during_the_pairing(
    demo: Path, tmp_path: Path, proof: dict[str, Any]
) -> None:
    right = FixedRoot(int(proof["publicSignals"][2]), time.time())
    roots = FixedRoots(right)
    roots.states = [right, replace(right, withdrawn=True)]
    answer = ask_with(tmp_path, demo, proof, lambda s: replace(s, roots=roots))
    assert answer.json()["reason"] == "root-unknown"
    assert answer.json()["checks"]["equation"] == "ok"


def test_a_retired_circuit(demo: Path, tmp_path: Path, proof: dict[str, Any]) -> None:
    def retire(service: Service) -> Service:
        circuits = [
            replace(each, state=CircuitState.RETIRED, sunset="2026-01-31T00:00:00Z")
            for each in service.registry
        ]
        return replace(service, registry=Registry(circuits))

    with open_api(tmp_path, demo, worker=False, change=retire) as api:
        found = api.post(VERIFY, {"proof": proof["proof"]}).json()
        assert (found["valid"], found["reason"]) == (False, "circuit-retired")
        described = api.get(f"/v1/zkp/circuits/{CIRCUIT}")
        assert described.headers["sunset"] == "Sat, 31 Jan 2026 00:00:00 GMT"
        assert described.json()["state"] == "retired"
        refused = api.post("/v1/zkp/generate", api.body())
        assert refused.status_code in (404, 503)


def test_a_clock_that_is_wrong(demo: Path, tmp_path: Path, proof: dict[str, Any]) -> None:
    """An expiry is not compared by a machine whose time differs; the mathematics goes on."""

    async def an_hour_ago() -> float:
        return time.time() - 3600

    def change(service: Service) -> Service:
        late = DatabaseTime(an_hour_ago, service.settings)
        return replace(service, database_time=late)

    context = {"verifierId": "shop", "nonce": "5", "expiry": int(time.time()) + 60}
    answer = ask_with(tmp_path / "a", demo, proof, change, context=context)
    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:zkctl:problem:clock"
    assert ask_with(tmp_path / "b", demo, proof, change).json()["valid"] is True


def test_without_a_database(demo: Path, tmp_path: Path, proof: dict[str, Any]) -> None:
    """A use that cannot be recorded is 503, never ok; a verdict without one goes on."""

    class Gone:
        async def record(self, *_arguments: Any) -> None:
            raise StoreUnavailable("the database does not answer: no connection in time")

    def change(service: Service) -> Service:
        return replace(service, uses=Gone())

    answer = ask_with(tmp_path / "a", demo, proof, change, consumeNullifier=True)
    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:zkctl:problem:database-unavailable"
    assert int(answer.headers["retry-after"]) > 0
    assert ask_with(tmp_path / "b", demo, proof, change).json()["valid"] is True


def test_the_log_and_the_metrics(api: InProcessApi, proof: dict[str, Any]) -> None:
    headers = {"X-Request-Id": "my-request_1"}
    body = {"proof": proof["proof"], "expect": {"scope": "99"}}
    answer = api.request("POST", VERIFY, json=body, headers=headers)
    assert answer.headers["x-request-id"] == "my-request_1"
    lines = [each for each in api.events() if each["request_id"] == "my-request_1"]
    assert [(each["event"], each["circuit_id"]) for each in lines] == [("proof_rejected", CIRCUIT)]
    assert lines[0]["duration_ms"] is not None
    odd = api.request("GET", "/health", headers={"X-Request-Id": "a b"})
    assert odd.headers["x-request-id"].startswith("req_")
    assert len(odd.headers["x-request-id"]) == 30
