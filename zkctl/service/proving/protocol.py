"""One connection of the API: refusals before there is a request are problems, too."""

from __future__ import annotations

import json

from zkctl.service.http.connections import Connections
from zkctl.service.http.protocol import LimitedProtocol
from zkctl.service.proving.guard import new_request_id
from zkctl.service.proving.problems import Problem


class ProblemProtocol(LimitedProtocol):
    """A connection whose malformed requests are answered with problems."""

    def refusal(self, status: int) -> bytes:
        """Return the answer to a malformed request."""
        problem = Problem("head-too-large" if status == 431 else "bad-header")
        body = json.dumps(problem.body(new_request_id())).encode()
        headers = problem.headers() | {
            "Content-Length": str(len(body)),
            "Connection": "close",
            "Cache-Control": "no-store",
        }
        lines = [f"HTTP/1.1 {status} {problem.kind.title}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode() + body


def problem_protocol_of(connections: Connections) -> type[ProblemProtocol]:
    """Return the protocol of one server."""
    return type("CountedProblemProtocol", (ProblemProtocol,), {"open_connections": connections})
