"""Mutual TLS through a real nginx with the shipped configuration: client to nginx, and nginx to the service."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.conftest import ROOT, missing
from tests.support.authority import Authority
from tests.support.demo_service import RunningService, serving
from tests.support.servers import free_port

PATH = "/v1/zkp/challenges"
BODY = {"verifierId": "shop.example", "ttl_s": 60}


@contextmanager
def nginx(folder: Path, tls: Path, service: int) -> Iterator[str]:
    """The shipped configuration, unchanged but for paths and addresses."""
    if shutil.which("nginx") is None:
        missing("nginx is not installed")
    port = free_port()
    text = (ROOT / "zkctl/deploy/config/nginx.conf").read_text()
    paths = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    own = "".join(f"    {each}_temp_path {folder}/{each};\n" for each in paths)
    for before, after in (
        ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        ("server 127.0.0.1:8080;", f"server 127.0.0.1:{service};"),
        ("server legacy.example.com:443;", "server 127.0.0.1:9;"),
        ("pid /run/nginx.pid;", f"pid {folder}/nginx.pid;"),
        ("worker_processes auto;", "worker_processes 1;"),
        ("/etc/zkp/tls/", f"{tls}/"),
        ("/etc/ssl/certs/ca-certificates.crt", f"{tls}/ca.crt"),
        ("http {\n", "http {\n" + own),
    ):
        assert before in text
        text = text.replace(before, after)
    (folder / "nginx.conf").write_text(text)
    command = ["nginx", "-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    process = subprocess.Popen([*command, "-g", "daemon off;"])
    try:
        yield f"https://localhost:{port}"
    finally:
        process.terminate()
        process.wait(10)


def client(authority: Authority, pair: tuple[Path, Path] | None) -> httpx.Client:
    context = ssl.create_default_context(cafile=authority.path)
    if pair is not None:
        context.load_cert_chain(*pair)
    return httpx.Client(verify=context, trust_env=False, timeout=30)


def create_identity(service: RunningService, identity: str) -> None:
    command = [Path(sys.executable).with_name("zkctl"), "service", "keys", "create"]
    command += ["--tenant", "billing", "--scope", "verify", "--certificate", identity]
    (file,) = (service.folder / "state").glob("*.db")
    environ = {
        **os.environ,
        "ZKCTL_STATE_DIR": str(file.parent),
        "DATABASE_URL": f"sqlite://{file}",
    }
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def wait_for_health(asking: httpx.Client, url: str) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            if asking.get(f"{url}/health").status_code == 200:
                return
        except httpx.TransportError:
            pass
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_certificate_stands_for_a_key_and_a_header_of_a_client_does_not(
    demo: Path, tmp_path: Path
) -> None:
    tls = tmp_path / "tls"
    tls.mkdir()
    authority, stranger = Authority(tls), Authority(tmp_path)
    billing, other = authority.pair("billing"), authority.pair("other")
    for name in ("server", "client"):
        certificate, key = authority.pair(name)
        certificate.rename(tls / f"{name}.crt")
        key.rename(tls / f"{name}.key")
    shutil.copy(authority.path, tls / "ca.crt")
    options = ["--tls-cert", str(tls / "server.crt"), "--tls-key", str(tls / "server.key")]
    options += ["--tls-client-ca", str(tls / "ca.crt")]
    environ = {"ZKCTL_TRUSTED_PROXIES": "127.0.0.1"}
    with serving(
        tmp_path, demo, "all", "--demo", *options, environ=environ, expect_health=False
    ) as service:
        create_identity(service, "CN=billing")
        port = int(service.url.rpartition(":")[2])
        with nginx(tmp_path, tls, port) as url:
            nobody = client(authority, None)
            wait_for_health(nobody, url)

            def status(asking: httpx.Client, **headers: str) -> int:
                return asking.post(f"{url}{PATH}", json=BODY, headers=headers).status_code

            forged = {
                "X-Client-Cert-Verify": "SUCCESS",
                "X-Client-Cert-Pem": billing[0].read_text().replace("\n", "%0A"),
            }
            assert status(client(authority, billing)) == 200
            assert status(nobody) == 401
            assert status(nobody, **forged) == 401  # nginx replaces what a client sends
            assert status(client(authority, other)) == 401  # of the CA, without an identity here
            assert status(client(authority, other), **forged) == 401
            # nginx refuses a certificate of another CA before the service sees it
            assert status(client(authority, stranger.pair("billing"))) == 400
            with pytest.raises(httpx.TransportError):  # nobody reaches the service beside nginx
                client(authority, None).get(f"https://localhost:{port}/health")
