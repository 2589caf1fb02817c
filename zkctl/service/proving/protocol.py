"""One connection of the API: admission of its requests, and refusals before there is a request as problems."""

from __future__ import annotations

from dataclasses import dataclass

from zkctl.service.http.connections import Connections
from zkctl.service.http.protocol import LimitedProtocol, answer_bytes
from zkctl.service.proving.admission import TURN, Admission, Turn, TurnState
from zkctl.service.proving.guard import (
    new_request_id,
    problem_response,
    request_id_of,
    with_headers,
)
from zkctl.service.proving.overload import SLUG, OverloadReport
from zkctl.service.proving.problems import Problem

_SLUGS = {400: "bad-header", 431: "head-too-large"}
_PROBES = b"/health"  # answered whatever the load
_VERIFY = b"/v1/zkp/verify"


@dataclass(frozen=True)
class ApiLoad:
    """The admission of an API, and the report of its refusals."""

    admission: Admission
    report: OverloadReport


class ProblemProtocol(LimitedProtocol):
    """A connection whose refusals are problems; without `load` it admits every request."""

    load: ApiLoad | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        """End the turn of the request: no client waits for its answer."""
        if self.cycle is not None and not self.cycle.response_complete:
            turn: Turn | None = self.cycle.scope["state"].get(TURN)
            if turn is not None:
                turn.end(TurnState.GONE)
        super().connection_lost(exc)

    def is_overloaded(self) -> bool:
        """Return whether the request of this head is to be refused, whatever it asks."""
        admission, is_verify = self._admission, self.url == _VERIFY
        is_full = admission is not None and admission.is_full(for_pairing=is_verify)
        return self.is_surplus or is_full

    def admit(self) -> None:
        """Let a request wait for its turn."""
        admission = self._admission
        if admission is not None:
            self.scope["state"][TURN] = admission.requests.enter()

    @property
    def _admission(self) -> Admission | None:
        """The queue of the request whose head was read, None if it does not wait."""
        if self.load is None or self.url.startswith(_PROBES):
            return None
        return self.load.admission

    def overload_refusal(self, *, is_kept: bool) -> bytes:
        """Return the answer to a request that is refused because of others, and report it."""
        method = self.parser.get_method().decode("ascii")
        if self.load is not None:
            self.load.report.refused(method, self.url.partition(b"?")[0].decode("latin-1"))
        given = dict(self.headers).get(b"x-request-id", b"")
        made = _refusal(SLUG, request_id_of(given.decode("latin-1")), is_kept=is_kept)
        return made.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if method == "HEAD" else made

    def refusal(self, status: int) -> bytes:
        """Return the answer to a malformed request."""
        return _refusal(_SLUGS[status], new_request_id())


def _refusal(slug: str, request_id: str, *, is_kept: bool = False) -> bytes:
    problem = Problem(slug)
    made = problem_response(problem, request_id)
    headers = with_headers(made.raw_headers, request_id)
    return answer_bytes(problem.kind.status, headers, bytes(made.body), is_kept=is_kept)


def problem_protocol_of(
    connections: Connections, load: ApiLoad | None = None
) -> type[ProblemProtocol]:
    """Return the protocol of one server."""
    return type(
        "CountedProblemProtocol",
        (ProblemProtocol,),
        {"open_connections": connections, "load": load},
    )
