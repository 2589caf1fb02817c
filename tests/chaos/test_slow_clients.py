"""Hundreds of clients that never finish a request, and a process without descriptors: the others are answered, and afterwards all are."""

from __future__ import annotations

import resource
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.chaos.verdict import ENVIRON
from tests.support.demo_service import PID_BODY, RunningService, serving
from tests.support.file_limit import file_limit

N_SLOW = 450  # of the 500 connections that a service takes
N_OTHERS = 40
HALF_A_HEAD = b"POST /v1/zkp/verify HTTP/1.1\r\nHost: a\r\nContent-Le"
N_DESCRIPTORS, N_CONNECTIONS = 64, 100


@contextmanager
def connections(service: RunningService, n: int, raw: bytes) -> Iterator[list[socket.socket]]:
    """So many connections that send some bytes, and no more."""
    place = urlsplit(service.url)
    with ExitStack() as stack:
        lines = []
        for _ in range(n):
            address = (place.hostname or "", place.port or 0)
            line = stack.enter_context(socket.create_connection(address, 60))
            line.sendall(raw)
            lines.append(line)
        yield lines


def ends(line: socket.socket) -> bool:
    """Whether the service ends a connection, with an answer 408 or without one."""
    line.settimeout(60)
    with suppress(ConnectionError):
        answer = line.recv(1000)
        return not answer or answer.startswith(b"HTTP/1.1 408")
    return True


def errors(service: RunningService) -> set[str]:
    """The reasons of the errors in the log, of which every line is a JSON object."""
    assert len(service.events()) == len(service.lines), service.lines[-20:]
    return {each["reason"] for each in service.events() if each["event"] == "request_failed"}


def test_slow_clients(demo: Path, tmp_path: Path) -> None:
    environ = ENVIRON | {"ZKCTL_BODY_TIMEOUT_S": "5"}
    with file_limit(), serving(tmp_path, demo, environ=environ) as service:
        proof = service.post("/v1/zkp/generate", PID_BODY).json()["proof"]
        with connections(service, N_SLOW, HALF_A_HEAD) as lines:
            for _ in range(N_OTHERS):
                answer = service.post("/v1/zkp/verify", {"proof": proof})
                assert answer.json()["valid"] is True, answer.text
            assert service.get("/health").status_code == 200
            assert all(ends(line) for line in lines)
        assert errors(service) == set()


@pytest.mark.parametrize("raw", [HALF_A_HEAD, b""])
def test_no_descriptors(demo: Path, tmp_path: Path, raw: bytes) -> None:
    """More connections than descriptors: the process goes on, and answers when they are gone."""
    with serving(tmp_path, demo, environ=ENVIRON) as service:
        (api,) = service.children("api")
        before = resource.prlimit(api, resource.RLIMIT_NOFILE)
        resource.prlimit(api, resource.RLIMIT_NOFILE, (N_DESCRIPTORS, before[1]))
        with connections(service, N_CONNECTIONS, raw):
            while len(list(Path(f"/proc/{api}/fd").iterdir())) < N_DESCRIPTORS - 2:
                time.sleep(0.1)
            time.sleep(1)
        service.wait_for(200, "/health")
        answer = service.post("/v1/zkp/generate", PID_BODY)
        assert answer.status_code == 200, answer.text
        assert service.children("api") == [api]
        assert errors(service) <= {
            "EMFILE"
        }  # the loop may close what it cannot take, and say nothing
