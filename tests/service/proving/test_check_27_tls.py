"""Check 27: TLS 1.3 only, client certificates where a CA is set, a replaced certificate is served without a dropped connection."""

from __future__ import annotations

import socket
import ssl
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.authority import Authority
from tests.support.demo_service import serving
from zkctl.errors import EnvironmentProblem, UsageError
from zkctl.service.proving.settings_sources import load_settings
from zkctl.service.proving.tls import TlsListener


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def _context(authority: Authority, pair: tuple[Path, Path] | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=authority.path)
    if pair is not None:
        context.load_cert_chain(*pair)
    return context


def _get_health(connection: ssl.SSLSocket) -> bytes:
    connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
    answer = b""
    while b'{"live":true}' not in answer:
        part = connection.recv(4096)
        if not part:
            break
        answer += part
    return answer


def test_check_27(demo: Path, tmp_path: Path, authority: Authority) -> None:
    first, second = authority.pair("first"), authority.pair("second")
    client = authority.pair("client")
    served = tmp_path / "served.pem", tmp_path / "served.key"
    for source, target in zip(first, served, strict=True):
        target.write_bytes(source.read_bytes())
    options = ["--tls-cert", str(served[0]), "--tls-key", str(served[1])]
    options += ["--tls-client-ca", str(authority.path)]
    with serving(tmp_path, demo, "all", "--demo", *options, expect_health=False) as service:
        assert service.url.startswith("https://")
        address = ("127.0.0.1", int(service.url.rpartition(":")[2]))

        def connect(context: ssl.SSLContext) -> ssl.SSLSocket:
            plain = socket.create_connection(address, timeout=30)
            return context.wrap_socket(plain, server_hostname="localhost")

        good = _context(authority, client)
        kept = connect(good)
        assert kept.version() == "TLSv1.3"
        assert kept.getpeercert()["subject"] == ((("commonName", "first"),),)
        assert b"200 OK" in _get_health(kept)

        old = _context(authority, client)
        old.maximum_version = ssl.TLSVersion.TLSv1_2
        with pytest.raises((ssl.SSLError, ConnectionError)):
            connect(old)

        with suppress(ssl.SSLError, ConnectionError):  # TLS 1.3 refuses at the first read
            assert _get_health(connect(_context(authority, None))) == b""

        for source, target in zip(second, served, strict=True):
            target.write_bytes(source.read_bytes())
        until = time.monotonic() + 60
        while connect(good).getpeercert()["subject"] != ((("commonName", "second"),),):
            assert time.monotonic() < until
            time.sleep(0.5)
        assert b"200 OK" in _get_health(kept)  # the old connection lives
        kept.close()


def test_files_that_are_no_pair(authority: Authority) -> None:
    first, second = authority.pair("first"), authority.pair("second")
    with pytest.raises(EnvironmentProblem, match="the certificate cannot be loaded"):
        TlsListener(first[0], second[1], None)
    listener = TlsListener(*first, None)
    assert not listener.reload()
    first[1].write_bytes(second[1].read_bytes())  # half of the exchange: the old pair serves
    with pytest.raises(EnvironmentProblem):
        listener.reload()
    first[0].write_bytes(second[0].read_bytes())
    assert listener.reload()


def test_settings_of_tls(authority: Authority) -> None:
    cert, key = authority.pair("first")
    assert TlsListener.of(load_settings({}, {})) is None
    message = "TLS needs a certificate and its key: expected tls_cert and tls_key, got one of them"
    with pytest.raises(UsageError, match=message):
        TlsListener.of(load_settings({"tls_cert": cert}, {}))
    assert TlsListener.of(load_settings({"tls_cert": cert, "tls_key": key}, {})) is not None
