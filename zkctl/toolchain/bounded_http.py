"""Handlers for urllib that bound what a server can make a client read, and for how long.

http.client bounds a line and the number of headers, but a timeout of a socket starts again with every
byte, and interim answers (100 Continue) may follow each other without end.
"""

from __future__ import annotations

import http.client
import io
import socket
import time
import urllib.request
from typing import Any

from zkctl.errors import NetworkError
from zkctl.runtime.records import record

MAX_HEAD_BYTES = 64 << 10  # interim answers included
_READ_AHEAD = io.DEFAULT_BUFFER_SIZE
_PIECE = 64 << 10
_NO_BOUND = 1 << 62


@record
class Bounds:
    """The longest time for a request's head and answer, in seconds, and the longest answer, in bytes.

    0 bytes: the reader of the answer bounds its length and its time.
    """

    seconds: float
    n_bytes: int = 0


class TooMuch(NetworkError):
    """An answer beyond the bounds; asking again is no use."""


class _BoundedReader(io.RawIOBase):
    """The bytes of a connection until a deadline and up to a number."""

    def __init__(self, source: socket.socket, raw: Any, deadline: float, n_bytes: int) -> None:
        super().__init__()
        self._socket, self._raw, self.deadline, self.left = source, raw, deadline, n_bytes
        self._timeout = source.gettimeout() or 0.0

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read some bytes.  Raises: TimeoutError after the deadline, TooMuch for too many bytes."""
        if self.left <= 0:
            raise TooMuch("the server's answer is too long")
        if self.deadline:
            _limit_timeout(self._socket, self._timeout, self.deadline)
        n_bytes = int(self._raw.readinto(buffer) or 0)
        self.left -= n_bytes
        return n_bytes

    def release(self) -> None:
        """Leave the rest of the answer to its reader."""
        self.left, self.deadline = _NO_BOUND, 0.0
        self._socket.settimeout(self._timeout or None)

    def close(self) -> None:
        """Close the connection's reading side."""
        self._raw.close()
        super().close()


def _limit_timeout(source: socket.socket, timeout: float, deadline: float) -> None:
    """Let the next operation end at the deadline.  Raises: TimeoutError if it is over."""
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise TimeoutError("the request took too long")
    source.settimeout(min(timeout, remaining) if timeout else remaining)


def _response_class(bounds: Bounds, deadline: float) -> type[http.client.HTTPResponse]:
    class Response(http.client.HTTPResponse):
        """An answer whose head and body are bounded."""

        def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:
            super().__init__(sock, *arguments, **options)
            self.fp.close()
            raw = sock.makefile("rb", buffering=0)
            self._bounded = _BoundedReader(sock, raw, deadline, MAX_HEAD_BYTES + _READ_AHEAD)
            self.fp = io.BufferedReader(self._bounded, _READ_AHEAD)

        def begin(self) -> None:
            """Read the head, then allow the body."""
            super().begin()
            if bounds.n_bytes:  # a chunked body is longer than what it carries
                self._bounded.left = 2 * bounds.n_bytes + MAX_HEAD_BYTES
            else:
                self._bounded.release()

    return Response


class _Sending:
    """A connection that sends within the deadline."""

    bounds: Bounds
    sock: Any
    timeout: Any

    def connect(self) -> None:
        """Connect, and begin the time of the request."""
        self._deadline = time.monotonic() + self.bounds.seconds
        self.response_class = _response_class(self.bounds, self._deadline)
        super().connect()  # type: ignore[misc]

    def send(self, data: Any) -> None:
        """Send bytes in pieces, each within what is left of the time."""
        view = memoryview(data) if isinstance(data, bytes) else data
        if not isinstance(view, memoryview) or self.sock is None:
            super().send(data)  # type: ignore[misc]
            return
        for start in range(0, len(view), _PIECE):
            _limit_timeout(self.sock, self.timeout or 0.0, self._deadline)
            super().send(view[start : start + _PIECE])  # type: ignore[misc]


def handlers(bounds: Bounds) -> list[urllib.request.BaseHandler]:
    """Return Handlers for http and https with these bounds."""

    class Http(_Sending, http.client.HTTPConnection):
        pass

    class Https(_Sending, http.client.HTTPSConnection):
        pass

    Http.bounds = Https.bounds = bounds

    class HttpHandler(urllib.request.HTTPHandler):
        def http_open(self, request: Any) -> Any:
            return self.do_open(Http, request)

    class HttpsHandler(urllib.request.HTTPSHandler):
        def https_open(self, request: Any) -> Any:
            return self.do_open(Https, request, context=self._context)  # type: ignore[attr-defined]

    return [HttpHandler(), HttpsHandler()]
