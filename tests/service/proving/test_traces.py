"""Traces of a whole service at a real receiver of OTLP: names, parents, the allow-list, and a collector that is away."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.support.canaries import Canaries
from tests.support.collector import ReceivedSpan, collecting, deaf_collector
from tests.support.demo_service import PID_BODY, RunningService, serving
from zkctl.service.proving.logs import TRACED

VERIFY = ["parse", "policy", "cache", "pairing", "cache", "policy"]
PARENT = f"00-{'ab' * 16}-{'cd' * 8}"


def tracing_to(url: str, **more: str) -> dict[str, str]:
    quick = {"ZKCTL_DRAIN_DELAY_S": "0", "ZKCTL_RESPONSE_QUANTUM_MS": "0"}
    return {"ZKCTL_OTLP_ENDPOINT": url, **quick, **more}


def proved(service: RunningService, request_id: str) -> dict[str, Any]:
    made = service.post("/v1/zkp/generate", PID_BODY, headers={"X-Request-Id": request_id})
    assert made.status_code == 200
    return {"proof": made.json()["proof"], "circuitId": made.json()["circuitId"]}


def trace_of(spans: list[ReceivedSpan], request_id: str) -> tuple[ReceivedSpan, list[ReceivedSpan]]:
    """The span of a request, and the spans of its steps in order."""
    (root,) = [each for each in spans if each.attributes.get("request_id") == request_id]
    steps = [each for each in spans if each.parent == root.span_id]
    assert {each.trace_id for each in steps} <= {root.trace_id}
    return root, sorted(steps, key=lambda each: each.begun_ns)


def has_requests(*names: str) -> Any:
    return lambda spans: set(names) <= {each.attributes.get("request_id") for each in spans}


def test_spans_of_requests_and_their_steps(demo: Path, tmp_path: Path) -> None:
    canaries = Canaries()
    with (
        collecting() as collector,
        serving(tmp_path, demo, environ=tracing_to(collector.url)) as service,
    ):
        statement = proved(service, "made")
        first_of_all = {"X-Request-Id": "first", "traceparent": f"{PARENT}-01"}
        service.post("/v1/zkp/verify", statement, headers=first_of_all)
        service.post("/v1/zkp/verify", statement, headers={"X-Request-Id": "again"})
        send_canaries(service, canaries, statement)
        spans = collector.wait_for(has_requests("made", "first", "again", "last"))
        service.stop()
        made, steps = trace_of(spans, "made")
        assert (made.name, made.parent) == ("POST /v1/zkp/generate", "")
        assert [each.name for each in steps] == ["parse", "queue", "prove"]
        assert steps[1].ended_ns == steps[2].begun_ns
        assert all(each.begun_ns <= each.ended_ns for each in steps)
        first, steps = trace_of(spans, "first")
        assert (first.parent, first.trace_id == "ab" * 16) == ("", False)  # no trusted proxy
        assert (first.name, [each.name for each in steps]) == ("POST /v1/zkp/verify", VERIFY)
        assert first.attributes["circuit_id"] == "membership-v1"
        assert first.attributes["user_id"].startswith("u_")
        assert first.resource["service.name"] == "zkp-prover"
        _, steps = trace_of(spans, "again")
        assert [each.name for each in steps] == ["parse", "policy", "cache", "policy"]
        assert_allowed(collector.spans)
        roots = {each.name for each in collector.spans if not each.parent}
        assert not any("health" in name for name in roots)
        assert not canaries.hits(b"".join(collector.bodies))
        assert service.key.encode() not in b"".join(collector.bodies)
        assert b"JP-13" not in b"".join(collector.bodies)


def send_canaries(service: RunningService, canaries: Canaries, statement: dict[str, Any]) -> None:
    """Private values in every part of requests that succeed and that fail."""
    word = canaries.word
    inputs = {"root": canaries.number("root"), word("a name"): canaries.number("an input")}
    for body in (
        {"pid": word("pid"), "pattern": "membership"},
        {"inputs": inputs, "pattern": "membership"},
        {"inputs": {"holder_secret": canaries.number("secret")}, "circuitId": "membership-v1"},
        {"sealedInputs": word("sealed"), "pattern": "membership"},
        {**PID_BODY, "scope": canaries.number("scope")},
    ):
        headers = {"Idempotency-Key": word("key"), "traceparent": f"00-{word('trace')}-1-01"}
        service.post("/v1/zkp/generate", body, headers=headers)
    expected = {"context": {"verifierId": word("verifier"), "nonce": "1", "expiry": 1}}
    service.post("/v1/zkp/verify", {**statement, "expect": expected})
    service.post("/v1/zkp/verify", {"proof": word("proof"), "circuitId": word("circuit")})
    service.post("/v1/zkp/verify", {**statement, "circuitId": word("circuit")})
    service.post("/v1/zkp/generate/batch", {"requests": [{"pid": word("pid of a batch")}]})
    service.post("/v1/zkp/verify/batch", {"circuitId": "membership-v1", "statements": [{}]})
    service.get(f"/v1/zkp/jobs/{word('job')}?{word('query')}=1")
    service.get(f"/v1/{word('path')}", headers={"Authorization": f"Bearer {word('key')}"})
    service.get("/v1/zkp/circuits", headers={"X-Request-Id": "last", "User-Agent": word("agent")})


def assert_allowed(spans: list[ReceivedSpan]) -> None:
    """Attributes are those of the log; no span has events, links or the text of an exception."""
    for each in spans:
        assert set(each.attributes) <= (set() if each.parent else set(TRACED)), each
        assert each.n_events == 0
        assert set(each.resource) == {"service.name", "service.version"}
    codes = {each.attributes.get("code") for each in spans}
    assert {"ZS032", "ZS050", "ZS053", "ZS055"} <= codes
    assert "context-mismatch" in {each.attributes.get("reason") for each in spans}


def test_the_parent_of_a_trusted_proxy_counts(demo: Path, tmp_path: Path) -> None:
    with collecting() as collector:
        settings = tracing_to(
            collector.url, ZKCTL_TRUSTED_PROXIES="127.0.0.0/8", ZKCTL_TRACE_PERCENT="0"
        )
        with serving(tmp_path, demo, environ=settings) as service:
            for name, header in (
                *(("chosen", f"{PARENT}-01"), ("not chosen", f"{PARENT}-00")),
                *(("none", ""), ("malformed", f"{PARENT[:-1]}-01"), ("zero", f"00-{'0' * 32}-01")),
            ):
                headers = {"X-Request-Id": name.replace(" ", "_"), "traceparent": header}
                service.get("/v1/zkp/circuits", headers=headers)
            (span,) = collector.wait_for(has_requests("chosen"))
            service.stop()
        assert len(collector.spans) == 1
        assert (span.trace_id, span.parent) == ("ab" * 16, "cd" * 8)


def test_a_collector_that_does_not_answer(demo: Path, tmp_path: Path) -> None:
    with deaf_collector() as url, serving(tmp_path, demo, environ=tracing_to(url)) as service:
        statement = proved(service, "made")
        for _ in range(30):
            answer = service.post("/v1/zkp/verify", statement)
            assert (answer.status_code, answer.json()["valid"]) == (200, True)
        wait_for_event(service, "traces_lost")
        assert service.get("/health").json()["status"] == "healthy"
        assert service.stop() == 0
    assert all(line.startswith("{") for line in service.lines)  # nothing of the SDK
    assert [each["event"] for each in service.events()].count("traces_lost") == 1


def wait_for_event(service: RunningService, event: str) -> None:
    until = time.monotonic() + 30
    while event not in {each["event"] for each in service.events()}:
        assert time.monotonic() < until
        time.sleep(0.05)


def test_nothing_is_sent_or_loaded_without_the_setting(demo: Path, tmp_path: Path) -> None:
    """The packages below may trace by themselves where the environment asks for it; the API switches them off."""
    with collecting() as collector:
        base = collector.url.removesuffix("/v1/traces")
        environ = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": base,
            "FASTAPI_OTEL_AUTO_CONFIGURE": "true",
            "OTEL_PYTHON_TRACER_PROVIDER": "sdk_tracer_provider",
            "OTEL_BSP_SCHEDULE_DELAY": "50",
            "ZKCTL_DRAIN_DELAY_S": "0",
        }
        with serving(tmp_path, demo, environ=environ) as service:
            proved(service, "made")
            (api,) = service.children("api")
            maps = Path(f"/proc/{api}/maps").read_text()
            assert service.stop() == 0
        assert collector.paths == []
        assert "protobuf" not in maps
    code = (
        "import sys, zkctl.service.proving.api_process as _; print(json.dumps(list(sys.modules)))"
    )
    words = [sys.executable, "-c", f"import json; {code}"]
    loaded = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
    assert not {"opentelemetry.sdk", "opentelemetry.proto", "boto3"} & set(loaded)
