"""One HTTP connection: httptools parses it, and this module checks the rest.

httptools (llhttp) checks characters, lengths and chunks, and refuses two lengths of one body.  It limits neither a
head nor trailers, runs all requests of one packet at once, reports trailers as headers, and skips the body of a request
that offers another protocol.  RFC 9112 has the rules: 3.2 Host, 6.1 Transfer-Encoding, 9.3.2 pipelining; 9110 7.8 Upgrade.
"""

from __future__ import annotations

import asyncio
from enum import Enum, auto
from http import HTTPStatus
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from zkctl.errors import InputError, LimitError, ZkctlError
from zkctl.service.http.connections import Connections, OpenConnection
from zkctl.service.http.errors import answer
from zkctl.service.http.limits import network

MAX_PIPELINED = 8  # requests that wait for the answer to the one before them
SURPLUS_S = 2.0  # for the request of a connection beyond the limit
RETRY_S = 1  # Retry-After of a request that is refused because of others
_BAD_REQUEST, _HEAD_TOO_LARGE, _UNAVAILABLE = 400, 431, 503
_SPACE = b" \t"


class _Part(Enum):
    """The part of a request that the parser is in."""

    NONE = auto()
    HEAD = auto()
    BODY = auto()


class _HeadTooLarge(Exception):
    """The head, or what a body has besides its bytes, is longer than the limit."""


class _BadHead(Exception):
    """The head breaks a rule that httptools does not check."""


class LimitedProtocol(HttpToolsProtocol):
    """One connection, with these limits; subclasses name the connections that it counts among."""

    open_connections: Connections

    def connection_made(self, transport: Any) -> None:
        """Count the connection, or end it at once."""
        super().connection_made(transport)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=False)
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._part, self._is_ending = _Part.NONE, False
        self._head_bytes = 0
        self._unparsed_bytes = 0  # since the parser finished a part or found bytes of a body
        self._has_progress = False
        limits = self.open_connections.limits
        self._max_head_bytes, self._head_seconds = limits.head_bytes, limits.head_seconds
        self._is_refused = False  # the request that is read now
        peer = transport.get_extra_info("peername")
        address = network(str(peer[0])) if peer else ""
        self._counted: OpenConnection | None = self.open_connections.open(address, self._end_idle)
        if self._counted is None:
            transport.abort()
        else:
            seconds = SURPLUS_S if self.is_surplus else self._head_seconds
            self._start("head", min(seconds, self._head_seconds))
            self._counted.rest()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        for name in list(self._timers):
            self._stop(name)
        if self._counted is not None:
            self._counted.forget()
            self._counted = None
        super().connection_lost(exc)

    @property
    def is_surplus(self) -> bool:
        """True for a connection beyond the limit, whose request is refused."""
        return self._counted is not None and self._counted.is_surplus

    def _end_idle(self) -> None:
        """Make way for a new connection."""
        self._is_ending = True
        self.transport.close()

    # -- bytes of the client

    def data_received(self, data: bytes) -> None:
        """Take bytes of a connection that is counted; the time for a head runs from its first byte."""
        if self._counted is None or self._is_ending or self.transport.is_closing():
            return
        self._counted.wake()
        self._unset_keepalive_if_required()
        self._has_progress = False
        status = self._parse(data)
        self._unparsed_bytes = 0 if self._has_progress else self._unparsed_bytes + len(data)
        if not status and self._unparsed_bytes > self._max_head_bytes:
            status = _HEAD_TOO_LARGE
        if status:
            self._refuse(status)
        self._watch_head()

    def _parse(self, data: bytes) -> int:
        """Parse bytes and return the status of a refusal, 0 for none."""
        while True:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as found:
                data = self._head_without_upgrade() + data[found.args[0] :]
            except httptools.HttpParserError as problem:
                is_long = isinstance(problem.__context__, _HeadTooLarge)
                return _HEAD_TOO_LARGE if is_long else _BAD_REQUEST
            else:
                return 0

    def _head_without_upgrade(self) -> bytes:
        """Return the head just parsed without its offer of another protocol, to be parsed again with its body."""
        version = self.parser.get_http_version().encode()
        lines = [self.parser.get_method() + b" " + self.url + b" HTTP/" + version]
        lines += [name + b": " + value for name, value in self.headers if name != b"upgrade"]
        return b"\r\n".join([*lines, b"", b""])

    def on_message_begin(self) -> None:
        """Begin a head."""
        super().on_message_begin()
        self._part, self._head_bytes = _Part.HEAD, 0

    def on_url(self, url: bytes) -> None:
        """Take a part of the request's target."""
        self._count_head(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; trailers are dropped, for they would change the headers of a request that runs."""
        if self._part is _Part.HEAD:
            self._count_head(len(name) + len(value) + len(b": \r\n"))
            super().on_header(name, value.rstrip(_SPACE))

    def on_headers_complete(self) -> None:
        """Check the head and begin the request."""
        self._has_progress = True
        if len(self.pipeline) >= MAX_PIPELINED:
            raise _BadHead
        self._check_head()
        if self.parser.should_upgrade():
            return
        is_next = self.cycle is None or self.cycle.response_complete
        self._is_refused = is_next and self.is_overloaded()
        if not self._is_refused:
            self.admit()
            super().on_headers_complete()
        elif self.expect_100_continue:
            self._answer_refused(is_kept=False)  # the client has not sent the body yet
        self._part = _Part.BODY

    def on_body(self, body: bytes) -> None:
        """Take bytes of a body; those of a refused request are dropped."""
        self._has_progress = True
        if not self._is_refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """End a request."""
        self._has_progress, self._part = True, _Part.NONE
        if self._is_refused:
            self._is_refused = False
            self._answer_refused(is_kept=self.parser.should_keep_alive() and not self.is_surplus)
        elif not self.parser.should_upgrade():
            super().on_message_complete()

    def _count_head(self, n_bytes: int) -> None:
        self._head_bytes += n_bytes
        if self._head_bytes > self._max_head_bytes:
            raise _HeadTooLarge

    def _check_head(self) -> None:
        """Check method, version, Host and Transfer-Encoding.  Raises: _BadHead."""
        version, n_hosts = self.parser.get_http_version(), 0
        for name, value in self.headers:
            if name == b"host":
                n_hosts += 1
            elif name == b"transfer-encoding" and value.lower() != b"chunked":
                raise _BadHead
        is_bad_host = n_hosts > 1 or (version == "1.1" and not n_hosts)
        if is_bad_host or version not in ("1.0", "1.1") or self.parser.get_method() == b"CONNECT":
            raise _BadHead

    # -- refusals

    def is_overloaded(self) -> bool:
        """Return whether the request of this head is to be refused, whatever it asks."""
        return self.is_surplus

    def admit(self) -> None:
        """Note that a request is going to begin."""

    def overload_refusal(self, *, is_kept: bool) -> bytes:
        """Return the answer to a request that is refused because of others."""
        made = answer(LimitError("too many connections"), _UNAVAILABLE, RETRY_S)
        return answer_bytes(_UNAVAILABLE, made.raw_headers, bytes(made.body), is_kept=is_kept)

    def _answer_refused(self, *, is_kept: bool) -> None:
        """Answer a request that no handler sees."""
        if self._is_ending or self.transport.is_closing():
            return
        if self.flow.write_paused:  # the client reads no answers
            self.transport.abort()
            return
        self.transport.write(self.overload_refusal(is_kept=is_kept))
        if is_kept:
            super().on_response_complete()  # waits for the next request
        else:
            self._is_ending = True
            self.transport.close()

    def _refuse(self, status: int) -> None:
        """Answer a malformed request and end the connection; answers that are due before it are sent first.

        The handler of the request, if one runs, learns that the client is gone: it must not answer.
        """
        self._is_ending = True
        is_due = self.cycle is not None and not self.cycle.response_complete
        if self._part is not _Part.BODY and is_due:  # the malformed request comes after this one
            self._end_after_answer()
            return
        is_answered = not is_due or self.cycle.response_started
        has_answer = self._part is _Part.BODY and is_answered and not self._is_refused
        if is_due:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if not has_answer and not self.pipeline:
            self.transport.write(self.refusal(status))
        self.transport.close()

    def _end_after_answer(self) -> None:
        """Take no more bytes, and end the connection after the last answer that is due."""
        self._is_ending = True
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.keep_alive = False
        else:
            self.transport.close()

    def refusal(self, status: int) -> bytes:
        """Return the answer to a malformed request."""
        problem: ZkctlError = InputError("the request is not well-formed HTTP")
        if status == _HEAD_TOO_LARGE:
            problem = LimitError(f"the request's head is longer than {self._max_head_bytes} bytes")
        made = answer(problem, status)
        return answer_bytes(status, made.raw_headers, bytes(made.body))

    # -- times

    def on_response_complete(self) -> None:
        """Go on to the next request, or to the rest of a body that nothing reads any more."""
        super().on_response_complete()
        self._watch_head()

    def _watch_head(self) -> None:
        """Run the timer while the client owes us bytes that no handler waits for."""
        is_handled = self.cycle is not None and not self.cycle.response_complete
        is_idle = self._part is _Part.NONE and not self._unparsed_bytes
        if is_idle and not is_handled and self._counted is not None:
            self._counted.rest()
        if is_handled or is_idle:
            self._stop("head")
        elif "head" not in self._timers:
            self._start("head", self._head_seconds)

    def pause_writing(self) -> None:
        """Expect the client to take what is written within a time."""
        super().pause_writing()
        self._start("send", self.open_connections.limits.send_seconds)

    def resume_writing(self) -> None:
        """Note that the client has taken it."""
        self._stop("send")
        super().resume_writing()

    def _start(self, name: str, seconds: float) -> None:
        self._stop(name)
        self._timers[name] = self.loop.call_later(seconds, self.transport.abort)

    def _stop(self, name: str) -> None:
        if name in self._timers:
            self._timers.pop(name).cancel()


def answer_bytes(
    status: int, headers: list[tuple[bytes, bytes]], body: bytes, *, is_kept: bool = False
) -> bytes:
    """Return an answer, by default the last one of its connection."""
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}".encode()]
    lines += [name + b": " + value for name, value in headers]
    end = [] if is_kept else [b"connection: close"]
    return b"\r\n".join([*lines, *end, b"", body])


def protocol_of(connections: Connections) -> type[LimitedProtocol]:
    """Return the protocol of one server."""
    return type("CountedProtocol", (LimitedProtocol,), {"open_connections": connections})
