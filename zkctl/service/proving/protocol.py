"""One connection of the API: refusals before there is a request are problems, too."""

from __future__ import annotations

import json
import sys

import h11

from zkctl.service.http.connections import Connections, LimitedProtocol
from zkctl.service.proving.guard import new_request_id
from zkctl.service.proving.problems import Problem

_SLUGS = {431: "head-too-large", 414: "url-too-long"}


class ProblemProtocol(LimitedProtocol):
    """A connection whose malformed requests are answered with problems; uvicorn's own answer is text, always 400."""

    def send_400_response(self, msg: str) -> None:
        """Answer a request that h11 refused; the exception, which is being handled, has the status."""
        refusal = sys.exception()
        status = refusal.error_status_hint if isinstance(refusal, h11.RemoteProtocolError) else 400
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE) or self._is_answering():
            super().send_400_response(msg)
            return
        self._send_problem(Problem(_SLUGS.get(status, "bad-header")))

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _send_problem(self, problem: Problem) -> None:
        body = json.dumps(problem.body(new_request_id())).encode()
        headers = [*problem.headers().items(), ("Content-Length", str(len(body)))]
        headers += [("Connection", "close"), ("Cache-Control", "no-store")]
        encoded = [(name.encode(), value.encode()) for name, value in headers]
        reason = problem.kind.title.encode()
        response = h11.Response(status_code=problem.kind.status, headers=encoded, reason=reason)
        for event in (response, h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()


def problem_protocol_of(connections: Connections) -> type[ProblemProtocol]:
    """Return the protocol of one server."""
    return type("CountedProblemProtocol", (ProblemProtocol,), {"open_connections": connections})
