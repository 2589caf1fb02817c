"""The log: one JSON object a line, with eight keys in a fixed order and nothing else.

The keys are `timestamp`, `level`, `service`, `event`, `circuit_id`, `duration_ms`, `user_id`, `request_id`; a value
that is absent is null.  Lines of the level warning and above may add `code` and `reason`.  Values come from fixed sets,
from the registry, or have a fixed form, so that no input, proof or key can reach a line.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TextIO, TypedDict, Unpack

import structlog
from structlog.typing import EventDict, WrappedLogger

KEYS = (
    "timestamp",
    "level",
    "service",
    "event",
    "circuit_id",
    "duration_ms",
    "user_id",
    "request_id",
)
EXPLANATIONS = ("code", "reason")  # of lines of the level warning and above
TRACED = ("circuit_id", "user_id", "request_id", *EXPLANATIONS)  # of spans
LEVELS = ("debug", "info", "warning", "error", "critical")
_EXPLAINED = LEVELS[LEVELS.index("warning") :]

EVENTS = frozenset(
    {
        "proof_generated",
        "proof_generation_failed",
        "proof_verified",
        "proof_rejected",
        "job_queued",
        "job_retried",
        "job_expired",
        "worker_started",
        "worker_recycled",
        "worker_died",
        "circuit_loaded",
        "circuit_unavailable",
        "database_lost",
        "database_restored",
        "traces_lost",
        "traces_restored",
        "cache_off",
        "flag_changed",
        "key_created",
        "key_revoked",
        "address_imported",
        "custodial_use",
        "request_failed",
        "canary_failed",
        "started",
        "stopping",
        "stopped",
    }
)
_CODE = re.compile(r"ZS[0-9]{3}|[a-z][a-z0-9]*(-[a-z0-9]+){0,5}")  # of a problem, of a job
_REASON = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")  # of our tables, or the name of an exception
_REQUEST = re.compile(r"[A-Za-z0-9_-]{1,64}")


class UserIds(StrEnum):
    """The form of `user_id` in the log: the subject, a keyed digest of it, or null."""

    PLAIN = "plain"
    KEYED = "keyed"
    OFF = "off"


class LogValues(TypedDict, total=False):
    """The values of a line; the level is info unless it is said."""

    level: str
    circuit_id: str | None
    duration_ms: float | None
    user_id: str | None
    request_id: str | None
    code: str | None
    reason: str | None


class Log:
    """The log of one process; one line is one write.  Lines below the level `least` are left out."""

    def __init__(
        self,
        service: str = "zkp-prover",
        *,
        stream: TextIO | None = None,
        user_ids: UserIds = UserIds.OFF,
        pepper: bytes = b"",
        least: str = "debug",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._service, self._now, self._least = service, now, LEVELS.index(least)
        self._user_ids, self._pepper = user_ids, pepper
        self._circuits: frozenset[str] = frozenset()
        self._logger = structlog.wrap_logger(
            structlog.WriteLogger(stream or sys.stderr),
            processors=[self._complete, allow_listed, structlog.processors.JSONRenderer()],
            wrapper_class=structlog.BoundLogger,
            cache_logger_on_first_use=True,
        )

    def set_circuits(self, circuits: Iterable[str]) -> None:
        """Set the circuit ids of the registry; any other is null in the log."""
        self._circuits = frozenset(circuits)

    def event(self, name: str, **values: Unpack[LogValues]) -> None:
        """Write one line.

        `user_id` is the subject of the API key; the line holds the form of `UserIds`.  `code` is that of a problem or
        a job, `reason` one of our tables or the class name of an exception; below the level warning they are left out.
        Raises: ValueError for an event or level that is not listed.
        """
        level = values.get("level", "info")
        if name not in EVENTS or level not in LEVELS:
            raise ValueError(f"the event {name!r} of level {level!r} is not listed")
        if LEVELS.index(level) < self._least:
            return
        user = self.user(values.get("user_id"))
        self._logger.msg(name, **{**values, "level": level, "user_id": user})

    def user(self, subject: str | None) -> str | None:
        """Return a subject in the form of the log."""
        if subject is None or self._user_ids is UserIds.OFF:
            return None
        if self._user_ids is UserIds.PLAIN:
            return subject
        assert self._user_ids is UserIds.KEYED
        return "u_" + hmac.new(self._pepper, subject.encode(), hashlib.sha256).hexdigest()[:16]

    def attributes(self, **values: Unpack[LogValues]) -> dict[str, str]:
        """Return the values of a span: those that a line could have, in the same forms, without those that are absent."""
        user = self.user(values.get("user_id"))
        known = self._in_form({**values, "user_id": user})
        return {key: known[key] for key in TRACED if known.get(key) is not None}

    def _complete(self, _logger: WrappedLogger, _method: str, values: EventDict) -> EventDict:
        """Add time and service."""
        stamp = self._now().astimezone(UTC).isoformat(timespec="milliseconds")
        return {
            **self._in_form(values),
            "timestamp": stamp.replace("+00:00", "Z"),
            "service": self._service,
        }

    def _in_form(self, values: Mapping[str, Any]) -> EventDict:
        """Return the values, with null for one that is not of its form."""
        circuit = values.get("circuit_id")
        return {
            **values,
            "circuit_id": circuit if circuit in self._circuits else None,
            "request_id": _of_form(_REQUEST, values.get("request_id")),
            "code": _of_form(_CODE, values.get("code")),
            "reason": _of_form(_REASON, values.get("reason")),
        }


def allow_listed(_logger: WrappedLogger, _method: str, values: EventDict) -> dict[str, Any]:
    """Return the listed keys in their order; anything else is dropped."""
    line: dict[str, Any] = {key: values.get(key) for key in KEYS}
    if line["duration_ms"] is not None:
        line["duration_ms"] = round(line["duration_ms"])
    if line["level"] in _EXPLAINED:
        line |= {key: values[key] for key in EXPLANATIONS if values.get(key) is not None}
    return line


def _of_form(form: re.Pattern[str], value: Any) -> str | None:
    return value if isinstance(value, str) and form.fullmatch(value) else None
