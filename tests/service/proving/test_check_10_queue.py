"""Check 10: a full queue refuses the next request at once, and takes one more when a job is finished."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.service_api import CIRCUIT, InProcessApi, open_api

GENERATE = "/v1/zkp/generate"


def _ask(api: InProcessApi, key: str) -> tuple[int, str, str]:
    headers = {"Prefer": "wait=0", "Authorization": f"Bearer {key}"}
    answer = api.post(GENERATE, api.body(), headers=headers)
    slug = answer.json().get("type", "").rpartition(":")[2]
    return answer.status_code, slug, answer.headers.get("retry-after", "")


@pytest.mark.parametrize(
    ("setting", "slug"),
    [
        ("max_unfinished_per_tenant", "too-many-jobs"),
        ("max_queued_per_circuit", "queue-full"),
        ("max_queued", "queue-full"),
    ],
)
def test_check_10_the_next_request_is_refused(
    demo: Path, tmp_path: Path, setting: str, slug: str
) -> None:
    with open_api(tmp_path, demo, worker=False, **{setting: 3}) as api:
        keys = [api.new_key(tenant="a" if "tenant" in setting else f"t{k}") for k in range(5)]
        assert [_ask(api, key)[0] for key in keys[:3]] == [202] * 3
        status, found, retry_after = _ask(api, keys[3])
        assert (status, found) == (429, slug)
        assert int(retry_after) > 0
        store = api.service.store
        claimed = api.run(store.claim([CIRCUIT], "w"))
        assert claimed
        if "tenant" in setting:  # a running job is unfinished
            assert _ask(api, keys[3])[:2] == (429, slug)
            assert api.run(store.fail(claimed[0], "unsatisfied", False))
        assert _ask(api, keys[3])[0] == 202
        assert _ask(api, keys[4])[:2] == (429, slug)


def test_rates_of_keys(demo: Path, tmp_path: Path) -> None:
    """A key's own rate is refused with the time to wait; another key is not."""
    limits = {"verify_burst": 3, "verify_per_s": 0.5, "generate_per_minute": 2.0}
    with open_api(tmp_path, demo, worker=False, **limits) as api:
        other = {"Authorization": f"Bearer {api.new_key(tenant='b')}"}
        for path, n_accepted in (("/v1/zkp/verify", 3), (GENERATE, 2)):
            answers = [api.post(path, {}) for _ in range(n_accepted + 1)]
            assert [each.status_code for each in answers] == [422] * n_accepted + [429]
            assert answers[-1].json()["type"] == "urn:zkctl:problem:rate-limited"
            assert int(answers[-1].headers["retry-after"]) >= 1
            assert api.post(path, {}, headers=other).status_code == 422
        batch = {"statements": [{"proof": "zkp1.x"}] * 4}
        refused = api.post("/v1/zkp/verify/batch", batch, headers=other)
        assert refused.status_code == 429


def test_a_rate_class_is_a_factor_of_the_rates(demo: Path, tmp_path: Path) -> None:
    """A key of the class high may ask ten times as often; one of a class that is no more counts as standard."""
    with open_api(tmp_path, demo, worker=False, verify_burst=2, verify_per_s=0.01) as api:
        for name, n_accepted in (("high", 20), ("standard", 2), ("removed", 2), ("low", 1)):
            key = api.new_key(tenant=name, rate_class=name)
            headers = {"Authorization": f"Bearer {key}"}
            answers = [
                api.post("/v1/zkp/verify", {}, headers=headers) for _ in range(n_accepted + 1)
            ]
            assert [each.status_code for each in answers] == [422] * n_accepted + [429], name


def test_generate_names_a_job_that_lost_its_workers(demo: Path, tmp_path: Path) -> None:
    with open_api(tmp_path, demo, worker=False, max_attempts=1) as api:
        job = api.post(GENERATE, api.body(), headers={"Prefer": "wait=0"}).json()["jobId"]
        api.run(api.service.store.claim([CIRCUIT], "w"))
        api.run(api.service.store.abandon("w"))
        found = api.get(f"/v1/zkp/jobs/{job}").json()
        assert (found["state"], found["error"]) == ("failed", "worker-crashed")
