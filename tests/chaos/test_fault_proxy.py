"""The fault proxy itself: each fault is what a client sees."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.support.fault_proxy import Fault, FaultProxy, fault_proxy


@pytest.fixture
def echo() -> Iterator[int]:
    """The port of a server that answers each byte string with itself."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                while piece := connection.recv(1 << 16):
                    connection.sendall(piece)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    threading.Thread(target=serve, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def proxy(echo: int) -> Iterator[FaultProxy]:
    with fault_proxy(echo) as running:
        yield running


def connect(proxy: FaultProxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=10)


def echoed(line: socket.socket, data: bytes) -> bytes:
    line.sendall(data)
    found = b""
    while len(found) < len(data) and (piece := line.recv(1 << 16)):
        found += piece
    return found


def test_bytes_pass(proxy: FaultProxy) -> None:
    with connect(proxy) as line:
        assert echoed(line, b"a" * 300_000) == b"a" * 300_000
        line.shutdown(socket.SHUT_WR)
        assert line.recv(10) == b""
    assert proxy.n_accepted == 1


def test_latency_delays_and_loses_nothing(proxy: FaultProxy) -> None:
    proxy.set(Fault.LATENCY, 0.1)
    with connect(proxy) as line:
        before = time.monotonic()
        assert echoed(line, b"hello") == b"hello"
        assert time.monotonic() - before >= 0.2  # there and back: a lower bound, by sleeping


def test_reset_ends_open_and_new_connections(proxy: FaultProxy) -> None:
    with connect(proxy) as line:
        assert echoed(line, b"x") == b"x"
        proxy.set(Fault.RESET)
        with pytest.raises(ConnectionResetError):
            line.recv(10)
    with pytest.raises(ConnectionError), connect(proxy) as line:
        line.recv(10)
        line.sendall(b"x")
        line.recv(10)
    proxy.set(Fault.NONE)
    with connect(proxy) as line:
        assert echoed(line, b"y") == b"y"


def test_a_black_hole_keeps_bytes_until_it_ends(proxy: FaultProxy) -> None:
    with connect(proxy) as line:
        proxy.set(Fault.BLACK_HOLE)
        line.settimeout(0.2)
        with pytest.raises(TimeoutError):
            echoed(line, b"kept")
        proxy.set(Fault.NONE)
        line.settimeout(10)
        assert line.recv(10) == b"kept"


def test_half_close_ends_the_side_of_the_server(proxy: FaultProxy) -> None:
    with connect(proxy) as line:
        assert echoed(line, b"x") == b"x"
        proxy.set(Fault.HALF_CLOSE)
        assert line.recv(10) == b""
        line.sendall(b"still open")


def test_refused_connections_leave_open_ones(proxy: FaultProxy) -> None:
    with connect(proxy) as line:
        assert echoed(line, b"x") == b"x"
        proxy.set(Fault.REFUSE)
        assert echoed(line, b"y") == b"y"
        with pytest.raises(ConnectionError), connect(proxy) as other:
            other.recv(10)
            other.sendall(b"x")
            other.recv(10)
    assert [fault for _, fault in proxy.log] == [Fault.REFUSE]


def test_a_server_that_is_gone() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with fault_proxy(port) as proxy, pytest.raises(ConnectionError), connect(proxy) as line:
        line.recv(10)
        line.sendall(b"x")
        line.recv(10)
