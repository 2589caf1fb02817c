"""Check 17: every line of the log of a mixed run parses and has the eight keys in order, and nothing else."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from pathlib import Path

from tests.support.demo_service import PID_BODY, serving
from zkctl.service.proving.logs import EVENTS, EXPLANATIONS, KEYS

PRIVATE = "private-value-7b1f"
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def test_check_17_log(demo: Path, tmp_path: Path) -> None:
    with serving(
        tmp_path, demo, environ={"ZKCTL_DRAIN_DELAY_S": "0", "ZKCTL_REAP_S": "0.2"}
    ) as service:
        service.wait_for()
        made = service.post("/v1/zkp/generate", PID_BODY, headers={"X-Request-Id": "mixed-1"})
        statement = {"proof": made.json()["proof"], "circuitId": made.json()["circuitId"]}
        assert service.post("/v1/zkp/verify", statement).json()["valid"] is True
        expected = {"context": {"verifierId": PRIVATE, "nonce": "1", "expiry": 1}}
        service.post("/v1/zkp/verify", {**statement, "expect": expected})
        for body in ({}, {"pid": PRIVATE, "pattern": PRIVATE}, {"inputs": {PRIVATE: PRIVATE}}):
            service.post("/v1/zkp/generate", body, headers={"Idempotency-Key": PRIVATE})
            service.post("/v1/zkp/verify", body)
        service.get(
            f"/{PRIVATE}?{PRIVATE}={PRIVATE}", headers={"X-Request-Id": f"{PRIVATE} {PRIVATE}"}
        )
        service.request("POST", "/v1/zkp/verify", headers={"Authorization": f"Bearer {PRIVATE}"})
        os.kill(service.children("worker")[0], signal.SIGKILL)
        until = time.monotonic() + 30
        while not {"worker_died", "key_created"} <= {each["event"] for each in service.events()}:
            assert time.monotonic() < until
            time.sleep(0.05)
        assert service.stop(signal.SIGTERM) == 0
    lines = list(service.lines)  # all of them, once the reader has ended
    assert len(lines) > 10
    assert not [line for line in lines if PRIVATE in line]
    parsed = [json.loads(line) for line in lines]
    for line in parsed:
        explained = tuple(key for key in EXPLANATIONS if key in line)
        assert tuple(line) == (*KEYS, *explained)
        assert not explained or line["level"] in ("warning", "error", "critical")
        assert STAMP.fullmatch(line["timestamp"])
        assert line["service"] in ("zkp-prover", "zkp-verifier")
        assert line["event"] in EVENTS
        assert line["duration_ms"] is None or isinstance(line["duration_ms"], int)
    seen = {line["event"] for line in parsed}
    assert {"started", "worker_started", "circuit_loaded", "job_queued", "stopping"} <= seen
    assert {"proof_generated", "proof_verified", "proof_rejected", "worker_died", "stopped"} <= seen
    generated = [line for line in parsed if line["event"] == "proof_generated"]
    assert [line["circuit_id"] for line in generated] == ["membership-v1"]
    assert [line["request_id"] for line in generated] == [
        "mixed-1"
    ]  # of the request, by the worker
    queued = [line for line in parsed if line["event"] == "job_queued"]
    assert queued[0]["request_id"] == "mixed-1"
    assert all(re.fullmatch("u_[0-9a-f]{16}", line["user_id"]) for line in queued)
