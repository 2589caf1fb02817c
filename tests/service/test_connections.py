"""Connections to the coordinator: malformed requests, and clients that take all there are."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest

from tests.service.people import SETTINGS, Desk, copy_of
from tests.service.serving import serving
from zkctl.errors import UsageError
from zkctl.service.coordinator.run import Place, own_addresses, serve
from zkctl.service.coordinator.settings import Settings
from zkctl.toolchain.ceremony.coordinator_client import public_address

OPEN = replace(SETTINGS, requests_per_second=10_000, burst=10_000, joins_per_minute=10_000)


@pytest.fixture
def desk(base, tmp_path) -> Iterator[Desk]:
    made = Desk(copy_of(base, tmp_path), OPEN)
    yield made
    made.coordinator.close()


def connect(url: str, source: str = "127.0.0.1") -> socket.socket:
    """A connection from an address of this machine."""
    port = int(url.rstrip("/").rpartition(":")[2])
    return socket.create_connection(("127.0.0.1", port), timeout=5, source_address=(source, 0))


def exchange(url: str, sent: bytes, source: str = "127.0.0.1") -> bytes:
    """The answer to some bytes, up to the end of the connection; empty if it breaks."""
    received = b""
    with connect(url, source) as client, suppress(ConnectionError):
        client.sendall(sent)
        while data := client.recv(1 << 16):
            received += data
    return received


# -- malformed requests

CHUNKED = b"Transfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n"
MALFORMED = [
    b"GET /none HTTP/1.0\r\n" + CHUNKED + b"zz\r\n",
    b"GET /status.json HTTP/1.0\r\n" + CHUNKED + b"zz\r\n",
    b"POST /api/challenge HTTP/1.0\r\n" + CHUNKED + b"zz\r\n",
    b"POST /api/join HTTP/1.0\r\n" + CHUNKED + b"zz\r\n",
    b"POST /api/join HTTP/1.1\r\nHost: a\r\n" + CHUNKED + b"-1\r\n",
    b"GET / HTTP/1.0\r\nContent-Length: 1, 2\r\n\r\n",
    b"GET / HTTP/1.0\r\nA B: c\r\n\r\n",
    b"GET \xff HTTP/1.0\r\n\r\n",
    b"GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
]


@pytest.mark.parametrize("request_bytes", MALFORMED)
def test_malformed_requests_are_refused_without_an_internal_error(desk, request_bytes) -> None:
    with serving(desk) as url:
        answer = exchange(url, request_bytes)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert not [line for line in desk.said if "internal error" in line]


# -- the addresses that a server answers to


@pytest.mark.parametrize(
    ("listener", "addresses"),
    [
        ("http://192.0.2.1:8000/", {"http://192.0.2.1:8000/"}),
        (
            "http://127.0.0.1:8000/",
            {"http://127.0.0.1:8000/", "http://localhost:8000/", "http://[::1]:8000/"},
        ),
    ],
)
def test_a_server_has_the_addresses_of_its_listener(listener, addresses) -> None:
    assert own_addresses(listener) == addresses


@pytest.mark.parametrize("host", ["0.0.0.0", "::", ""])  # noqa: S104
def test_a_server_on_all_addresses_needs_its_public_one(tmp_path, host) -> None:
    with pytest.raises(UsageError, match="names no host: expected the public address as well"):
        serve(tmp_path, tmp_path, Place(host, 0), Settings(), print, print)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("HTTPS://Ceremony.Example:443", "https://ceremony.example/"),
        ("http://a.example:80/x//", "http://a.example/x/"),
        ("http://[::1]:8000", "http://[::1]:8000/"),
    ],
)
def test_an_address_has_one_spelling(url, address) -> None:
    assert public_address(url) == address


@pytest.mark.parametrize(
    "url",
    ["", "a.example", "ftp://a.example/", "https://u@a.example/", "https://a:b/", "http://a\n"],
)
def test_malformed_addresses(url) -> None:
    with pytest.raises(UsageError, match="the address is malformed"):
        public_address(url)
