"""A server that speaks the protocol of AWS KMS and IAM: moto, on a random port of loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

REGION = "eu-central-1"
_ACCOUNT = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
_OF_THE_MACHINE = ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL", "AWS_REGION")


@contextmanager
def moto_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Start a server with no keys, and let the AWS SDK of this process and of its children find it."""
    server = pytest.importorskip("moto.server").ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    use_kms(monkeypatch, url)
    try:
        client("kms")  # the SDK is loaded before the first test of a time-out
        yield url
    finally:
        _reset(url)
        server.stop()


def use_kms(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Let the AWS SDK talk to a server at `url`, and to nobody else."""
    for name in _OF_THE_MACHINE:
        monkeypatch.delenv(name, raising=False)
    names = {
        **_ACCOUNT,
        "AWS_ENDPOINT_URL_KMS": url,
        "AWS_ENDPOINT_URL_IAM": url,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }
    for name, value in names.items():
        monkeypatch.setenv(name, value)


def client(service: str) -> Any:
    """Return a client of the SDK."""
    return pytest.importorskip("boto3").session.Session().client(service)


def new_key(**options: str) -> str:
    """Return the ARN of a new key."""
    usage = {"KeyUsage": "ENCRYPT_DECRYPT"} | options
    return str(client("kms").create_key(**usage)["KeyMetadata"]["Arn"])


def _reset(url: str) -> None:
    import requests

    requests.post(f"{url}/moto-api/reset", timeout=5)
