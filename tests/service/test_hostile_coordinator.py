"""A coordinator that sends `ceremony join` nonsense, too much, or very slowly: it never ends with exit 70."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from zkctl.errors import CheckFailed, InputError, NetworkError, ZkctlError
from zkctl.toolchain.bounded_http import TooMuch
from zkctl.toolchain.ceremony import coordinator_client, join, key_transfer
from zkctl.toolchain.ceremony.coordinator_client import CoordinatorClient, InvalidAnswer
from zkctl.toolchain.http_source import Client, open_at

Behave = Callable[[socket.socket], None]
SECONDS = 20  # no behaviour may keep a client for so long
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def say(answer: bytes) -> Behave:
    """Send this, and end."""
    return lambda client: client.sendall(answer)


def body(content: bytes, *headers: bytes) -> Behave:
    """Send an answer with this body."""
    more = b"".join(line + b"\r\n" for line in headers)
    return say(HEAD + more + b"Content-Length: %d\r\n\r\n" % len(content) + content)


def repeat(start: bytes, piece: bytes, pause: float = 0.0) -> Behave:
    """Send a beginning, and a piece again and again."""

    def behave(client: socket.socket) -> None:
        client.sendall(start)
        while True:
            client.sendall(piece)
            time.sleep(pause)

    return behave


@contextmanager
def hostile(behave: Behave) -> Iterator[str]:
    """The address of a server that behaves so."""

    def answer(client: socket.socket) -> None:
        with client, suppress(OSError):
            client.settimeout(SECONDS)
            while b"\r\n\r\n" not in client.recv(1 << 16, socket.MSG_PEEK):
                time.sleep(0.001)
            client.recv(1 << 16)
            behave(client)
            client.shutdown(socket.SHUT_WR)
            while client.recv(1 << 16):
                pass

    def accept() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=answer, args=(server.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        server.shutdown(socket.SHUT_RDWR)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coordinator_client, "SLOWEST_BYTES_PER_SECOND", 1 << 20)
    monkeypatch.setattr(key_transfer, "SLOWEST_BYTES_PER_SECOND", 1 << 20)


def client_of(url: str, timeout: float = SECONDS / 2) -> CoordinatorClient:
    return CoordinatorClient(url, patience=0.0, timeout=timeout, pause=0.001)


CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
BEHAVIOURS: dict[str, tuple[Behave, type[ZkctlError]]] = {
    "slow status line": (repeat(b"", b"H", 0.05), NetworkError),
    "slow header": (repeat(HEAD, b"A", 0.05), NetworkError),
    "slow headers": (repeat(HEAD, b"A: b\r\n", 0.05), NetworkError),
    "slow body": (repeat(HEAD + b"Content-Length: 1000\r\n\r\n", b" ", 0.05), NetworkError),
    "slow chunks": (repeat(CHUNKED, b"1\r\n \r\n", 0.05), NetworkError),
    "slow interim answers": (repeat(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.05), NetworkError),
    "interim answers without end": (repeat(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100), TooMuch),
    "headers without end": (repeat(HEAD, b"A: b\r\n" * 90), NetworkError),
    "a header without end": (repeat(HEAD + b"A: ", b"b" * 1000), NetworkError),
    "trailers without end": (repeat(CHUNKED + b"0\r\n", b"A: b\r\n" * 1000), TooMuch),
    "a body without end": (repeat(HEAD + b"\r\n", b" " * 1000), CheckFailed),
    "chunks without end": (repeat(CHUNKED, b"1\r\n \r\n" * 1000), TooMuch),
    "a chunk extension without end": (repeat(CHUNKED + b"1;", b"a" * 1000), NetworkError),
    "nothing": (say(b""), NetworkError),
    "a negative chunk": (say(CHUNKED + b"-5\r\nabc\r\n"), NetworkError),
    "a chunk of no size": (say(CHUNKED + b"zz\r\n"), NetworkError),
    "a huge chunk": (say(CHUNKED + b"f" * 60 + b"\r\nabc"), NetworkError),
    "a huge length": (say(HEAD + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n"), CheckFailed),
    "a long length": (say(HEAD + b"Content-Length: 99999999\r\n\r\n"), CheckFailed),
    "a negative length": (say(HEAD + b"Content-Length: -1\r\n\r\n{}"), NetworkError),
    "a length in words": (say(HEAD + b"Content-Length: two\r\n\r\n{}"), NetworkError),
    "an encoded body": (body(b"\x1f\x8b", b"Content-Encoding: gzip"), InvalidAnswer),
    "a page": (say(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>"), NetworkError),
    "a status that is none": (say(b"HTTP/1.1 abc OK\r\n\r\n"), NetworkError),
    "a huge status": (say(b"HTTP/1.1 99999 OK\r\n\r\n"), NetworkError),
    "not HTTP": (say(b"SSH-2.0-OpenSSH_9\r\n"), NetworkError),
    "a redirect": (say(b"HTTP/1.1 302 F\r\nLocation: http://[\r\nContent-Length: 0\r\n\r\n"), InvalidAnswer),
    "a redirect to a file": (
        say(b"HTTP/1.1 302 F\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n"),
        CheckFailed,
    ),
    "NaN": (body(b'{"a": NaN}'), InputError),
    "infinity": (body(b'{"a": 1e999}'), InputError),
    "a huge number": (body(b'{"a": ' + b"9" * 5000 + b"}"), InputError),
    "deep": (body(b'{"a":' * 5000 + b"1" + b"}" * 5000), InputError),
    "not UTF-8": (body(b'{"a": "\xff"}'), InputError),
    "a list": (body(b"[]"), CheckFailed),
    "a deep refusal": (
        say(b"HTTP/1.1 403 F\r\nContent-Length: 20000\r\n\r\n" + b"[" * 20000),
        CheckFailed,
    ),
    "a refusal without end": (repeat(b"HTTP/1.1 403 F\r\n\r\n", b" " * 1000), CheckFailed),
}  # fmt: skip


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_a_client_ends_with_an_error_of_its_own(name: str) -> None:
    """Neither an internal error (exit 70) nor a request without an end."""
    behave, error = BEHAVIOURS[name]
    begun = time.monotonic()
    with hostile(behave) as url:
        client = client_of(url, timeout=0.5 if name.startswith("slow") else SECONDS / 2)
        with pytest.raises(error):
            client.patiently(lambda: client.post("api/heartbeat"))
    assert time.monotonic() - begun < SECONDS


TOKENS = [
    "",
    "t" * 19,
    "t" * 201,
    "t" * 30 + "\\r\\nX: y",
    "t" * 30 + "\\n",
    "\\u20ac" * 30,
    "é" * 30,
]


@pytest.mark.parametrize("token", TOKENS)
def test_a_malformed_token_is_refused_before_it_is_sent(token: str) -> None:
    with hostile(body(f'{{"token": "{token}"}}'.encode())) as url:
        client = client_of(url)
        with pytest.raises(InvalidAnswer, match="the coordinator's token is malformed: expected"):
            client.patiently(lambda: client.enter({}))
    assert NetworkError.exit_code == InvalidAnswer.exit_code == 6


@pytest.mark.parametrize("token", ["5", "null", "[]", '{"a": 1}'])
def test_a_token_of_another_type(token: str) -> None:
    with hostile(body(f'{{"token": {token}}}'.encode())) as url:
        client = client_of(url)
        with pytest.raises(InvalidAnswer, match="the coordinator's token is malformed"):
            client.patiently(lambda: client.enter({}))


@pytest.mark.parametrize("name", ["coordinator", "challenge"])
@pytest.mark.parametrize("value", ["", "0" * 31, "0" * 33, "A" * 32, "0" * 31 + "\\n", "٣" * 32])
def test_a_malformed_challenge_is_not_signed(name: str, value: str) -> None:
    facts = {"coordinator": "0" * 32, "challenge": "0" * 32} | {name: value}
    text = ", ".join(f'"{key}": "{each}"' for key, each in facts.items())
    with hostile(body(f"{{{text}}}".encode())) as url:
        client = client_of(url)
        with pytest.raises(InvalidAnswer, match=f"the coordinator's {name} is malformed"):
            client.patiently(client.challenge)


# -- the ledger


def test_a_ledger_is_bounded_by_the_number_of_contributions() -> None:
    seen = (b"x" * 99,) * 10
    assert join._ledger_bytes((), 0) == 1000 * 4096
    assert join._ledger_bytes(seen, 15) == 1000 + 1010 * 4096
    assert join._ledger_bytes((), 10**19) == join._ledger_bytes((), 10**6) == 32 << 20


def test_a_long_ledger_is_refused_by_its_length() -> None:
    with (
        hostile(say(HEAD + b"Content-Length: 267386880\r\n\r\n")) as url,
        pytest.raises(CheckFailed, match="the coordinator's answer is longer than 4096000 bytes"),
    ):
        client_of(url).file("files/transcript.jsonl", join._ledger_bytes((), 0))


# -- keys


def test_a_key_that_hardly_moves(tmp_path: Path) -> None:
    """A byte now and then is no progress."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
    with hostile(repeat(head, b"k", 0.05)) as url:
        client = client_of(url, timeout=0.5)
        with pytest.raises(NetworkError, match=r"the server sent \d+ bytes in"):
            key = key_transfer.RemoteKey(f"{url}files/0000.zkey", 1000, "0" * 128)
            key_transfer.fetch_key(client, key, tmp_path / "key", lambda *_: None)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 206 P\r\nContent-Range: bytes 5-" + b"9" * 5000 + b"/10\r\n\r\n",
        b"HTTP/1.1 302 F\r\nLocation: http://[\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nabc\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n",
    ],
)
def test_a_download_of_nonsense(answer: bytes) -> None:
    client = Client(timeout=0.5, allow_plain_loopback=True)
    with (
        hostile(say(answer)) as url,
        pytest.raises(NetworkError),
        open_at(url, 5, "", 10, client) as reply,
    ):
        list(reply.chunks(client))


@pytest.mark.parametrize(
    "behave",
    [
        repeat(b"", b"H", 0.05),
        repeat(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n", 0.05),
        repeat(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        repeat(b"HTTP/1.1 302 F\r\nLocation: https://a.invalid/\r\n\r\n", b"x" * 1000),
    ],
)
def test_a_download_whose_head_does_not_end(behave: Any) -> None:
    client, begun = Client(timeout=0.5, allow_plain_loopback=True), time.monotonic()
    with (
        hostile(behave) as url,
        pytest.raises(NetworkError),
        open_at(url, 0, "", 10, client) as reply,
    ):
        list(reply.chunks(client))
    assert time.monotonic() - begun < SECONDS


def test_a_server_that_does_not_read_what_is_sent() -> None:
    with (
        hostile(lambda client: time.sleep(5)) as url,
        pytest.raises(NetworkError, match="the coordinator does not answer"),
    ):
        client_of(url, timeout=0.5).put("api/upload", bytes(16 << 20), {})
