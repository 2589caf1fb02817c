"""Connections to the coordinator: malformed requests, and clients that take all there are."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.service.harness import SETTINGS, Harness, ScriptedContributor, copy_of
from tests.service.serving import serving
from zkctl.errors import UsageError
from zkctl.service.coordinator.run import ListenAddress, own_addresses, serve
from zkctl.service.coordinator.settings import CoordinatorSettings
from zkctl.service.http import limits
from zkctl.service.http.connections import ConnectionLimits
from zkctl.service.http.protocol import LimitedProtocol
from zkctl.toolchain.ceremony.coordinator_client import public_address

OPEN = replace(SETTINGS, requests_per_second=10_000, burst=10_000, joins_per_minute=10_000)


@pytest.fixture
def harness(base: Path, tmp_path: Path) -> Iterator[Harness]:
    made = Harness(copy_of(base, tmp_path), OPEN)
    yield made
    made.coordinator.close()


def connect(url: str, source: str = "127.0.0.1") -> socket.socket:
    """A connection from an address of this machine."""
    port = int(url.rstrip("/").rpartition(":")[2])
    return socket.create_connection(("127.0.0.1", port), timeout=60, source_address=(source, 0))


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
def test_malformed_requests_are_refused_without_an_internal_error(
    harness: Harness, request_bytes: bytes
) -> None:
    with serving(harness) as url:
        answer = exchange(url, request_bytes)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert not [line for line in harness.said if "internal error" in line]


# -- clients that take all connections


def limited(harness: Harness, **limits: Any) -> None:
    """Give the coordinator these limits of connections."""
    harness.coordinator.settings = replace(OPEN, connection_limits=ConnectionLimits(**limits))


STATUS = b"GET /status.json HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


def test_half_open_requests_of_one_address_leave_room_for_others(harness: Harness) -> None:
    with serving(harness) as url, ExitStack() as stack:
        for k in range(520):
            client = stack.enter_context(connect(url, "127.0.0.2"))
            with suppress(ConnectionError):
                client.sendall(b"GET / HTTP/1.1\r\n")
            if k % 100 == 99:
                assert exchange(url, STATUS, "127.0.0.3").startswith(b"HTTP/1.1 200 ")
        assert exchange(url, STATUS, "127.0.0.2") == b""


def test_the_holder_of_the_slot_has_room_when_all_connections_are_taken(harness: Harness) -> None:
    limited(harness, total=4, per_address=3)
    ann = ScriptedContributor(harness, "ann").enter()
    ann.view()
    bob = ScriptedContributor(harness, "bob").enter()
    harness.coordinator.note_address(ann.me, "127.0.0.9")
    harness.coordinator.note_address(bob.me, "127.0.0.8")
    with serving(harness) as url, ExitStack() as stack:
        for k in range(4):
            stack.enter_context(connect(url, f"127.0.0.{10 + k}")).sendall(b"G")
        assert exchange(url, STATUS, "127.0.0.20") == b""
        assert harness.coordinator.slots._starved >= 0
        assert exchange(url, STATUS, "127.0.0.8").startswith(b"HTTP/1.1 200 ")
        for _ in range(3):
            stack.enter_context(connect(url, "127.0.0.8")).sendall(b"G")
        assert exchange(url, STATUS, "127.0.0.8") == b""
        assert exchange(url, STATUS, "127.0.0.9").startswith(b"HTTP/1.1 200 ")


def test_ended_connections_are_no_longer_counted(harness: Harness) -> None:
    limited(harness, total=2, per_address=2)
    with serving(harness) as url:
        for _ in range(10):
            assert exchange(url, STATUS).startswith(b"HTTP/1.1 200 ")


def test_connections_beyond_the_limit_may_have_an_answer(harness: Harness) -> None:
    limited(harness, total=2, surplus=2, per_address=0)
    with serving(harness) as url, ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(connect(url)).sendall(b"G")
        answer = exchange(url, STATUS).decode()
        assert answer.startswith("HTTP/1.1 503 ") and "too many connections" in answer
        assert "retry-after: 1" in answer.lower()


KEPT = b"GET /status.json HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.mark.parametrize(
    "pieces",
    [
        [],
        [b"G"] * 1000,
        [b"GET / HTTP/1.1\r\n", *[b"A: b\r\n"] * 1000],
        [KEPT, *[b"G"] * 1000],
        [b"GET /none HTTP/1.1\r\nHost: a\r\nContent-Length: 99999\r\n\r\n", *[b"x"] * 1000],
    ],
    ids=["silent", "slow", "slow headers", "slow second request", "slow body that nobody reads"],
)
def test_slow_requests_end(harness: Harness, pieces: Any) -> None:
    limited(harness, head_seconds=0.3)
    with serving(harness) as url, connect(url) as client:
        client.settimeout(0.02)
        sent = iter(pieces)
        for _ in range(3000):
            with suppress(TimeoutError):
                with suppress(ConnectionError):  # bytes that arrive after the end
                    client.sendall(next(sent, b""))
                    while client.recv(1 << 16):
                        pass
                return
        pytest.fail("the connection stays open")


@pytest.mark.parametrize(
    ("pause", "silence", "problem"),
    [(0.05, 2.0, "the body arrives too slowly"), (60.0, 0.3, "the body took longer than")],
)
def test_a_slow_body_ends(
    harness: Harness, monkeypatch: pytest.MonkeyPatch, pause: float, silence: float, problem: str
) -> None:
    """A byte now and then, or none: long before the time for a whole body is over."""
    monkeypatch.setattr(limits, "SILENCE_SECONDS", silence)
    head = b"POST /api/join HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
    with serving(harness) as url, connect(url) as client:
        client.sendall(head + b"Content-Length: 5000\r\n\r\n")
        client.settimeout(pause)
        received = b""
        for _ in range(1000):
            with suppress(TimeoutError):
                client.sendall(b" ")
                received = client.recv(1 << 16)
                break
        client.settimeout(60)
        while problem.encode() not in received:
            more = client.recv(1 << 16)
            assert more, received
            received += more
    assert received.startswith(b"HTTP/1.1 408 ")


def test_a_client_that_takes_no_answer_is_ended(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(harness, send_seconds=0.3)
    ended, lost = threading.Event(), LimitedProtocol.connection_lost

    def note(protocol: LimitedProtocol, exc: Exception | None) -> None:
        lost(protocol, exc)
        ended.set()

    monkeypatch.setattr(LimitedProtocol, "connection_lost", note)
    large = harness.ceremony / "viewer.html"
    large.write_bytes(bytes(32 << 20))
    with serving(harness) as url, connect(url) as client:
        client.sendall(b"GET /files/viewer.html HTTP/1.1\r\nHost: a\r\n\r\n")
        assert ended.wait(60)
        received = 0
        with suppress(ConnectionError):
            while data := client.recv(1 << 20):
                received += len(data)
    assert received < 32 << 20


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
def test_a_server_has_the_addresses_of_its_listener(listener: str, addresses: Any) -> None:
    assert own_addresses(listener) == addresses


@pytest.mark.parametrize("host", ["0.0.0.0", "::", ""])  # noqa: S104
def test_a_server_on_all_addresses_needs_its_public_one(tmp_path: Path, host: str) -> None:
    with pytest.raises(UsageError, match="names no host: expected the public address as well"):
        serve(tmp_path, tmp_path, ListenAddress(host, 0), CoordinatorSettings(), print)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("HTTPS://Ceremony.Example:443", "https://ceremony.example/"),
        ("http://a.example:80/x//", "http://a.example/x/"),
        ("http://[::1]:8000", "http://[::1]:8000/"),
    ],
)
def test_an_address_has_one_spelling(url: str, address: str) -> None:
    assert public_address(url) == address


@pytest.mark.parametrize("url", ["https://a:b/", "http://[", "http://[::1", "https://" + "a" * 70])
def test_addresses_that_are_no_addresses(url: str) -> None:
    with pytest.raises(UsageError, match="the address is malformed: got"):
        public_address(url)


@pytest.mark.parametrize(
    "url", ["", "a.example", "ftp://a.example/", "https://u@a.example/", "http://a\n", "http:///x"]
)
def test_addresses_with_less_or_more_than_a_place(url: str) -> None:
    with pytest.raises(UsageError) as refusal:
        public_address(url)
    assert refusal.value.message.startswith(
        "the address is malformed: expected http(s)://HOST/, got"
    )
