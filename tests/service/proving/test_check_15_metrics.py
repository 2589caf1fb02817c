"""Check 15: the metrics of a running service: valid, named as in the guide, bounded, scraped by Prometheus."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from tests.conftest import missing
from tests.support.demo_service import PID_BODY, RunningService
from tests.support.servers import free_port
from zkctl.service.proving.families import FAMILIES
from zkctl.service.proving.series import MAX_SERIES

CIRCUIT = "membership-v1"
# metrics of the guide, with the values that one proof, one verdict and one refusal have
OF_THE_GUIDE = {
    "zkp_proof_generation_duration_seconds": "histogram",
    "zkp_proof_generation_total": "counter",
    "zkp_proof_generation_errors_total": "counter",
    "zkp_proof_verification_duration_seconds": "histogram",
    "zkp_proof_verification_total": "counter",
    "zkp_proof_verification_failures_total": "counter",
    "zkp_circuit_load_time_seconds": "gauge",
    "zkp_memory_usage_bytes": "gauge",
    "zkp_cpu_usage_percent": "gauge",
    "zkp_active_provers": "gauge",
}


def program(name: str) -> str:
    return shutil.which(name) or missing(f"{name} is not installed") or ""


def scraped(service: RunningService) -> str:
    answer = httpx.get(f"{service.admin_url}/metrics", trust_env=False)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return answer.text


def series(text: str) -> list[str]:
    return [line.rpartition(" ")[0] for line in text.splitlines() if not line.startswith("#")]


def value(text: str, name: str) -> float:
    """The value of a line, of all its lines together for a name without labels."""
    lines = [line for line in text.splitlines() if line.startswith((f"{name} ", f"{name}{{"))]
    assert lines, name
    return sum(float(line.rpartition(" ")[2]) for line in lines)


@pytest.fixture(scope="module")
def used(served: RunningService) -> RunningService:
    """The service after a proof, its verdict, and a wrong proof."""
    served.wait_for()
    made = served.post("/v1/zkp/generate", PID_BODY).json()
    statement = {"proof": made["proof"], "circuitId": made["circuitId"]}
    assert served.post("/v1/zkp/verify", statement).json()["valid"] is True
    served.post("/v1/zkp/verify", {**statement, "expect": {"scope": "another"}})
    until = time.monotonic() + 30
    while time.monotonic() < until:  # the processes send their counts each second
        if 'zkp_proof_generation_total{circuit_id="' in (text := scraped(served)):
            counted = value(text, "zkp_proof_generation_total")
            if counted >= 1 and value(text, "zkp_proof_verification_total") >= 1:
                break
        time.sleep(0.2)
    return served


def test_promtool_accepts_them(used: RunningService) -> None:
    done = subprocess.run(
        [program("promtool"), "check", "metrics"],
        input=scraped(used),
        text=True,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_names_and_types_are_those_of_the_guide(used: RunningService) -> None:
    text = scraped(used)
    types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))
    assert OF_THE_GUIDE.items() <= types.items()
    assert types == {name: family.kind.value for name, family in FAMILIES.items()}
    assert "_created" not in text


def test_they_count_what_happened(used: RunningService) -> None:
    text = scraped(used)
    assert value(text, "zkp_proof_generation_total") >= 1
    assert value(text, "zkp_proof_generation_duration_seconds_count") >= 1
    assert value(text, "zkp_proof_verification_total") >= 1
    assert value(text, "zkp_active_provers") == 1
    assert value(text, "zkp_database_up") == 1
    for process in ("parent", "api", "worker-1"):
        assert value(text, f'zkp_memory_usage_bytes{{process="{process}"}}') > 1 << 20
    assert value(text, "zkp_memory_limit_bytes") > 1 << 20
    assert value(text, "zkp_circuit_load_time_seconds") > 0


def test_the_number_of_series_is_bounded(used: RunningService) -> None:
    """Requests with random circuit ids, paths, methods and request ids: 10,000 of them in the nightly form below."""
    assert 50 < n_series_after(used, 300) <= MAX_SERIES


@pytest.mark.slow
def test_the_number_of_series_after_10000_requests(used: RunningService) -> None:
    assert 50 < n_series_after(used, 10_000) <= MAX_SERIES


def n_series_after(service: RunningService, n_requests: int) -> int:
    for k in range(n_requests):
        request_id = {"X-Request-Id": f"request-{k}"}
        if k % 3 == 0:
            body = {"proof": "zkp1.e30", "circuitId": f"circuit-{k}-v{k}"}
            answer = service.post("/v1/zkp/verify", body, headers=request_id)
        elif k % 3 == 1:
            answer = service.get(f"/v1/zkp/circuits/circuit-{k}", headers=request_id)
        else:
            answer = service.request(f"METHOD{k}", f"/path/{k}", headers=request_id)
        assert 400 <= answer.status_code < 500
    text = scraped(service)
    assert not re.search(r"circuit-\d|request-\d|path/\d|METHOD\d", text)
    return len(series(text))


def test_prometheus_scrapes_it(used: RunningService, tmp_path: Path) -> None:
    """A real Prometheus finds every metric of the guide, with our rules loaded."""
    port = free_port()
    target = used.admin_url.removeprefix("http://")
    rules = Path(__file__).parents[3] / "zkctl/deploy/monitoring/rules.yaml"
    (tmp_path / "prometheus.yaml").write_text(
        f"global: {{scrape_interval: 200ms, evaluation_interval: 200ms}}\nrule_files: [{rules}]\n"
        f"scrape_configs: [{{job_name: zkp, scrape_timeout: 200ms, static_configs: [{{targets: ['{target}']}}]}}]\n"
    )
    command = [
        *(program("prometheus"), f"--config.file={tmp_path}/prometheus.yaml"),
        *(f"--storage.tsdb.path={tmp_path}/data", f"--web.listen-address=127.0.0.1:{port}"),
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as server:
        try:
            wanted = set(OF_THE_GUIDE)
            until = time.monotonic() + 30
            while wanted - found_by(port) and time.monotonic() < until:
                time.sleep(0.2)
            assert wanted <= found_by(port)
            alerts = queried(port, "/api/v1/rules")["groups"][0]["rules"]
            assert {rule["health"] for rule in alerts} <= {"ok", "unknown"}
            assert not [rule["name"] for rule in alerts if rule["state"] == "firing"]
        finally:
            server.kill()


def queried(port: int, path: str) -> dict:
    try:
        answer = httpx.get(f"http://127.0.0.1:{port}{path}", trust_env=False)
        return json.loads(answer.text)["data"]
    except (httpx.TransportError, ValueError):
        return {}


def found_by(port: int) -> set[str]:
    names = queried(port, "/api/v1/label/__name__/values") or []
    return {re.sub("_(bucket|sum|count)$", "", name) for name in names}
