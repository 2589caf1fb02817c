"""Check 7: refusals repeat no value of the request, and say the same for every key that does not count."""

from __future__ import annotations

import json
import secrets
from typing import Any

import httpx
import pytest

from tests.support.service_api import InProcessApi
from zkctl.service.proving.access import LONGEST_PAUSE_MS

VERIFY, GENERATE = "/v1/zkp/verify", "/v1/zkp/generate"
_POSTS = (
    *(VERIFY, f"{VERIFY}/batch", GENERATE, f"{GENERATE}/batch", "/v1/zkp/challenges"),
    *("/v1/addresses", "/v1/revocations"),
)
_MEMBERS = (
    *("proof", "publicSignals", "circuitId", "expect", "statements", "pattern", "pid", "inputs"),
    *("sealedInputs", "context", "scope", "reveal", "allowed", "prohibited", "resultKey"),
    *("requests", "verifierId", "ttl_s", "registry", "leaf", "reason", "newLeaf", "leaves"),
)


def canary() -> str:
    return secrets.token_hex(16)


def bodies(value: str) -> list[bytes]:
    """Malformed and refused bodies, each with a value in every place."""
    number = str(int(value, 16))
    wrongs: list[Any] = [value, [value], {value: value}, {"a": [{"b": value}]}, int(number), True]
    found = [json.dumps({name: wrong}).encode() for name in _MEMBERS for wrong in wrongs]
    found += [json.dumps(dict.fromkeys(_MEMBERS, value)).encode()]
    expects: list[dict[str, Any]] = [
        {"context": {"verifierId": value, "nonce": value, "expiry": value}},
        {"context": {"verifierId": value, "nonce": number, "expiry": 5, value: 1}},
        {"scope": value, "verifierId": value, "maxRootAgeS": -5},
        {value: value},
    ]
    found += [json.dumps({"proof": "zkp1.e30", "expect": each}).encode() for each in expects]
    found += [
        json.dumps({"proof": f"zkp1.{value}"}).encode(),
        json.dumps({"pid": f"JP-{value}", "pattern": "membership"}).encode(),
        json.dumps({"pid": "JP-13-113-02", "pattern": "membership"}).encode(),
        json.dumps({"pattern": "membership", "inputs": {"root": value, value: value}}).encode(),
        json.dumps({"pattern": value, "inputs": {"root": value}}).encode(),
        json.dumps({"circuitId": value[:20], "inputs": {"root": number}}).encode(),
        json.dumps({"requests": [{"pid": value, "pattern": "membership"}]}).encode(),
        f'{{"proof": "{value}", "proof": "{value}"}}'.encode(),
        f'{{"{value}": 1, "{value}": 2}}'.encode(),
        f'{{"proof": {value}}}'.encode(),
        f'{{"proof": 1.{number}}}'.encode(),
        f'{{"proof": "{value}'.encode(),
        f'["{value}"]'.encode(),
        f'"{value}"'.encode(),
        b"[" * 100 + value.encode(),
        b"\xff" + value.encode(),
        value.encode(),
        b"",
    ]
    return found


@pytest.mark.parametrize("path", _POSTS)
def test_check_7_no_value_comes_back(api: InProcessApi, path: str) -> None:
    value = canary()
    number = str(int(value, 16))

    async def ask_all() -> list[httpx.Response]:
        return [await api.ask("POST", path, content=body) for body in bodies(value)]

    for answer in api.run(ask_all()):
        if path.endswith("challenges") and answer.status_code == 200:
            continue  # any text is the name of a verifier
        assert 400 <= answer.status_code < 500, answer.text
        shown = answer.text + "".join(map(str, answer.headers.raw))
        assert value not in shown
        assert number not in shown
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["requestId"] == answer.headers["x-request-id"]


def test_check_7_no_value_of_headers_and_paths_comes_back(api: InProcessApi) -> None:
    value = canary()
    headers = [
        {"Authorization": f"Bearer zk_live_{value}"},
        {"Prefer": f"wait={value}"},
        {"Idempotency-Key": f"{value} {value}"},
        {"Content-Type": f"text/{value}"},
        {"Content-Encoding": value},
        {"X-Request-Id": f"{value}\t"},
    ]
    asked = [{"method": "POST", "path": GENERATE, "json": {}, "headers": each} for each in headers]
    paths = (
        *(f"/v1/zkp/jobs/{value}", f"/v1/zkp/circuits/{value}", f"/{value}", f"/health/{value}"),
        *(f"/v1/zkp/circuits/{value}/verification-key", f"/v1/zkp/jobs/{value}?{value}={value}"),
        f"/health?{'x' * 3000}{value}",
    )
    asked += [{"method": "GET", "path": path} for path in paths]
    for answer in api.together(asked):
        assert 400 <= answer.status_code < 500
        assert value not in answer.text + "".join(map(str, answer.headers.raw))


def test_check_7_one_answer_for_every_key_that_does_not_count(api: InProcessApi) -> None:
    revoked = api.new_key()
    keys = api.service.keys
    api.run(keys.revoke(revoked.split("_")[2]))
    other = api.new_key(environment="test")
    wrong = api.key[:-1] + ("A" if api.key[-1] != "A" else "B")
    unknown = "zk_live_aaaaaaaa_" + "A" * 43
    given = ("", f"Bearer {wrong}", f"Bearer {revoked}", f"Bearer {other}", f"Bearer {unknown}")
    given += ("Bearer ", "Basic eDp5", f"Bearer {'x' * 5000}", api.key)
    for path in _POSTS:
        answers = [api.post(path, {}, headers={"Authorization": each}) for each in given]
        seen = set()
        for answer in answers:
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"] == "Bearer"
            seen.add(json.dumps({**answer.json(), "requestId": ""}, sort_keys=True))
        assert len(seen) == 1


def test_a_refused_key_waits_a_random_time(
    api: InProcessApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the times of refusals still show is far below it; tests/bench/service_times.py has the t-test."""
    most: list[int] = []

    def below(limit: int) -> int:
        most.append(limit)
        return 0

    monkeypatch.setattr("zkctl.service.proving.access.secrets.randbelow", below)
    for text in (api.key[:-1] + "-", "zk_live_aaaaaaaa_" + "A" * 43, ""):
        headers = {"Authorization": f"Bearer {text}"}
        assert api.post(VERIFY, {}, headers=headers).status_code == 401
    assert most == [1000 * LONGEST_PAUSE_MS] * 3
    assert api.post(VERIFY, {}).status_code == 422
    assert len(most) == 3


def test_check_7_a_missing_scope(api: InProcessApi) -> None:
    verify, prove = api.new_key("verify"), api.new_key("prove")
    for path in _POSTS:
        key = prove if "generate" not in path else verify
        answer = api.post(path, {}, headers={"Authorization": f"Bearer {key}"})
        assert answer.status_code == 403
        assert answer.json()["type"] == "urn:zkctl:problem:scope-missing"


def test_check_7_a_job_of_another_tenant_does_not_exist(
    api: InProcessApi, proof: dict[str, Any]
) -> None:
    path = f"/v1/zkp/jobs/{proof['jobId']}"
    other = {"Authorization": f"Bearer {api.new_key(tenant='other')}"}
    unknown = "/v1/zkp/jobs/01a2206d-01ca-7188-80da-40231f24595a"
    for method in ("GET", "DELETE"):
        theirs, none = api.request(method, path, headers=other), api.request(method, unknown)
        assert theirs.status_code == none.status_code == 404
        assert {**theirs.json(), "requestId": ""} == {**none.json(), "requestId": ""}
    for method in ("PUT", "PATCH", "POST"):
        assert api.request(method, path, headers=other).status_code == 405
    assert api.get(path).json()["state"] == "done"


def test_check_7_no_body_in_the_log(api: InProcessApi) -> None:
    value = canary()
    for body in bodies(value)[:40]:
        api.request("POST", GENERATE, content=body)
    assert value not in api.log.getvalue()
