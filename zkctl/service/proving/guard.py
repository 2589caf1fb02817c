"""Around every request: its id, the security headers, the count of answers, and one line instead of a traceback."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zkctl.errors import ZkctlError
from zkctl.service.proving.admission import TURN, Turn, TurnState
from zkctl.service.proving.problems import Problem
from zkctl.service.proving.service import Service
from zkctl.service.proving.store.database import StoreUnavailable

_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ID_CHARACTERS = 26  # of 32 letters: 130 bits
_LETTERS = b"0123456789abcdefghjkmnpqrstvwxyz" * 8  # for each byte
_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
_DEFAULTS = {b"cache-control": b"no-store", b"content-security-policy": b"default-src 'none'"}


def new_request_id() -> str:
    """Return req_ and 26 random characters."""
    return "req_" + secrets.token_bytes(_ID_CHARACTERS).translate(_LETTERS).decode()


def request_id_of(given: str) -> str:
    """Return the id that a client sent if it is well formed, else a new one."""
    return given if _REQUEST_ID.fullmatch(given) else new_request_id()


def problem_response(problem: Problem, request_id: str) -> Response:
    """Return a problem as an answer."""
    headers = problem.headers()
    media = headers.pop("Content-Type")
    return JSONResponse(problem.body(request_id), problem.kind.status, headers, media)


class Guard:
    """The layer around an application; `explain` receives an unforeseen exception, for --debug."""

    def __init__(
        self,
        app: ASGIApp,
        service: Service,
        explain: Callable[[Exception], None] | None = None,
    ) -> None:
        self._app, self._service, self._explain = app, service, explain

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        turn: Turn | None = scope.setdefault("state", {}).get(TURN)
        state = TurnState.BEGUN if turn is None else await turn.wait()
        if state is TurnState.GONE:
            return
        given = Headers(scope=scope).getlist("x-request-id")
        request_id = request_id_of(given[0] if len(given) == 1 else "")
        scope["state"]["request_id"] = request_id
        with self._service.tracing.request(scope, request_id):
            await self._answer(scope, receive, send, state)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, state: TurnState) -> None:
        """Answer a request whose turn has come, or is over."""
        request_id, status = scope["state"]["request_id"], 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = with_headers(message["headers"], request_id)
            await send(message)

        try:
            self._check(scope, state)
            await self._app(scope, receive, send_with_headers)
        except Exception as problem:
            if status:  # an answer has begun: the connection ends
                raise
            found = self._problem_of(problem, request_id)
            self._service.tracing.note(code=found.kind.code)
            await problem_response(found, request_id)(scope, receive, send_with_headers)
        finally:
            answered = scope["method"], _route(scope), status or 500
            self._service.tracing.answered(*answered)
            self._service.metrics.http_request(answered[1], answered[0], answered[2])

    def _check(self, scope: Scope, state: TurnState) -> None:
        if state is TurnState.LATE:
            raise Problem("overloaded")
        length = len(scope.get("raw_path") or b"") + len(scope.get("query_string") or b"")
        if length > self._service.settings.max_url_bytes:
            raise Problem("url-too-long")
        if b"%" in (scope.get("raw_path") or b""):
            # no path of ours needs one, and a proxy that compares paths as they are written must not see another path
            raise Problem("not-found")

    def _problem_of(self, problem: Exception, request_id: str) -> Problem:
        """Return the answer to an exception; only its class goes into the log."""
        if isinstance(problem, Problem):
            return problem
        if isinstance(problem, StoreUnavailable):
            return Problem("database-unavailable")
        if self._explain is not None:
            self._explain(problem)
        name = type(problem).__name__
        code = "ZS070"
        self._service.log.event(
            "request_failed", level="error", request_id=request_id, code=code, reason=name
        )
        kind = problem.kind if isinstance(problem, ZkctlError) else ""
        return Problem("not-ready" if kind == "environment" else "internal")


def _route(scope: Scope) -> str:
    """Return the template of the path, "" where none matches: labels come from a fixed set."""
    route: Any = scope.get("route")
    return str(getattr(route, "path", ""))


def with_headers(headers: list[tuple[bytes, bytes]], request_id: str) -> list[tuple[bytes, bytes]]:
    """Return the headers of an answer with those that every answer has."""
    present = {name.lower() for name, _ in headers}
    defaults = [(name, value) for name, value in _DEFAULTS.items() if name not in present]
    return [*headers, *_HEADERS, *defaults, (b"x-request-id", request_id.encode())]
