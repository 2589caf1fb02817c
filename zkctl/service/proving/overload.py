"""The report of requests that are refused because of others: each in the metrics, and now and then a line of the log."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection

from zkctl.service.proving.logs import Log
from zkctl.service.proving.metrics import Metrics
from zkctl.service.proving.problems import PROBLEMS

SLUG = "overloaded"
PAUSE_S = 10.0  # between two lines of the log


class OverloadReport:
    """The report of one API; `routes` are those with a fixed path, by method and path."""

    def __init__(
        self,
        metrics: Metrics,
        log: Log,
        routes: Collection[tuple[str, str]],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._metrics, self._log, self._routes, self._now = metrics, log, routes, now
        self._reported = float("-inf")

    def refused(self, method: str, path: str) -> None:
        """Count a refused request; a path that is no route of ours counts as `other`."""
        kind = PROBLEMS[SLUG]
        route = path if (method, path) in self._routes else ""
        self._metrics.http_request(route, method, kind.status)
        if self._now() - self._reported >= PAUSE_S:
            self._reported = self._now()
            self._log.event("request_failed", level="warning", code=kind.code, reason=SLUG)
