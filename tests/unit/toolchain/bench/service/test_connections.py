"""LoadConnections of the load: kept, replaced if closed, and no more trusted than the bytes that come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlsplit

import pytest

from zkctl.toolchain.bench.service.connections import HttpReply, InvalidReply, LoadConnections

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]


def ask(*answers: bytes, n: int = 1, close_after: int = 1 << 30) -> tuple[list[HttpReply], int]:
    """Send n requests one after another to a server with these answers; the replies, and its connections."""
    rest = list(answers)
    accepted = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal accepted
        accepted += 1
        for _ in range(close_after):
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0])
            await reader.readexactly(length)
            writer.write(rest.pop(0) if rest else b"")
            await writer.drain()
            if not rest:
                break
        writer.close()

    async def run() -> list[HttpReply]:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        connections = LoadConnections(urlsplit(f"http://127.0.0.1:{port}/base/"))
        try:
            found = []
            for _ in range(n):
                found.append(await connections.send("POST", "/x", {"A": "b"}, b"body"))
                await asyncio.sleep(0.01)  # a server that closes is noticed
            return found
        finally:
            connections.close()
            server.close()

    return asyncio.run(run()), accepted


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: b\r\n\r\nhi"


def test_a_connection_is_kept() -> None:
    replies, accepted = ask(OK, OK, OK, n=3)
    assert [(one.status, one.body, one.headers["x-a"]) for one in replies] == [
        (200, b"hi", "b")
    ] * 3
    assert accepted == 1


def test_a_kept_connection_that_was_closed_is_replaced() -> None:
    replies, accepted = ask(OK, OK, OK, n=3, close_after=1)
    assert len(replies) == 3
    assert accepted == 3


def test_connection_close_is_honoured() -> None:
    closing = OK.replace(b"X-A: b", b"Connection: close")
    assert ask(closing, closing, n=2)[1] == 2


def test_chunks() -> None:
    raw = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=1\r\nabc\r\n2\r\nde\r\n0\r\nT: 1\r\n\r\n"
    assert ask(raw)[0][0].body == b"abcde"


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"SSH-2.0\r\n\r\n", InvalidReply),
        (b"HTTP/1.1 2x0 OK\r\n\r\n", InvalidReply),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", InvalidReply),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", InvalidReply),
        (b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", InvalidReply),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 40000 + b"\r\n\r\n", InvalidReply),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", asyncio.IncompleteReadError),
        (b"", asyncio.IncompleteReadError),
    ],
)
def test_answers_that_are_none(raw: bytes, problem: type[Exception]) -> None:
    with pytest.raises(problem):
        ask(raw)
