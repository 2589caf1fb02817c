"""Requests to the service: bounded, authenticated, and repeated where that is safe."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from zkctl import __version__
from zkctl.errors import InputError, LimitError, NetworkError, UsageError, ZkctlError
from zkctl.formats.json.strict import load_json
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.toolchain.bounded_http import Bounds, handlers

MAX_ANSWER_BYTES = 16 << 20
_BUSY = (429, 503)
_MAX_PAUSE_S = 30.0
_FIRST_PAUSE_S = 0.5


@record
class ServiceAnswer:
    """An answer below 400: its status, its JSON, and its headers in lower case."""

    status: int
    value: Any
    headers: dict[str, str]


@record
class Patience:
    """`seconds` bound a call with all its repetitions, `request` one request without the wait on the server."""

    seconds: float = 300.0
    request: float = 30.0


class ServiceRequests:
    """Requests to one service; `key` is the API key, "" for none.

    `pause` and `now` are replaced in tests.
    """

    def __init__(
        self,
        url: str,
        key: str = "",
        patience: Patience = Patience(),  # noqa: B008  (frozen)
        *,
        pause: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url, self._key, self._patience = _checked_url(url), key, patience
        self._pause, self._now = pause, now

    def send(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        may_repeat: bool = False,
        wait_s: int = 0,
    ) -> ServiceAnswer:
        """Send a request and return its answer; `wait_s` is the time that the server may wait for a job.

        A request that may be repeated is, after `Retry-After`, while the service is busy or cannot be reached.
        Raises: InputError, UsageError, LimitError or NetworkError with the service's title and detail.
        """
        end, pause = self._now() + self._patience.seconds, _FIRST_PAUSE_S
        sent = dict(headers or {}) | ({"Prefer": f"wait={wait_s}"} if wait_s else {})
        while True:
            try:
                return self._once(self._request(method, path, body, sent), wait_s)
            except _Busy as busy:
                problem, asked = busy.problem, busy.retry_after
            seconds = asked if asked is not None else pause
            if not may_repeat or self._now() + seconds > end:
                raise problem
            self._pause(min(seconds, _MAX_PAUSE_S))
            pause = min(2 * pause, _MAX_PAUSE_S)

    def _request(
        self, method: str, path: str, body: Mapping[str, Any] | None, headers: Mapping[str, str]
    ) -> urllib.request.Request:
        data = None if body is None else json.dumps(body).encode()
        made = urllib.request.Request(self._url + path, data=data, method=method)  # noqa: S310
        made.add_header("User-Agent", f"zkctl/{__version__}")
        made.add_header("Content-Type", "application/json")
        if self._key:
            made.add_unredirected_header("Authorization", f"Bearer {self._key}")
        for name, value in headers.items():
            made.add_header(name, value)
        return made

    def _once(self, request: urllib.request.Request, wait_s: int) -> ServiceAnswer:
        bounds = Bounds(self._patience.request + wait_s, MAX_ANSWER_BYTES)
        opener = urllib.request.build_opener(*handlers(bounds), _NoRedirect())
        try:
            with opener.open(request, timeout=bounds.seconds) as answer:
                return _answer(answer)
        except urllib.error.HTTPError as refusal:
            with refusal:
                raise _refusal(refusal) from None
        except (OSError, http.client.HTTPException) as problem:
            reason = printable(str(getattr(problem, "reason", problem)) or "no answer", 200)
            fault = NetworkError(f"the service cannot be reached: {reason}", where=self._url)
            raise _Busy(fault, None) from None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: the key and the inputs are for one server."""

    def redirect_request(self, *_arguments: Any, **_named: Any) -> None:
        """Return None, which makes the answer an error."""
        return


class _Busy(Exception):
    """A refusal that may end; `retry_after` in seconds if the service names it."""

    def __init__(self, problem: ZkctlError, retry_after: float | None) -> None:
        super().__init__(problem.message)
        self.problem, self.retry_after = problem, retry_after


def _answer(answer: Any) -> ServiceAnswer:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    raw = answer.read(MAX_ANSWER_BYTES + 1)
    return ServiceAnswer(
        answer.status, load_json(raw, max_bytes=MAX_ANSWER_BYTES, where="the answer"), headers
    )


def _refusal(refusal: urllib.error.HTTPError) -> ZkctlError | _Busy:
    """Return the error that a problem stands for, with its title, detail and place."""
    found = _problem(refusal)
    title, detail = (printable(str(found.get(name, "")), 300) for name in ("title", "detail"))
    text = title if detail in ("", title) else f"{title}: {detail}"
    errors = found.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else {}
    where = printable(str(first.get("pointer", "")), 100) if isinstance(first, dict) else ""
    hint = printable(str(found.get("hint", "")), 300)
    message = f"the service refuses the request ({refusal.code}): {text or 'no reason given'}"
    status = refusal.code
    if status in _BUSY:
        after = refusal.headers.get("Retry-After", "")
        busy = NetworkError(message, where=where, hint=hint or "try again later")
        return _Busy(busy, float(after) if after.isdecimal() and len(after) < 6 else None)
    if status in (401, 403):
        return UsageError(message, where=where, hint=hint or "set ZKCTL_API_KEY")
    if status == 413:
        return LimitError(message, where=where, hint=hint)
    if status < 500:
        return InputError(message, where=where, hint=hint)
    return NetworkError(message, where=where, hint=hint)


def _problem(refusal: urllib.error.HTTPError) -> dict[str, Any]:
    try:
        found = load_json(refusal.read(1 << 20), where="the answer")
    except (ZkctlError, OSError, http.client.HTTPException):
        return {}
    return found if isinstance(found, dict) else {}


def _checked_url(url: str) -> str:
    """Return the address without a slash at its end.  Raises: UsageError; a key never goes over a network in clear."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
        raise UsageError(
            "the address of the service is malformed: expected https://HOST",
            where=printable(url, 100),
        )
    if parts.scheme == "http" and not _is_this_machine(parts.hostname):
        raise UsageError(
            "the address of the service is not encrypted: expected https, got http",
            where=printable(url, 100),
            hint="http is for services on this machine",
        )
    return url.rstrip("/")


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
