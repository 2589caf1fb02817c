"""Kept connections for many small requests at once, on asyncio's streams.

A general client costs about a millisecond of processor time for each request; on a machine that also runs the service this would
be a large part of the measurement.
"""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from urllib.parse import SplitResult

from zkctl.runtime.records import record

MAX_HEAD_BYTES, MAX_BODY_BYTES = 16 << 10, 4 << 20
_PORTS = {"http": 80, "https": 443}


class InvalidReply(Exception):
    """Bytes that are no answer of HTTP/1.1, or too many of them."""


@record
class HttpReply:
    """An answer: names of headers in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


class _Connection:
    """One connection; `is_used` if it has carried an answer."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer, self.is_used = reader, writer, False

    def close(self) -> None:
        with suppress(OSError, RuntimeError):
            self.writer.close()


class LoadConnections:
    """The connections to one server.  A request takes an idle one, or opens one; none waits for another."""

    def __init__(self, address: SplitResult) -> None:
        self.host, self.prefix = address.hostname or "", address.path.rstrip("/")
        self.port = address.port or _PORTS[address.scheme]
        self.authority = address.netloc
        self.tls = ssl.create_default_context() if address.scheme == "https" else None
        self.idle: list[_Connection] = []

    async def send(
        self, method: str, path: str, headers: dict[str, str], body: bytes = b""
    ) -> HttpReply:
        """Send a request and return the answer.

        Raises: OSError, InvalidReply, asyncio.IncompleteReadError.  A kept connection that the server closed meanwhile is
        replaced once: every request of a load may be repeated.
        """
        lines = [f"{method} {self.prefix}{path} HTTP/1.1", f"Host: {self.authority}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        lines.append(f"Content-Length: {len(body)}\r\n\r\n")
        data = "\r\n".join(lines).encode() + body
        while True:
            connection = self.idle.pop() if self.idle else await self._open()
            try:
                reply = await self._exchange(connection, data)
            except BaseException as problem:
                connection.close()
                if connection.is_used and _was_closed(problem):
                    continue
                raise
            if reply.headers.get("connection", "").lower() == "close":
                connection.close()
            else:
                connection.is_used = True
                self.idle.append(connection)
            return reply

    async def _open(self) -> _Connection:
        reader, writer = await asyncio.open_connection(
            self.host, self.port, ssl=self.tls, limit=MAX_HEAD_BYTES
        )
        return _Connection(reader, writer)

    async def _exchange(self, connection: _Connection, data: bytes) -> HttpReply:
        connection.writer.write(data)
        try:
            head = await connection.reader.readuntil(b"\r\n\r\n")
        except asyncio.LimitOverrunError:
            raise InvalidReply("the head is too long") from None
        status, headers = _parse_head(head)
        if "chunked" in headers.get("transfer-encoding", "").lower():
            body = await _chunks(connection.reader)
        else:
            body = await connection.reader.readexactly(_length(headers.get("content-length", "0")))
        return HttpReply(status, headers, body)

    def close(self) -> None:
        """Close the idle connections."""
        for connection in self.idle:
            connection.close()
        self.idle.clear()


def _was_closed(problem: BaseException) -> bool:
    """Return whether the server closed a kept connection before it answered."""
    if isinstance(problem, asyncio.IncompleteReadError):
        return not problem.partial
    return isinstance(problem, ConnectionError)


def _parse_head(head: bytes) -> tuple[int, dict[str, str]]:
    first, *lines = head.decode("latin-1").split("\r\n")[:-2]
    version, _, rest = first.partition(" ")
    if version not in ("HTTP/1.1", "HTTP/1.0") or not rest[:3].isdecimal():
        raise InvalidReply("the first line is no status line")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    return int(rest[:3]), headers


def _length(text: str, base: int = 10) -> int:
    try:
        length = int(text, base)
    except ValueError:
        length = -1
    if not 0 <= length <= MAX_BODY_BYTES:
        raise InvalidReply("the length of the body is invalid or too large")
    return length


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    """Return a body in chunks (RFC 9112, section 7.1)."""
    body = b""
    while True:
        line = await reader.readuntil(b"\r\n")
        size = _length(line.partition(b";")[0].strip().decode("latin-1"), 16)
        if size == 0:
            break
        body += (await reader.readexactly(size + 2))[:-2]
        _length(str(len(body)))
    while await reader.readuntil(b"\r\n") != b"\r\n":
        pass
    return body
