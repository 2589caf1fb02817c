"""Read a file of known size from an HTTPS server, from any byte on, trusting nothing it says.

Proxies and certificates come from the environment, as urllib finds them.  Plain http is refused, also
after a redirect, except to hosts for which the client allows it.
"""

from __future__ import annotations

import http.client
import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import SplitResult, urlsplit

from zkctl import __version__
from zkctl.errors import NetworkError, UsageError
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.toolchain.bounded_http import Bounds, handlers

_PLAIN_HTTP_HOST = "127.0.0.1"
_HINT = "for a file on this machine pass `from_file`"
_COMPLETE, _PARTIAL, _BUSY = 200, 206, (408, 429)
_RANGE = re.compile(r"bytes ([0-9]{1,19})-([0-9]{1,19})/([0-9]{1,19})")
_PAGES = ("text/html", "text/xml", "application/xml", "application/json", "application/xhtml")


class UnusableAnswer(NetworkError):
    """An answer that cannot be the file; another request to the same server would not help."""


@record
class Client:
    """The patience of a download.  An attempt that brings less than `little` bytes is a failure."""

    timeout: float = 60.0
    pause: float = 1.0
    failures: int = 5
    chunk: int = 1 << 20
    little: int = 1 << 20
    slowest: float = 1024.0  # bytes per second, over the time of one timeout
    allow_plain_loopback: bool = False
    plain_hosts: tuple[str, ...] = ()


_STRICT = Client()


@record
class Reply:
    """An answer: its body starts at byte `start` of the file."""

    start: int
    etag: str
    body: Any

    def chunks(self, client: Client) -> Iterator[bytes]:
        """Yield the body, as it arrives.

        Raises: NetworkError where the connection breaks or hardly moves.
        """
        since, received = time.monotonic(), 0
        while True:
            with _network_errors():
                chunk = self.body.read1(client.chunk)
            if not chunk:
                return
            yield chunk
            received += len(chunk)
            elapsed = time.monotonic() - since
            if elapsed > client.timeout:
                if received < client.slowest * elapsed:
                    raise NetworkError(f"the server sent {received} bytes in {elapsed:.0f} seconds")
                since, received = time.monotonic(), 0


def parse_address(url: str, client: Client = _STRICT, hint: str = _HINT) -> SplitResult:
    """Return the parts of an address that is https, or plain http where the client allows it.

    Raises: UsageError.
    """
    try:
        parts = urlsplit(url)
        _check_spelling(parts)
    except ValueError:
        raise UsageError(f"{printable(url)!r} is not an address") from None
    if any(letter.isspace() or not letter.isprintable() for letter in url):
        raise UsageError(f"the address {printable(url)!r} has spaces or control characters")
    plain = parts.hostname in client.plain_hosts
    plain = plain or (client.allow_plain_loopback and parts.hostname == _PLAIN_HTTP_HOST)
    if plain and parts.scheme == "http" and parts.hostname:
        return parts
    if parts.scheme != "https" or not parts.hostname:
        raise UsageError(f"the address {printable(url)} does not start with https://", hint=hint)
    return parts


def _check_spelling(parts: SplitResult) -> None:
    """Raise ValueError for what urllib would stumble over in other ways than with a failed connection."""
    _ = parts.port  # raises for what is none
    (parts.hostname or "").encode("idna")
    f"{parts.path}{parts.query}".encode("ascii")


@contextmanager
def open_at(url: str, start: int, etag: str, n_bytes: int, client: Client) -> Iterator[Reply]:
    """Ask for a file of n_bytes from byte `start` on; with an etag only if it is still that file.

    The reply may start at 0 instead: the server does not resume, or its file is another one now.
    Raises: UnusableAnswer for an answer that cannot be the file, NetworkError for a connection that fails;
    UsageError for an address that is not https.
    """
    parse_address(url, client)
    request = urllib.request.Request(url, headers=_headers(start, etag))  # noqa: S310  # parse_address
    with _network_errors():
        body = _opener(client).open(request, timeout=client.timeout)
    with body:
        yield _reply(body, start, n_bytes)


def _headers(start: int, etag: str) -> dict[str, str]:
    headers = {"User-Agent": f"zkctl/{__version__}", "Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
        if etag and not etag.startswith("W/"):
            headers["If-Range"] = etag
    return headers


def _reply(body: Any, start: int, n_bytes: int) -> Reply:
    headers, status = body.headers, body.status
    content = headers.get_content_type()
    if "Content-Type" in headers and content.startswith(_PAGES):
        raise UnusableAnswer(f"the server sends a page of type {printable(content, 60)}")
    if headers.get("Content-Encoding", "identity") != "identity":
        raise UnusableAnswer(f"the server sends it as {printable(headers['Content-Encoding'], 60)}")
    if status == _PARTIAL:
        match = _RANGE.fullmatch(headers.get("Content-Range", ""))
        answered = tuple(map(int, match.groups())) if match else ()
        if answered != (start, n_bytes - 1, n_bytes):
            shown = printable(headers.get("Content-Range", "none"), 80)
            raise UnusableAnswer(
                f"the server sends the range {shown}, asked for {start}- of {n_bytes}"
            )
    elif status == _COMPLETE:
        start = 0
    else:
        raise UnusableAnswer(f"the server answers {status}")
    length = headers.get("Content-Length")
    if length is not None and length != str(n_bytes - start):
        shown = printable(length, 40)
        raise UnusableAnswer(f"the server announces {shown} bytes, expected {n_bytes - start}")
    return Reply(start, headers.get("ETag", ""), body)


class _SafeRedirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects to https only, without reading what comes with them."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def redirect_request(self, *arguments: Any) -> urllib.request.Request | None:
        """Return the next request, unless its address is refused."""
        new_url = arguments[-1]
        try:
            parse_address(new_url, self.client)
        except UsageError:
            raise UnusableAnswer(
                f"the server redirects to {printable(new_url)}, not https"
            ) from None
        arguments[1].close()  # the base class reads all of the answer
        return super().redirect_request(*arguments)


def _opener(client: Client) -> urllib.request.OpenerDirector:
    used: list[urllib.request.BaseHandler] = [
        _SafeRedirects(client),
        *handlers(Bounds(client.timeout)),
    ]
    if client.allow_plain_loopback:  # no proxy of the environment stands before 127.0.0.1
        used.append(urllib.request.ProxyHandler({}))
    return urllib.request.build_opener(*used)


@contextmanager
def _network_errors() -> Iterator[None]:
    try:
        yield
    except urllib.error.HTTPError as problem:
        problem.close()
        retryable = problem.code in _BUSY or problem.code >= 500
        answer = NetworkError if retryable else UnusableAnswer
        raise answer(f"the server answers {problem.code}") from None
    except (OSError, http.client.HTTPException) as problem:
        cause = getattr(problem, "reason", None) or problem
        text = str(cause).strip().lower() or type(cause).__name__
        raise NetworkError(f"the connection failed: {printable(text, 120)}") from None
    except (ValueError, OverflowError) as problem:  # of http.client, about nonsense in an answer
        raise UnusableAnswer(
            f"the server's answer is malformed: {printable(str(problem), 120)}"
        ) from None
