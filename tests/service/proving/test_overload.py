"""More requests than the service can answer, and more connections than it takes: the rest is refused at once, and nothing breaks."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.support.demo_service import PID_BODY, RunningService, serving
from zkctl.service.http.connections import IDLE_S
from zkctl.toolchain.bench.service.connections import HttpReply, LoadConnections
from zkctl.toolchain.bench.service.plan import load_plan
from zkctl.toolchain.bench.service.run import bench_service

N_AT_ONCE, N_CONNECTIONS, N_SURPLUS = 400, 10, 5
HALF_A_HEAD = b"GET /health HTTP/1.1\r\nHost: a\r\nX-"
WHOLE = b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.fixture(scope="module")
def hurried(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """A service in which no request waits longer than 10 ms."""
    environ = {
        "ZKCTL_MAX_WAIT_MS": "10",
        "ZKCTL_VERIFY_PER_S": "100000",
        "ZKCTL_VERIFY_BURST": "100000",
        "ZKCTL_GENERATE_PER_MINUTE": "60000",
    }
    with serving(tmp_path_factory.mktemp("hurried"), demo, environ=environ) as service:
        yield service


@pytest.fixture(scope="module")
def narrow(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """A service with few connections."""
    environ = {"ZKCTL_MAX_CONNECTIONS": str(N_CONNECTIONS), "ZKCTL_BODY_TIMEOUT_S": "60"}
    with serving(tmp_path_factory.mktemp("narrow"), demo, environ=environ) as service:
        service.http.close()  # its kept connection would count
        yield service


def at_once(service: RunningService, n: int, body: bytes) -> list[HttpReply]:
    """Answers to so many verify requests that are sent together, each on its own connection, and to one for the health."""
    headers = {"Content-Type": "application/json"} | service.authorization

    async def all_of_them() -> list[HttpReply]:
        lines = LoadConnections(urlsplit(service.url))
        lines.idle = [await lines._open() for _ in range(n + 1)]
        sent = [
            lines.send("POST", "/v1/zkp/verify", {**headers, "X-Request-Id": f"r-{k}"}, body)
            for k in range(n)
        ]
        try:
            found = await asyncio.gather(*sent, lines.send("GET", "/health", {}))
            again = [lines.send("GET", "/health/live", {}) for _ in range(n)]  # on kept connections
            assert {each.status for each in await asyncio.gather(*again)} == {200}
            return found
        finally:
            lines.close()

    return asyncio.run(all_of_them())


def test_a_burst_is_answered_or_refused(hurried: RunningService) -> None:
    proof = hurried.post("/v1/zkp/generate", PID_BODY).json()["proof"]
    body = json.dumps({"proof": proof}).encode()
    *answers, health = at_once(hurried, N_AT_ONCE, body)
    assert health.status == 200
    found = Counter(each.status for each in answers)
    assert set(found) == {200, 503}, found
    for k, each in enumerate(answers):
        made = json.loads(each.body)
        assert each.headers["x-request-id"] == f"r-{k}"
        assert each.headers["cache-control"] == "no-store"
        if each.status == 200:
            assert made["valid"] is True
        else:
            assert (made["type"], made["code"]) == ("urn:zkctl:problem:overloaded", "ZS086")
            assert made["requestId"] == f"r-{k}"
            assert each.headers["retry-after"] == "1"
    assert hurried.post("/v1/zkp/verify", {"proof": proof}).json()["valid"] is True
    assert wait_for_refusals(hurried, found[503]) == found[503]
    lines = [each for each in hurried.events() if each["level"] == "warning"]
    assert [(each["code"], each["reason"]) for each in lines] == [("ZS086", "overloaded")]


def wait_for_refusals(service: RunningService, n: int) -> int:
    """The counted refusals, once the processes have reported so many."""
    start = 'zkp_http_requests_total{method="POST",route="/v1/zkp/verify",status="503"} '
    found = 0
    for _ in range(300):
        text = service.http.get(f"{service.admin_url}/metrics", headers=service.authorization).text
        found = next(
            (
                int(float(line[len(start) :]))
                for line in text.splitlines()
                if line.startswith(start)
            ),
            0,
        )
        if found >= n:
            break
        time.sleep(0.1)
    return found


def test_a_mixed_load_beyond_the_capacity_has_no_errors(hurried: RunningService) -> None:
    plan = load_plan(hurried.url, 600, 1, "verify=9,malformed=20,generate=1")
    summary = bench_service(plan, key=hurried.key)
    assert {one.kind: one.errors for one in summary.kinds} == dict.fromkeys(
        ("verify", "malformed", "generate"), 0
    ), {one.kind: one.causes for one in summary.kinds}
    assert hurried.get("/health").status_code == 200


# -- connections


def connect(service: RunningService, raw: bytes = b"") -> socket.socket:
    place = urlsplit(service.url)
    line = socket.create_connection((place.hostname or "", place.port or 0), 60)
    line.sendall(raw)
    return line


def received(line: socket.socket) -> bytes:
    """Everything up to the end of the connection."""
    found = b""
    while data := line.recv(65536):
        found += data
    return found


def is_refused(answer: bytes) -> bool:
    """Whether an answer refuses its request with a problem and ends the connection."""
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    made: dict[str, Any] = json.loads(body)
    return (
        lines[0] == b"http/1.1 503 service unavailable"
        and {b"connection: close", b"retry-after: 1"} <= set(lines)
        and made["type"] == "urn:zkctl:problem:overloaded"
    )


@pytest.fixture
def full(narrow: RunningService) -> Iterator[RunningService]:
    """All connections are taken by clients that are within a request."""
    with ExitStack() as stack:
        for _ in range(N_CONNECTIONS):
            stack.enter_context(connect(narrow, HALF_A_HEAD))
        wait_until_full(narrow)
        yield narrow
    until = time.monotonic() + 60
    while b" 200 " not in exchange(narrow, WHOLE)[:20]:
        assert time.monotonic() < until


def exchange(service: RunningService, raw: bytes) -> bytes:
    with connect(service, raw) as line:
        line.settimeout(60)
        return line.recv(65536)


def wait_until_full(service: RunningService) -> None:
    while b" 503 " not in exchange(service, WHOLE)[:20]:
        time.sleep(0.02)


def test_connections_beyond_the_limit_are_refused_cleanly(full: RunningService) -> None:
    for raw in (
        WHOLE,
        b"POST /v1/zkp/verify HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
        b"POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n",
        b"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n",
        b"GET /health HTTP/1.0\r\n\r\n",
        WHOLE * 3,
    ):
        with connect(full, raw) as line:
            assert is_refused(received(line)), raw


def test_a_refused_head_request_has_no_body(full: RunningService) -> None:
    with connect(full, b"HEAD /health HTTP/1.1\r\nHost: a\r\n\r\n") as line:
        answer = received(line)
    assert answer.startswith(b"HTTP/1.1 503 ") and answer.endswith(b"\r\n\r\n")


def test_a_malformed_request_beyond_the_limit_is_malformed(full: RunningService) -> None:
    chunked = b"POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
    for raw in (b"nonsense\r\n\r\n", chunked):
        with connect(full, raw) as line:
            assert received(line).startswith(b"HTTP/1.1 400 "), raw


def test_connections_that_send_nothing_beyond_the_limit_end(full: RunningService) -> None:
    with ExitStack() as stack:
        lines = [stack.enter_context(connect(full)) for _ in range(N_SURPLUS)]
        assert {received(line) for line in lines} == {b""}


def is_healthy(line: socket.socket) -> bool:
    """Whether the next answer of a connection is that of a healthy service."""
    found = b""
    while not found.endswith(b"}"):
        data = line.recv(65536)
        if not data:
            return False
        found += data
    return found.startswith(b"HTTP/1.1 200 ")


def test_idle_connections_make_way(narrow: RunningService) -> None:
    with ExitStack() as stack:
        idle = [stack.enter_context(connect(narrow, WHOLE)) for _ in range(N_CONNECTIONS)]
        assert all(is_healthy(line) for line in idle)
        time.sleep(IDLE_S * 1.2)
        for k in range(3):
            line = stack.enter_context(connect(narrow, WHOLE))
            assert is_healthy(line)
            assert idle[k].recv(65536) == b"", "the one that is idle for the longest time"
        idle[3].sendall(WHOLE)
        assert is_healthy(idle[3])
