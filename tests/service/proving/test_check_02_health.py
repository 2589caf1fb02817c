"""Check 2: /health has three members in one order and no others, with the values of each fault."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from tests.support.demo_service import RunningService, serving
from tests.support.servers import postgres_server
from tests.support.service_api import InProcessApi, open_api
from zkctl.service.proving.circuits import Registry
from zkctl.service.proving.health import Circuits, Database, Parts
from zkctl.service.proving.service import Service

HEALTHY = '{"status":"healthy","circuits":"loaded","database":"connected"}'


def test_check_2_healthy(served: RunningService) -> None:
    answer = served.get("/health")
    assert answer.text == HEALTHY
    assert answer.status_code == 200
    assert served.get("/health/live").json() == {"live": True}
    assert served.get("/health/ready").json() == {"ready": True, "failed": []}


@pytest.fixture
def loading(demo: Path, tmp_path: Path) -> Iterator[InProcessApi]:
    def without_circuits(service: Service) -> Service:
        return replace(service, registry=Registry(is_loaded=False))

    with open_api(tmp_path, demo, worker=False, change=without_circuits) as api:
        yield api


def test_check_2_while_loading(loading: InProcessApi) -> None:
    answer = loading.get("/health")
    assert answer.text == '{"status":"unhealthy","circuits":"loading","database":"connected"}'
    assert answer.status_code == 503
    ready = loading.get("/health/ready")
    assert ready.status_code == 503
    assert ready.json() == {"ready": False, "failed": ["circuits"]}
    assert loading.get("/health/live").status_code == 200
    generate = loading.post("/v1/zkp/generate", loading.body())
    assert generate.status_code == 503
    assert generate.json()["type"] == "urn:zkctl:problem:not-ready"
    assert int(generate.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    ("parts", "status", "code"),
    [
        (Parts(Circuits.LOADED, Database.READ_ONLY), "unhealthy", 503),
        (Parts(Circuits.LOADED, Database.CONNECTED, n_ready=0), "degraded", 200),
        (Parts(Circuits.LOADED, Database.CONNECTED, is_clock_wrong=True), "degraded", 200),
    ],
)
def test_check_2_other_faults(
    demo: Path, tmp_path: Path, parts: Parts, status: str, code: int
) -> None:
    async def now() -> Parts:
        return parts

    change = lambda service: replace(service, parts=now)  # noqa: E731
    with open_api(tmp_path, demo, worker=False, change=change) as api:
        answer = api.get("/health")
        assert list(answer.json()) == ["status", "circuits", "database"]
        assert (answer.json()["status"], answer.status_code) == (status, code)


def test_check_2_with_a_damaged_key(demo: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    shutil.copytree(demo, state / "demo")
    key = state / "demo" / "build" / "membership-v1.zkey"
    content = bytearray(key.read_bytes())
    content[-1] ^= 1
    key.write_bytes(content)
    with serving(tmp_path, demo) as service:
        service.wait_for(200, "/health/live")
        for _ in range(100):
            answer = service.get("/health")
            if '"loading"' not in answer.text:
                break
        assert answer.text == '{"status":"degraded","circuits":"partial","database":"connected"}'
        assert answer.status_code == 200
        refused = service.post(
            "/v1/zkp/verify", {"proof": {}, "circuitId": "membership-v1", "publicSignals": []}
        )
        assert refused.status_code == 503
        assert refused.json()["type"] == "urn:zkctl:problem:circuit-unavailable"


def test_check_2_with_the_database_stopped(demo: Path, tmp_path: Path) -> None:
    with postgres_server() as server:
        url = server.new_database()
        environ = {"DATABASE_URL": url, "ZKCTL_MIGRATE": "true"}
        with serving(tmp_path, demo, environ=environ) as service:
            service.wait_for(200)
            assert service.get("/health").text == HEALTHY
            server.stop()
            service.wait_for(503, "/health", 30)
            stopped = service.get("/health")
            expected = '{"status":"unhealthy","circuits":"loaded","database":"disconnected"}'
            assert stopped.text == expected
            refused = httpx.get(service.url + "/health/ready", trust_env=False)
            assert refused.status_code == 503
            assert refused.json()["failed"] == ["database"]
            server.start()
            service.wait_for(200, "/health", 30)
