"""The coordinator as a web application."""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zkctl.errors import InputError, ZkctlError
from zkctl.runtime.printable import printable
from zkctl.service.coordinator.queue import Coordinator
from zkctl.service.coordinator.routes import api, public
from zkctl.service.coordinator.upload_service import UploadService
from zkctl.service.coordinator.verification import RETRY_SECONDS, VerificationWorker, Verify
from zkctl.service.http.errors import HttpRefusal, answer
from zkctl.service.http.limits import ConcurrentRequests, Rates

_log = logging.getLogger("zkctl.coordinator")
TICK_SECONDS = 0.5
_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
_DEFAULTS = {b"cache-control": b"no-store", b"content-security-policy": b"default-src 'none'"}


def application(coordinator: Coordinator, verify: Verify, *, debug: bool = False) -> FastAPI:
    """Yield the application; while it runs, leases expire and arrived keys are verified."""
    upload_service = UploadService(coordinator)
    worker = VerificationWorker(upload_service, verify)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        work = (_repeat(coordinator_tick), _repeat(worker.step))
        tasks = [asyncio.create_task(each) for each in work]
        yield
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def coordinator_tick() -> float:
        coordinator.tick()
        return TICK_SECONDS

    app = FastAPI(
        lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False
    )
    app.state.upload_service, app.state.worker, app.state.pieces = (
        upload_service,
        worker,
        ConcurrentRequests(),
    )
    per_minute = coordinator.settings.joins_per_minute
    app.state.joins, app.state.challenges = (
        Rates(per_minute / 60, per_minute, time.monotonic) for _ in range(2)
    )
    app.include_router(public)
    app.include_router(api)
    app.add_exception_handler(ZkctlError, _on_error)
    app.add_exception_handler(HttpRefusal, _on_refusal)
    app.add_exception_handler(HTTPException, _on_http)
    settings = coordinator.settings
    rates = Rates(settings.requests_per_second, settings.burst, time.monotonic)
    app.add_middleware(Guard, rates=rates, debug=debug)
    return app


async def _repeat(step: Callable[[], float]) -> None:
    """Repeat a step beside the event loop; an error does not end it."""
    while True:
        try:
            pause = await asyncio.to_thread(step)
        except Exception as problem:
            _log.error("%s: %s", type(problem).__name__, printable(str(problem), 200))
            pause = RETRY_SECONDS
        await asyncio.sleep(pause)


async def _on_error(_request: Request, problem: Any) -> JSONResponse:
    return answer(problem)


async def _on_refusal(_request: Request, problem: Any) -> JSONResponse:
    return answer(problem.error, problem.status, problem.retry_after)


async def _on_http(_request: Request, problem: Any) -> JSONResponse:
    return answer(
        InputError(f"the request is refused: {problem.detail.lower()}"), problem.status_code
    )


class Guard:
    """Around everything: rates, headers, and one line instead of a traceback."""

    def __init__(self, app: ASGIApp, rates: Rates, *, debug: bool) -> None:
        self._app, self._rates, self._debug = app, rates, debug

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def send_with_headers(message: Message) -> None:
            nonlocal begun
            begun = True
            if message["type"] == "http.response.start":
                message["headers"] = _with_headers(message["headers"])
            await send(message)

        try:
            self._rates.check(scope["client"][0] if scope.get("client") else "")
            await self._app(scope, receive, send_with_headers)
        except HttpRefusal as problem:
            await answer(problem.error, problem.status, problem.retry_after)(
                scope, receive, send_with_headers
            )
        except Exception as problem:
            self._explain(problem)
            if not begun:
                error = ZkctlError("internal error")
                await answer(error, 500)(scope, receive, send_with_headers)

    def _explain(self, problem: Exception) -> None:
        _log.error("internal error: %s: %s", type(problem).__name__, printable(str(problem), 200))
        if self._debug:
            _log.error("".join(traceback.format_exception(problem)))


def _with_headers(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    present = {name.lower() for name, _ in headers}
    defaults = [(name, value) for name, value in _DEFAULTS.items() if name not in present]
    return [*headers, *_HEADERS, *defaults]
