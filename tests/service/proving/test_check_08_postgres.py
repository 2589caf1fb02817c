"""Check 8 on PostgreSQL: equal requests at two services at the same time are one job, and a nullifier is used once."""

from __future__ import annotations

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.support.demo_service import PID_BODY, RunningService
from tests.support.servers import client
from tests.support.two_services import two_services
from zkctl.service.proving.migrate import migrate

N_REQUESTS = 24


def together(
    services: tuple[RunningService, ...], path: str, body: dict, headers: dict | None = None
) -> list[httpx.Response]:
    """Send equal requests to all services at the same time."""

    def ask(number: int) -> httpx.Response:
        return services[number % len(services)].post(path, body, headers=headers or {})

    with ThreadPoolExecutor(N_REQUESTS) as pool:
        return list(pool.map(ask, range(N_REQUESTS)))


def test_check_8_two_services(request: pytest.FixtureRequest, demo: Path, tmp_path: Path) -> None:
    url = request.getfixturevalue("postgres").new_database()
    migrate(url)
    with two_services(tmp_path, demo, {"DATABASE_URL": url}) as services:
        for service in services:
            service.wait_for()
        headers = {"Idempotency-Key": "order-1", "Prefer": "wait=50"}
        answers = together(services, "/v1/zkp/generate", PID_BODY, headers)
        assert [each.text for each in answers if each.status_code != 200] == []
        assert len({json.dumps(each.json(), sort_keys=True) for each in answers}) == 1
        count = [client("psql"), url, "-At", "-c", "select count(*), max(attempt) from proofs"]
        done = subprocess.run(count, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "1|1"
        for service in services:
            other = service.post("/v1/zkp/generate", {**PID_BODY, "scope": "3"}, headers=headers)
            assert other.status_code == 422
            assert other.json()["type"] == "urn:zkctl:problem:idempotency-key-reused"

        body = {"proof": answers[0].json()["proof"], "expect": {"consumeNullifier": True}}
        verdicts = [each.json() for each in together(services, "/v1/zkp/verify", body)]
        assert sorted(each["valid"] for each in verdicts) == [False] * (N_REQUESTS - 1) + [True]
        reasons = {each.get("reason") for each in verdicts if not each["valid"]}
        assert reasons == {"nullifier-used"}
        assert not any("Traceback" in line for service in services for line in service.lines)
