"""The borders of requests on one connection: what one program reads as one request and another as two."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.service.harness import Harness, copy_of
from tests.service.serving import serving
from tests.service.test_connections import OPEN
from zkctl.service.http.protocol import MAX_PIPELINED

HOST = b"Host: a\r\n"
JSON = b"Content-Type: application/json\r\n"
GET = b"GET /health HTTP/1.1\r\n" + HOST + b"\r\n"
LAST = b"GET /health HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"
POST = b"POST /api/join HTTP/1.1\r\n" + HOST + JSON


@pytest.fixture(scope="module")
def url(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    harness = Harness(copy_of(base, tmp_path_factory.mktemp("framing")), OPEN)
    with serving(harness) as found:
        yield found
    harness.coordinator.close()


def statuses(url: str, *pieces: bytes) -> list[int]:
    """The statuses of all answers to pieces of bytes, up to the end of the connection."""
    received = b""
    port = int(url.rstrip("/").rpartition(":")[2])
    with (
        socket.create_connection(("127.0.0.1", port), timeout=60) as client,
        suppress(ConnectionError),
    ):
        for piece in pieces:
            client.sendall(piece)
        while data := client.recv(1 << 16):
            received += data
    return [int(part[:3]) for part in received.split(b"HTTP/1.1 ")[1:]]


@pytest.mark.parametrize(
    "request_bytes",
    [
        POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
        POST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        POST + b"Content-Length: +2\r\n\r\n{}",
        POST + b"Content-Length: 2, 2\r\n\r\n{}",
        POST + b"Content-Length: 0x2\r\n\r\n{}",
        POST + b"Content-Length : 2\r\n\r\n{}",
        POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: identity\r\n\r\n",
        POST + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}\r\n0\r\n\r\n",
        b"GET /health HTTP/1.1\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
        b"GET /health HTTP/1.1\nHost: a\n\n",
        b"GET /health HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n",
        b"GET /health HTTP/2.0\r\nHost: a\r\n\r\n",
        b"GET /health HTTP/0.9\r\nHost: a\r\n\r\n",
        b"GET /health\r\n\r\n",
        b"GET /health HTTP/1.1\r\n Host: a\r\n\r\n",
        b"CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
)
def test_a_request_with_two_readings_is_refused_and_nothing_follows(
    url: str, request_bytes: bytes
) -> None:
    assert statuses(url, request_bytes + GET) == [400]


def test_requests_of_one_packet_are_answered_in_order(url: str) -> None:
    missing = GET.replace(b"/health", b"/none")
    assert statuses(url, GET + missing + LAST) == [200, 404, 200]


def test_nothing_is_read_after_the_last_request(url: str) -> None:
    assert statuses(url, LAST + GET) == [200]
    assert statuses(url, LAST, GET) == [200]


def test_a_malformed_second_request_does_not_take_the_answer_of_the_first(url: str) -> None:
    assert statuses(url, GET + b"GET \xff HTTP/1.1\r\n\r\n") == [200]


def test_few_requests_wait_on_a_connection(url: str) -> None:
    found = statuses(url, GET * 1000)
    assert set(found) == {200}
    assert len(found) <= MAX_PIPELINED + 1


@pytest.mark.parametrize("end", [b"Content-Length: 2\r\n\r\n{}", b"\r\n"])
def test_the_offer_of_another_protocol_is_ignored_and_its_body_is_read(
    url: str, end: bytes
) -> None:
    """Java's HttpClient offers h2c with each request."""
    offer = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
    assert statuses(url, POST + offer + end + LAST) == [400, 200]
    pieces = POST + offer + end + LAST
    assert statuses(url, *(pieces[k : k + 1] for k in range(len(pieces)))) == [400, 200]


def test_trailers_are_no_headers(url: str) -> None:
    """A trailer with the content type that the head lacks does not add it: 415, as without the trailer."""
    head = b"POST /api/join HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"
    body = b"2\r\n{}\r\n0\r\n" + JSON + b"\r\n"
    assert statuses(url, head + body + LAST) == [415, 200]


@pytest.mark.parametrize(
    ("start", "more", "status"),
    [
        (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", b"", [431]),
        (GET[:-2] + b"X: y\r\n" * 4000 + b"\r\n", b"", [431]),
        (GET[:-2] + b"X: ", b"a" * 1000, [431]),
        (b"", b"\r\n" * 500, [431]),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n2;", b"a" * 1000, [431]),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: ", b"a" * 1000, [431]),
    ],
    ids=["target", "headers", "one header", "empty lines", "chunk extension", "trailer"],
)
def test_what_is_not_a_body_is_bounded(
    url: str, start: bytes, more: bytes, status: list[int]
) -> None:
    found = statuses(url, start, *[more] * 200)
    assert found in (status, []), found  # a reset can take the answer away


@pytest.mark.parametrize(
    ("sent", "first_line", "message"),
    [
        (b"nonsense\r\n\r\n", b"400 Bad Request", "the request is not well-formed HTTP"),
        (
            GET[:-2] + b"X: " + b"a" * 17_000,
            b"431 Request Header Fields Too Large",
            "the request's head is longer than 16384 bytes",
        ),
    ],
)
def test_a_refusal_is_an_answer_of_http(
    url: str, sent: bytes, first_line: bytes, message: str
) -> None:
    port = int(url.rstrip("/").rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
        client.sendall(sent)
        received = b"".join(iter(lambda: client.recv(1 << 16), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 " + first_line + b"\r\n")
    assert json.loads(body)["error"]["message"] == message
