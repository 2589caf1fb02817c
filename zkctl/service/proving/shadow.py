"""The shadow of the legacy system: it answers subjects outside the rollout, the service verifies besides and counts differences.

The service itself asks the legacy system, once for each request: a proxy that mirrors a request discards one of the two answers,
so that nothing could compare them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from zkctl.service.proving.access import Caller, check_flag
from zkctl.service.proving.bodies import read_raw
from zkctl.service.proving.legacy import LegacyAnswer, LegacySystem
from zkctl.service.proving.problems import Problem
from zkctl.service.proving.service import Service
from zkctl.service.proving.store.database import StoreUnavailable

Verdict = Callable[[bytes], Awaitable[bool]]  # of a body; raises Problem
_PASSED = ("authorization", "content-type", "accept")


class Shadow:
    """The comparisons of one process."""

    def __init__(self, service: Service) -> None:
        self._service = service
        settings = service.settings
        self._legacy: LegacySystem | None = None
        if settings.legacy_url:
            self._legacy = LegacySystem(settings.legacy_url, settings.legacy_timeout_s)
        self._comparing: set[asyncio.Task[None]] = set()

    def has(self, caller: Caller) -> bool:
        """Return whether the legacy system answers this caller and the service verifies besides."""
        if self._legacy is None or self._service.flags is None:
            return False
        flag = self._service.flags.current()
        return flag.shadow and not flag.includes(caller.subject, caller.tenant)

    async def answer(self, request: Request, caller: Caller, verdict: Verdict) -> Response:
        """Return the legacy system's answer; the comparison goes on after it.

        Raises: Problem zkp-disabled where the legacy system does not answer us: the proxy may reach it.
        """
        assert self._legacy is not None
        raw = await read_raw(request, self._service)
        headers = {name: request.headers[name] for name in _PASSED if name in request.headers}
        headers["x-request-id"] = caller.request_id
        found = await self._legacy.ask(request.url.path, raw, headers)
        if found is None:
            check_flag(self._service, caller)
            raise Problem("zkp-disabled")  # the flag has changed since
        task = asyncio.create_task(self._compare(raw, found, verdict))
        self._comparing.add(task)
        task.add_done_callback(self._comparing.discard)
        return Response(found.body, found.status, media_type=found.content_type or None)

    async def _compare(self, raw: bytes, legacy: LegacyAnswer, verdict: Verdict) -> None:
        """Count the comparison, and a difference; without two verdicts there is nothing to compare."""
        theirs = legacy.verdict
        if theirs is None:
            return
        try:
            ours = await verdict(raw)
        except Problem as problem:
            if problem.kind.status >= 500:
                return
            ours = False
        except StoreUnavailable:
            return
        self._service.metrics.shadow_compared(is_equal=ours == theirs)
