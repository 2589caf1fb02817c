"""Check 8: one key is one job, however often and at the same time it is asked for."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from tests.support.service_api import InProcessApi, open_api
from tests.support.stores import execute

GENERATE = "/v1/zkp/generate"


def _asked(key: str, body: dict[str, Any], **headers: str) -> dict[str, Any]:
    return {
        "method": "POST",
        "path": GENERATE,
        "json": body,
        "headers": {"Idempotency-Key": key, **headers},
    }


def _rows(api: InProcessApi) -> int:
    return int(execute(api.service.settings.database_url, "SELECT count(*) FROM proofs")[0][0])


def test_check_8_fifty_equal_requests_are_one_job(api: InProcessApi) -> None:
    key, body, before = secrets.token_hex(8), api.body(), _rows(api)
    answers = api.together([_asked(key, body)] * 50)
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert _rows(api) == before + 1
    replayed = [answer.headers.get("idempotency-replayed") for answer in answers]
    assert replayed.count("true") == 49
    again = api.request(**_asked(key, body))
    assert again.text == answers[0].text
    assert again.headers["idempotency-replayed"] == "true"


def test_check_8_another_body_is_refused(api: InProcessApi) -> None:
    key = secrets.token_hex(8)
    first = api.request(**_asked(key, api.body()))
    assert first.status_code == 200
    other = api.request(**_asked(key, api.body(scope=8)))
    assert other.status_code == 422
    assert other.json()["type"] == "urn:zkctl:problem:idempotency-key-reused"
    same_key_of_another_tenant = _asked(key, api.body(scope=8))
    same_key_of_another_tenant["headers"]["Authorization"] = f"Bearer {api.new_key(tenant='b')}"
    assert api.request(**same_key_of_another_tenant).status_code == 200


def test_check_8_also_while_it_runs(api: InProcessApi) -> None:
    key, body = secrets.token_hex(8), api.body()
    first, second = (api.request(**_asked(key, body, Prefer="wait=0")) for _ in range(2))
    assert first.json()["jobId"] == second.json()["jobId"]
    assert second.headers["idempotency-replayed"] == "true"
    assert second.headers["location"] == first.headers["location"]
    api.get(first.headers["location"], headers={"Prefer": "wait=25"})


def test_a_malformed_key_is_refused(api: InProcessApi) -> None:
    for key in ("", "with space", "x" * 129, "ä"):
        asked = _asked(key, api.body())
        asked["headers"]["Idempotency-Key"] = key.encode("latin-1")
        answer = api.request(**asked)
        assert answer.status_code == 400, key
        assert answer.json()["type"] == "urn:zkctl:problem:bad-header"


def test_the_unfinished_jobs_of_a_tenant_limit_a_batch(demo: Path, tmp_path: Path) -> None:
    """Waiting helps a batch that has no place now, not one that never has."""
    with open_api(tmp_path, demo, worker=False, max_unfinished_per_tenant=3) as api:
        batch = {"requests": [api.body(scope=k) for k in range(4)]}
        found = api.post(f"{GENERATE}/batch", batch)
        assert (found.status_code, found.json()["errors"][0]) == (
            422,
            {"pointer": "/requests", "message": "too many requests: expected at most 3, got 4"},
        )
        assert "Retry-After" not in found.headers
        del batch["requests"][2:]
        assert api.post(f"{GENERATE}/batch", batch).status_code == 202
        found = api.post(f"{GENERATE}/batch", batch)
        detail = "too many unfinished jobs: expected at most 3 of a tenant"
        assert (found.status_code, found.json()["detail"]) == (429, detail)
        assert found.headers["Retry-After"] == "5"


def test_a_batch_is_accepted_whole_or_not_at_all(api: InProcessApi) -> None:
    before = _rows(api)
    good, bad = api.body(), {"pattern": "membership", "inputs": {}}
    refused = api.post(f"{GENERATE}/batch", {"requests": [good, bad]})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/requests/1/inputs"
    assert _rows(api) == before
    key = {"Idempotency-Key": secrets.token_hex(8)}
    first = api.post(f"{GENERATE}/batch", {"requests": [good, good]}, headers=key)
    assert first.status_code == 202, first.text
    jobs = [job["jobId"] for job in first.json()["jobs"]]
    assert len(set(jobs)) == 2
    again = api.post(f"{GENERATE}/batch", {"requests": [good, good]}, headers=key)
    assert [job["jobId"] for job in again.json()["jobs"]] == jobs
    assert again.headers["idempotency-replayed"] == "true"
    for job in jobs:
        path = f"/v1/zkp/jobs/{job}"
        assert api.get(path, headers={"Prefer": "wait=25"}).json()["state"] == "done"
