"""The legacy system beside the service: ask it, and read its verdict."""

from __future__ import annotations

import asyncio
import http.client
import urllib.error
import urllib.request
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from zkctl.errors import UsageError, ZkctlError
from zkctl.formats.json.strict import load_json
from zkctl.runtime.records import record
from zkctl.toolchain.bounded_http import Bounds, handlers

MAX_ANSWER_BYTES = 1 << 20
MAX_OPEN = 32  # requests to the legacy system at the same time; more are not compared
_REFUSALS = (400, 422)


@record(repr=False)
class LegacyAnswer:
    """An answer of the legacy system."""

    status: int
    content_type: str
    body: bytes

    @property
    def verdict(self) -> bool | None:
        """The member `valid` of an answer 200; False for 400 and 422; None for an answer without a verdict."""
        if self.status in _REFUSALS:
            return False
        try:
            value = load_json(self.body, max_bytes=MAX_ANSWER_BYTES)
        except ZkctlError:
            return None
        found = value.get("valid") if isinstance(value, dict) else None
        return found if self.status == 200 and isinstance(found, bool) else None


class LegacySystem:
    """The legacy system at a URL.  Each request has its own connection, in a thread of a pool for it alone."""

    def __init__(self, url: str, timeout_s: float) -> None:
        self._url, self._timeout_s = url.rstrip("/"), timeout_s
        self._n_open = 0
        self._threads = ThreadPoolExecutor(MAX_OPEN, thread_name_prefix="legacy")

    async def ask(self, path: str, body: bytes, headers: Mapping[str, str]) -> LegacyAnswer | None:
        """Return the answer to a POST; None if it does not come, is too long, or too many requests are open."""
        if self._n_open >= MAX_OPEN:
            return None
        self._n_open += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, self._ask, path, body, dict(headers))
        finally:
            self._n_open -= 1

    def _ask(self, path: str, body: bytes, headers: dict[str, str]) -> LegacyAnswer | None:
        request = urllib.request.Request(self._url + path, body, headers, method="POST")  # noqa: S310
        bounds = Bounds(self._timeout_s, MAX_ANSWER_BYTES)
        no_proxy = urllib.request.ProxyHandler({})
        opener = urllib.request.build_opener(*handlers(bounds), no_proxy, _NoRedirect())
        try:
            with opener.open(request, timeout=self._timeout_s) as answer:
                return _answer(answer)
        except urllib.error.HTTPError as refusal:
            with refusal:
                return _refused(refusal)
        except (OSError, http.client.HTTPException, ZkctlError):
            return None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: the request is for one server."""

    def redirect_request(self, *_arguments: Any, **_named: Any) -> None:
        """Return None, which makes the answer an error."""
        return


def check_legacy_url(url: str) -> None:
    """Check the URL of the legacy system, "" for none.  Raises: UsageError."""
    try:
        parts = urlsplit(url)
        is_right = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_right = False
    if url and (not is_right or parts.query or parts.fragment or parts.username):
        raise UsageError(
            "legacy_url is malformed: expected the http or https address of the legacy system",
            hint="write for example https://legacy.example.com",
        )


def _answer(answer: Any) -> LegacyAnswer | None:
    body = answer.read(MAX_ANSWER_BYTES + 1)
    if len(body) > MAX_ANSWER_BYTES:
        return None
    return LegacyAnswer(answer.status, answer.headers.get("content-type", ""), body)


def _refused(refusal: urllib.error.HTTPError) -> LegacyAnswer | None:
    try:
        return _answer(refusal)
    except (OSError, http.client.HTTPException, ZkctlError):
        return None
