"""A stand-in for the service on a socket of this machine: answers of the verify, generate, job and health requests as told.

Only for tests of clients: no proof is made or checked.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answering = Callable[["FakeRequest"], None]


@dataclass
class FakeService:
    """The running stand-in: one behaviour per path, and the requests it got."""

    url: str = ""
    behaviours: dict[str, Answering] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def paths(self) -> list[str]:
        return [path for _, path, _, _ in self.asked]


class FakeRequest(BaseHTTPRequestHandler):
    """One request."""

    service: FakeService
    protocol_version = "HTTP/1.1"
    body = b""

    def handle_any(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        with self.service.lock:
            self.service.asked.append((self.command, self.path, dict(self.headers), self.body))
        self.service.behaviours[self.path](self)

    do_GET = do_POST = do_DELETE = handle_any  # noqa: N815  # the library's names

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""

    def reply(self, status: int, value: Any = None, headers: dict[str, str] | None = None) -> None:
        body = b"" if value is None else json.dumps(value).encode()
        self.send_response_only(status)
        for name, text in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)


def always(status: int, value: Any = None, headers: dict[str, str] | None = None) -> Answering:
    """The same answer each time."""
    return lambda request: request.reply(status, value, headers)


def in_turn(*behaviours: Answering) -> Answering:
    """These answers in turn; the last one for all further requests."""
    rest = list(behaviours)

    def answer(request: FakeRequest) -> None:
        behave = rest.pop(0) if len(rest) > 1 else rest[0]
        behave(request)

    return answer


@contextmanager
def fake_service() -> Iterator[FakeService]:
    """A service that is healthy, holds every proof for valid and makes `proof` at once."""
    found = FakeService()

    class Bound(FakeRequest):
        service = found

    with ThreadingHTTPServer(("127.0.0.1", 0), Bound) as server:
        server.daemon_threads = True
        found.url = f"http://127.0.0.1:{server.server_address[1]}"
        found.behaviours = {
            "/health": always(200, {"status": "healthy"}),
            "/v1/zkp/verify": always(200, {"valid": True}),
        }
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield found
        server.shutdown()
