"""What is refused before there is a request, and bodies that do not arrive: problems, too."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.support.demo_service import RunningService, serving


@pytest.fixture(scope="module")
def running(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    environ = {"ZKCTL_BODY_TIMEOUT_S": "0.5"}
    with serving(tmp_path_factory.mktemp("lines"), demo, environ=environ) as service:
        service.wait_for(200)
        yield service


def send(running: RunningService, raw: bytes) -> tuple[int, dict[str, Any]]:
    """Send bytes; return status and body of the answer."""
    place = urlsplit(running.url)
    with socket.create_connection((place.hostname or "", place.port or 0), 20) as line:
        line.sendall(raw)
        received = b""
        while b"\r\n\r\n" not in received or not _is_whole(received):
            piece = line.recv(65536)
            if not piece:
                break
            received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


def _is_whole(received: bytes) -> bool:
    head, _, body = received.partition(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return len(body) >= int(line.split(b":")[1])
    return False


@pytest.mark.parametrize(
    ("raw", "status", "slug"),
    [
        (b"GET /health HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 20_000, 431, "head-too-large"),
        (b"GET /" + b"a" * 3000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414, "url-too-long"),
        (b"GET /health HTTP/1.1\r\n\r\n", 400, "bad-header"),
        (b"nonsense\r\n\r\n", 400, "bad-header"),
        (b"GET /health HTTP/1.1\r\nHost: a\r\nBad Header: 1\r\n\r\n", 400, "bad-header"),
        (
            b"POST /v1/zkp/verify HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
            400,
            "bad-header",
        ),
    ],
)
def test_heads_that_are_refused(
    running: RunningService, raw: bytes, status: int, slug: str
) -> None:
    found, body = send(running, raw)
    assert found == body["status"] == status
    assert body["type"] == f"urn:zkctl:problem:{slug}"
    assert body["requestId"].startswith("req_")


POST = b"POST /v1/zkp/verify HTTP/1.1\r\nHost: a\r\n"
SECOND = b"GET /v1/zkp/circuits HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.mark.parametrize(
    "raw",
    [
        POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
        POST + b"Content-Length: 2\r\nContent-Length: 0\r\n\r\n{}",
        POST + b"Content-Length: 2, 2\r\n\r\n{}",
        POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        b"GET /health HTTP/1.1\nHost: a\n\n",
        b"GET /health HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: a\r\n X: a\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n",
        b"GET /health HTTP/2.0\r\nHost: a\r\n\r\n",
        b"GET /hea lth HTTP/1.1\r\nHost: a\r\n\r\n",
    ],
)
def test_a_request_with_two_readings_is_refused_and_nothing_follows(
    running: RunningService, raw: bytes
) -> None:
    """A proxy may see one request where we see two: after such a head the connection ends."""
    place = urlsplit(running.url)
    received = b""
    with socket.create_connection((place.hostname or "", place.port or 0), 20) as line:
        line.sendall(raw + SECOND)
        with suppress(ConnectionError):
            while piece := line.recv(65536):
                received += piece
    assert received.startswith(b"HTTP/1.1 400 ")
    assert received.count(b"HTTP/1.1 ") == 1
    assert b"urn:zkctl:problem:bad-header" in received


def test_trailers_are_no_headers(running: RunningService) -> None:
    chunked = POST + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"
    trailer = f"Authorization: Bearer {running.key}\r\n\r\n".encode()
    status, body = send(running, chunked + trailer)
    assert (status, body["type"]) == (401, "urn:zkctl:problem:key-invalid")


def test_a_body_that_does_not_arrive(running: RunningService) -> None:
    head = (
        "POST /v1/zkp/verify HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n"
        f"Authorization: Bearer {running.key}\r\n\r\n"
    )
    status, body = send(running, head.encode() + b'{"proof"')
    assert (status, body["type"]) == (408, "urn:zkctl:problem:slow-body")
    chunked = head.replace("Content-Length: 100", "Transfer-Encoding: chunked")
    status, body = send(running, chunked.encode() + b"5\r\n{    \r\n")
    assert (status, body["type"]) == (408, "urn:zkctl:problem:slow-body")


def test_a_body_that_is_too_long(running: RunningService) -> None:
    head = (
        "POST /v1/zkp/verify HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n"
        f"Authorization: Bearer {running.key}\r\n\r\n"
    )
    status, body = send(running, head.encode())
    assert (status, body["type"]) == (413, "urn:zkctl:problem:body-too-large")
    chunked = head.replace("Content-Length: 99999999", "Transfer-Encoding: chunked")
    pieces = b"".join(b"8000\r\n" + b" " * 0x8000 + b"\r\n" for _ in range(3))
    status, body = send(running, chunked.encode() + pieces)
    assert (status, body["type"]) == (413, "urn:zkctl:problem:body-too-large")
