"""Talk to a ceremony's coordinator: small JSON requests that are repeated until they are answered.

Redirects are refused, because the token would go along.  What a coordinator says is text from outside.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from zkctl import __version__
from zkctl.errors import CheckFailed, NetworkError, UsageError, ZkctlError
from zkctl.formats.json.strict import load_json
from zkctl.runtime.printable import printable
from zkctl.toolchain.bounded_http import Bounds, TooMuch, handlers
from zkctl.toolchain.http_source import Client, parse_address

MAX_ANSWER_BYTES = 64 << 10
SLOWEST_BYTES_PER_SECOND = 16 << 10  # for all of a request and its answer, after one timeout
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_MAX_DIGITS, _MAX_DEPTH = 20, 8
_RANDOM_HEX = re.compile("[0-9a-f]{32}")
_TOKEN = re.compile("[A-Za-z0-9_-]{20,200}")
_PORTS = {"http": 80, "https": 443}
_BUSY = (408, 429, 503)
_LONGEST_PAUSE = 30.0


T = TypeVar("T")


class SlotLost(CheckFailed):
    """The slot belongs to another contributor, or was never assigned."""


class TokenLost(CheckFailed):
    """The coordinator does not know the token any more."""


class InvalidAnswer(NetworkError):
    """An answer that no coordinator sends; asking again is no use."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments: Any) -> None:
        """Follow none."""


@dataclass
class CoordinatorClient:
    """A contributor's connection to a coordinator.  `patience`: seconds for which it may be unreachable."""

    url: str
    allow_http: bool = False
    patience: float = 600.0
    timeout: float = 60.0
    pause: float = 1.0
    token: str = ""
    tell: Callable[[str], None] = lambda _text: None

    def __post_init__(self) -> None:
        parts = parse_address(
            self.url, self.source, hint="pass `allow_http` if you trust the network"
        )
        if parts.query or parts.fragment or parts.username:
            raise UsageError(f"the address {printable(self.url)} has more than a host and a path")
        self.url = self.url.rstrip("/") + "/"

    def _opener(self, n_sent: int, limit: int) -> urllib.request.OpenerDirector:
        """Return Bounded in time and bytes by what one request sends and may get."""
        seconds = self.timeout + (n_sent + limit) / SLOWEST_BYTES_PER_SECOND
        used = [_NoRedirects(), *handlers(Bounds(seconds, limit))]
        if self._is_here:
            used.append(urllib.request.ProxyHandler({}))
        return urllib.request.build_opener(*used)

    @property
    def _is_here(self) -> bool:
        return self._host in _LOOPBACK

    @property
    def _host(self) -> str:
        try:
            return urlsplit(self.url).hostname or ""
        except ValueError:  # parse_address says so
            return ""

    @property
    def source(self) -> Client:
        """The settings for files of the same server."""
        return Client(
            timeout=self.timeout,
            pause=self.pause,
            allow_plain_loopback=self._is_here,
            plain_hosts=(self._host,) if self._is_here or self.allow_http else (),
        )

    # -- entering the queue

    def challenge(self) -> dict[str, str]:
        """Return the fields `address`, `coordinator` and `challenge` of a request to enter.

        Raises: InvalidAnswer.
        """
        answer = self.post("api/challenge")
        names = ("coordinator", "challenge")
        facts = {name: _matching(answer, name, _RANDOM_HEX) for name in names}
        return facts | {"address": public_address(self.url)}

    def enter(self, facts: dict[str, str]) -> str:
        """Send a signed request to enter; returns the token.  Raises: InvalidAnswer, CheckFailed."""
        return _matching(self.post("api/join", facts), "token", _TOKEN)

    # -- requests

    def post(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send an object, get an object; once."""
        data = json.dumps(body or {}).encode()
        return _object(self.once("POST", path, data, {"Content-Type": "application/json"}))

    def get(self, path: str) -> dict[str, Any]:
        """Get an object; once."""
        return _object(self.once("GET", path, None, {}))

    def put(self, path: str, data: bytes, headers: dict[str, str]) -> dict[str, Any]:
        """Send bytes, get an object; once."""
        sent = {"Content-Type": "application/octet-stream", **headers}
        return _object(self.once("PUT", path, data, sent))

    def file(self, path: str, limit: int) -> bytes:
        """Return a small public file."""
        return self.patiently(lambda: self.once("GET", path, None, {}, limit=limit))

    def patiently(self, ask: Callable[[], T]) -> T:
        """Ask again while the coordinator is away.  Raises: NetworkError after `patience` seconds."""
        since, failures = time.monotonic(), 0
        while True:
            try:
                return ask()
            except (InvalidAnswer, TooMuch):
                raise
            except NetworkError as problem:
                if time.monotonic() - since > self.patience:
                    raise
                self.tell(f"{problem.message}; trying again")
                self.rest(failures)
                failures += 1

    def rest(self, failures: int) -> None:
        """Wait, the longer the more often something failed."""
        time.sleep(min(self.pause * 2 ** min(failures, 8), _LONGEST_PAUSE))

    def once(
        self,
        method: str,
        path: str,
        data: bytes | None,
        headers: dict[str, str],
        *,
        limit: int = MAX_ANSWER_BYTES,
    ) -> bytes:
        """Return one request.  Raises: NetworkError if it may be repeated, SlotLost, CheckFailed if not."""
        sent = {"User-Agent": f"zkctl/{__version__}", **headers}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        request = urllib.request.Request(  # noqa: S310  (parse_address)
            self.url + path, data=data, headers=sent, method=method
        )
        opener = self._opener(len(data or b""), limit)
        with self._errors(), opener.open(request, timeout=self.timeout) as answer:
            return _body(answer, limit)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except urllib.error.HTTPError as answer:
            with answer:
                refusal = _refusal(answer)
            raise refusal from None
        except (OSError, http.client.HTTPException) as problem:
            cause = getattr(problem, "reason", None) or problem
            text = str(cause).strip().lower() or type(cause).__name__
            raise NetworkError(
                f"the coordinator does not answer: {printable(text, 120)}",
                where=printable(self.url),
            ) from None
        except (
            ValueError,
            OverflowError,
        ) as problem:  # of http.client, about nonsense in an answer
            raise InvalidAnswer(
                f"the coordinator's answer is malformed: {printable(str(problem), 120)}"
            ) from None


def _object(body: bytes) -> dict[str, Any]:
    value = load_json(
        body, where="the coordinator's answer", max_digits=_MAX_DIGITS, max_depth=_MAX_DEPTH
    )
    if not isinstance(value, dict):
        raise CheckFailed("the coordinator's answer is not an object")
    return value


def _matching(answer: dict[str, Any], name: str, pattern: re.Pattern[str]) -> str:
    """Return a string of an answer, checked before it is used in a header or signed."""
    value = answer.get(name)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise InvalidAnswer(
            f"the coordinator's {name} is malformed: expected {pattern.pattern},"
            f" got {printable(str(value), 60)}"
        )
    return value


def public_address(url: str) -> str:
    """Return the one spelling of an address, for signatures: no default port, lower case, / at the end.

    Raises: UsageError for what is no address.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").encode("idna").decode().lower(), parts.port
    except (ValueError, UnicodeError):
        raise UsageError(f"the address is malformed: got {printable(url, 200)!r}") from None
    is_plain = url.isascii() and url.isprintable() and " " not in url
    if parts.scheme not in _PORTS or not host or parts.username or not is_plain:
        raise UsageError(
            f"the address is malformed: expected http(s)://HOST/, got {printable(url, 200)!r}"
        )
    host = f"[{host}]" if ":" in host else host
    place = host if port in (None, _PORTS[parts.scheme]) else f"{host}:{port}"
    return f"{parts.scheme}://{place}{parts.path.rstrip('/')}/"


def sha256(data: bytes) -> str:
    """Return the digest that goes along with a piece."""
    return hashlib.sha256(data).hexdigest()


def _body(answer: Any, limit: int) -> bytes:
    """Return all of an answer: http.client takes one that broke off within its head for an empty one.

    Raises: NetworkError if the line broke, CheckFailed if it is too long.
    """
    if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise InvalidAnswer("the coordinator's answer is encoded: expected plain bytes")
    announced = answer.headers.get("Content-Length")
    is_long = announced is not None and len(announced) > _MAX_DIGITS
    if is_long or (answer.length or 0) > limit:
        raise CheckFailed(f"the coordinator's answer is longer than {limit} bytes")
    body: bytes = answer.read(limit + 1)
    if len(body) > limit:
        raise CheckFailed(f"the coordinator's answer is longer than {limit} bytes")
    is_chunked = answer.headers.get("Transfer-Encoding", "").lower() == "chunked"
    if announced != str(len(body)) and not (announced is None and is_chunked):
        raise NetworkError("the connection ended within the coordinator's answer")
    return body


def _refusal(answer: urllib.error.HTTPError) -> ZkctlError:
    """Return the refusal of the coordinator as an error."""
    try:
        body = _body(answer, MAX_ANSWER_BYTES)
    except ZkctlError as problem:
        return problem
    message, hint = _explanation(body, answer.code)
    if answer.code in _BUSY or answer.code >= 500:
        return NetworkError(f"the coordinator answers {answer.code}: {message}", hint=hint)
    kind = {401: TokenLost, 409: SlotLost}.get(answer.code, CheckFailed)
    return kind(f"the coordinator refuses: {message}", hint=hint)


def _explanation(body: bytes, status: int) -> tuple[str, str]:
    try:
        error = json.loads(body)["error"]
        return printable(str(error["message"])), printable(str(error.get("hint", "")))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return f"status {status}", ""
