"""A legacy system for tests: it answers every POST with what the test sets, and keeps the requests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class LegacyStub:
    """`requests` are path, Authorization and body of each request."""

    url: str = ""
    status: int = 200
    body: bytes = b'{"valid":true}'
    requests: list[tuple[str, str | None, bytes]] = field(default_factory=list)


@contextmanager
def legacy_system() -> Iterator[LegacyStub]:
    """The system on a port of this machine, until the end of the block."""
    stub = LegacyStub()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            stub.requests.append((self.path, self.headers.get("authorization"), body))
            self.send_response(stub.status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(stub.body)))
            self.end_headers()
            self.wfile.write(stub.body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        stub.url = f"http://127.0.0.1:{server.server_address[1]}"
        yield stub
        server.shutdown()
