"""Lines of the log about jobs that the reaper ended; the rest of the parts is tested by tests/service."""

from __future__ import annotations

import io
import json

from zkctl.service.proving.api_parts import log_reaped
from zkctl.service.proving.jobs import Reaped, ReapedJob
from zkctl.service.proving.logs import Log


def test_each_ended_job_has_a_line_with_its_request() -> None:
    stream = io.StringIO()
    log = Log(stream=stream)
    log.set_circuits(["a-v1"])
    reaped = Reaped(
        crashed=[ReapedJob("job_1", "a-v1", "req_1")],
        expired=[ReapedJob("job_2", "a-v1", "req_2"), ReapedJob("job_3", "a-v1", None)],
        unserved=[ReapedJob("job_4", "b-v1", "req_4")],
    )
    log_reaped(log, reaped)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    found = [(x["event"], x["circuit_id"], x["request_id"], x.get("code")) for x in lines]
    assert found == [
        ("job_expired", "a-v1", "req_2", None),
        ("job_expired", "a-v1", None, None),
        ("proof_generation_failed", "a-v1", "req_1", "worker-crashed"),
        ("proof_generation_failed", None, "req_4", "circuit-unavailable"),
    ]
    assert {x["level"] for x in lines} == {"warning"}
