"""Problems as HTTP answers (RFC 9457): one table of slugs, and the error that routes raise.

A detail never quotes a value of the request: it names a place by its JSON pointer.  docs/reference/problems.md has an entry for each slug.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from zkctl.runtime.records import record

MEDIA_TYPE = "application/problem+json"
_URN = "urn:zkctl:problem:"


class ProblemKind(NamedTuple):
    """A row of the table; `retry_s` is the default Retry-After in seconds, 0 for none."""

    status: int
    code: str
    title: str
    retry_s: int = 0


PROBLEMS = {
    "malformed-json": ProblemKind(400, "ZS001", "Malformed JSON"),
    "duplicate-member": ProblemKind(400, "ZS002", "A member of the body occurs twice"),
    "bad-header": ProblemKind(400, "ZS003", "Malformed header"),
    "key-invalid": ProblemKind(401, "ZS010", "API key missing or not valid"),
    "scope-missing": ProblemKind(403, "ZS020", "The API key does not allow this"),
    "mode-disabled": ProblemKind(403, "ZS021", "This form of generate is off"),
    "unknown-circuit": ProblemKind(404, "ZS030", "Unknown circuit"),
    "unknown-job": ProblemKind(404, "ZS031", "Unknown job"),
    "not-found": ProblemKind(404, "ZS032", "Not found"),
    "job-expired": ProblemKind(410, "ZS033", "The result is no longer kept"),
    "method": ProblemKind(405, "ZS040", "Method not allowed"),
    "slow-body": ProblemKind(408, "ZS041", "The body arrived too slowly"),
    "body-too-large": ProblemKind(413, "ZS042", "The body is too large"),
    "url-too-long": ProblemKind(414, "ZS043", "The URL is too long"),
    "media-type": ProblemKind(415, "ZS044", "Unsupported media type"),
    "head-too-large": ProblemKind(431, "ZS045", "The head of the request is too large"),
    "invalid-proof-structure": ProblemKind(422, "ZS050", "Invalid proof structure"),
    "wrong-signal-count": ProblemKind(422, "ZS051", "Wrong number of public signals"),
    "not-canonical": ProblemKind(422, "ZS052", "A number or point is not canonical"),
    "invalid-pid": ProblemKind(422, "ZS053", "Invalid PID"),
    "unknown-pid": ProblemKind(422, "ZS054", "Unknown PID"),
    "invalid-input": ProblemKind(422, "ZS055", "Invalid input"),
    "unsatisfied": ProblemKind(422, "ZS056", "The inputs do not satisfy the circuit"),
    "idempotency-key-reused": ProblemKind(422, "ZS057", "Idempotency key of another request"),
    "rate-limited": ProblemKind(429, "ZS060", "Too many requests", 1),
    "too-many-jobs": ProblemKind(429, "ZS061", "Too many unfinished jobs", 5),
    "queue-full": ProblemKind(429, "ZS062", "The queue is full", 5),
    "internal": ProblemKind(500, "ZS070", "Internal error"),
    "zkp-disabled": ProblemKind(503, "ZS080", "Switched off for this subject", 60),
    "circuit-unavailable": ProblemKind(503, "ZS081", "The circuit is not available", 30),
    "database-unavailable": ProblemKind(503, "ZS082", "The database is not available", 2),
    "not-ready": ProblemKind(503, "ZS083", "The service is not ready", 2),
    "clock": ProblemKind(503, "ZS084", "The clock of this machine is wrong", 30),
    "worker-crashed": ProblemKind(503, "ZS085", "The workers ended before the proof", 30),
    "overloaded": ProblemKind(503, "ZS086", "Too many requests at once", 1),
}
# codes of failed jobs (`error_code`), as the store keeps them, that have their own problem; all others are `internal`
JOB_PROBLEMS = frozenset(("unsatisfied", "invalid-input", "circuit-unavailable", "worker-crashed"))


@record
class Fault:
    """One fault of a body: its JSON pointer, and a message without values."""

    pointer: str
    message: str


class Problem(Exception):
    """A refusal; `slug` is a row of PROBLEMS, `pointer` the place in the body, `headers` more headers of the answer."""

    def __init__(
        self,
        slug: str,
        detail: str = "",
        *,
        pointer: str | None = None,
        retry_after: int | None = None,
        headers: Mapping[str, str] | None = None,
        hint: str = "",
    ) -> None:
        super().__init__(slug)
        self.slug, self.kind = slug, PROBLEMS[slug]
        self.detail = detail or self.kind.title
        self.hint = hint
        self.faults = () if pointer is None else (Fault(pointer, self.detail),)
        self.retry_after = self.kind.retry_s if retry_after is None else retry_after
        self.more_headers = dict(headers or {})

    def body(self, request_id: str) -> dict[str, Any]:
        """Return the members of the answer."""
        made: dict[str, Any] = {
            "type": f"{_URN}{self.slug}",
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.detail,
            "code": self.kind.code,
            "requestId": request_id,
        }
        if self.hint:
            made["hint"] = self.hint
        if self.faults:
            made["errors"] = [
                {"pointer": fault.pointer, "message": fault.message} for fault in self.faults
            ]
        return made

    def headers(self) -> dict[str, str]:
        """Return the headers of the answer."""
        made = {"Content-Type": MEDIA_TYPE} | self.more_headers
        if self.retry_after:
            made["Retry-After"] = str(self.retry_after)
        if self.kind.status == 401:
            made["WWW-Authenticate"] = "Bearer"
        return made


def pointer_of(path: str) -> str:
    """Return the JSON pointer of a path in the notation of `formats.json.strict`: $.a[3] is /a/3."""
    steps = []
    rest = path.removeprefix("$")
    while rest:
        if rest[0] == ".":
            name = rest[1:].split(".", 1)[0].split("[", 1)[0]
            steps.append(name)
            rest = rest[1 + len(name) :]
        else:
            inner, _, rest = rest[1:].partition("]")
            steps.append(inner.strip("'\""))
    return "".join(f"/{step.replace('~', '~0').replace('/', '~1')}" for step in steps)
