"""Refusals as HTTP answers: a status, and the same facts that `--json` prints."""

from __future__ import annotations

from starlette.responses import JSONResponse

from zkctl.errors import (
    CheckFailed,
    EnvironmentProblem,
    InputError,
    IntegrityError,
    LimitError,
    UsageError,
    ZkctlError,
)
from zkctl.runtime.printable import printable

_STATUS: list[tuple[type[ZkctlError], int]] = [
    (CheckFailed, 403),
    (InputError, 400),
    (UsageError, 400),
    (IntegrityError, 409),
    (LimitError, 413),
    (EnvironmentProblem, 503),
]


class HttpRefusal(Exception):
    """A refusal with its HTTP status; the error has the reason."""

    def __init__(self, status: int, error: ZkctlError, retry_after: int = 0) -> None:
        super().__init__(error.message)
        self.status, self.error, self.retry_after = status, error, retry_after


def answer(error: ZkctlError, status: int = 0, retry_after: int = 0) -> JSONResponse:
    """Return the answer to a request that is refused."""
    status = status or next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
    facts = {
        "code": error.exit_code,
        "kind": error.kind,
        "message": printable(error.message, 600),
        "hint": error.hint,
    }
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    return JSONResponse({"error": facts}, status, headers)
