"""One connection of the API: refusals before there is a request are problems, too."""

from __future__ import annotations

from zkctl.service.http.connections import Connections
from zkctl.service.http.protocol import LimitedProtocol, answer_bytes
from zkctl.service.proving.guard import new_request_id, problem_response
from zkctl.service.proving.problems import Problem

_SLUGS = {400: "bad-header", 431: "head-too-large"}


class ProblemProtocol(LimitedProtocol):
    """A connection whose malformed requests are answered with problems."""

    def refusal(self, status: int) -> bytes:
        """Return the answer to a malformed request."""
        problem = Problem(_SLUGS[status])
        made = problem_response(problem, new_request_id())
        headers = [*made.raw_headers, (b"cache-control", b"no-store")]
        return answer_bytes(status, headers, bytes(made.body))


def problem_protocol_of(connections: Connections) -> type[ProblemProtocol]:
    """Return the protocol of one server."""
    return type("CountedProblemProtocol", (ProblemProtocol,), {"open_connections": connections})
