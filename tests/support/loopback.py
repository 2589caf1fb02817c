"""A web server on 127.0.0.1 that misbehaves as it is told."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Behaviour = Callable[["Request"], None]


@dataclass
class Loopback:
    """The running server: one behaviour per path, and what was asked."""

    port: int
    behaviours: dict[str, Behaviour] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)  # path, Range

    def serve(self, path: str, behaviour: Behaviour) -> str:
        """Answer this path so; gives its address."""
        self.behaviours[path] = behaviour
        return f"http://127.0.0.1:{self.port}{path}"


class Request(BaseHTTPRequestHandler):
    """One request; behaviours call `reply`."""

    loopback: Loopback

    def do_GET(self) -> None:  # the library's name
        self.loopback.asked.append((self.path, self.headers.get("Range", "")))
        self.loopback.behaviours[self.path](self)
        self.close_connection = True

    def do_CONNECT(self) -> None:  # what a proxy is asked
        self.loopback.asked.append((self.path, "CONNECT"))
        self.reply(403, {"Content-Length": "0"})
        self.close_connection = True

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""

    @property
    def start(self) -> int:
        """The first byte that is wanted."""
        wanted = self.headers.get("Range", "")
        return int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0

    def reply(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
        """Answer exactly this."""
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def file_of(
    content: bytes,
    *,
    etag: str = '"one"',
    cut: int | None = None,
    ranges: bool = True,
    headers: dict[str, str] | None = None,
) -> Behaviour:
    """A file, honestly; with `cut` each answer ends after so many bytes."""

    def behave(request: Request) -> None:
        start = request.start if ranges else 0
        if request.headers.get("If-Range", etag) != etag:
            start = 0
        body = content[start:]
        answer = {"Content-Length": str(len(body)), "ETag": etag}
        if start:
            answer["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        request.reply(206 if start else 200, answer | (headers or {}), body[:cut])

    return behave


def answer(status: int, headers: dict[str, str] | None = None, body: bytes = b"") -> Behaviour:
    """Always the same."""
    return lambda request: request.reply(
        status, {"Content-Length": str(len(body))} | (headers or {}), body
    )


@contextmanager
def running(tls: ssl.SSLContext | None = None) -> Iterator[Loopback]:
    """A server for one test, or for several."""

    class Bound(Request):
        pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Bound) as server:
        server.daemon_threads = True
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        Bound.loopback = Loopback(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield Bound.loopback
        server.shutdown()


def self_signed(folder: Path) -> ssl.SSLContext:
    """A certificate for 127.0.0.1 that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(1))
    certificate = builder.add_extension(alternative, critical=False).sign(key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "tls.pem").write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "tls.pem")
    return context
