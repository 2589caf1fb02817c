"""The key-encryption key in AWS KMS, against moto's implementation of its protocol."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.support.kms import client, moto_server, new_key, use_kms
from zkctl.errors import EnvironmentProblem, IntegrityError, UsageError, ZkctlError
from zkctl.service.proving.data.envelope import open_envelope, seal
from zkctl.service.proving.data.kek import KekRing, open_kek
from zkctl.service.proving.data.kms_kek import KmsKek

DEK, CONTEXT = bytes(range(32)), b'["zkctl address 1", "acme", "tokyo", "07"]'
UNUSABLE = "the key-encryption key cannot be used in AWS KMS: "


@pytest.fixture
def kms(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with moto_server(monkeypatch) as url:
        yield url


def test_wrapping_is_bound_to_the_context(kms: str) -> None:
    arn = new_key()
    kek = open_kek(f"aws-kms:{arn}", {})
    assert kek.kek_id == f"aws-kms:{arn}"
    wrapped = kek.wrap(DEK, CONTEXT)
    assert DEK not in wrapped
    assert kek.wrap(DEK, CONTEXT) != wrapped
    assert kek.unwrap(wrapped, CONTEXT) == DEK
    for changed, context in ((wrapped, b"other"), (wrapped[:-1], CONTEXT), (b"", CONTEXT)):
        with pytest.raises(IntegrityError, match="the wrapped key is not of this key"):
            kek.unwrap(changed, context)


def test_the_context_that_aws_logs_is_a_digest(kms: str) -> None:
    arn = new_key()
    wrapped = KmsKek(arn).wrap(DEK, CONTEXT)
    digest = hashlib.sha256(b"zkctl kms context 1|" + CONTEXT).hexdigest()
    found = client("kms").decrypt(CiphertextBlob=wrapped, EncryptionContext={"zkctl": digest})
    assert found["Plaintext"] == DEK


def test_an_alias_that_moves_is_another_key(kms: str) -> None:
    first, second = new_key(), new_key()
    client("kms").create_alias(AliasName="alias/zkctl", TargetKeyId=first)
    old = KmsKek("alias/zkctl")
    client("kms").update_alias(AliasName="alias/zkctl", TargetKeyId=second)
    new = KmsKek("alias/zkctl")
    assert (old.kek_id, new.kek_id) == (f"aws-kms:{first}", f"aws-kms:{second}")
    envelope = seal(old, b"content", CONTEXT)
    with pytest.raises(IntegrityError, match="the content is sealed with another key"):
        open_envelope(new, envelope, CONTEXT)
    assert open_envelope(KekRing(new, old), envelope, CONTEXT) == b"content"
    with pytest.raises(ZkctlError):
        new.unwrap(envelope.dek, CONTEXT)


def test_keys_of_another_kind_or_state(kms: str) -> None:
    signing = new_key(KeyUsage="SIGN_VERIFY", KeySpec="ECC_NIST_P256")
    with pytest.raises(
        UsageError,
        match="the KMS key cannot wrap keys: expected the kind SYMMETRIC_DEFAULT ENCRYPT_DECRYPT, got ECC_NIST_P256 SIGN_VERIFY",
    ):
        KmsKek(signing)
    disabled = new_key()
    client("kms").disable_key(KeyId=disabled.rpartition("/")[2])
    with pytest.raises(
        EnvironmentProblem,
        match="the KMS key cannot be used: expected the state Enabled, got Disabled",
    ):
        KmsKek(disabled)


def test_a_key_that_does_not_exist(kms: str) -> None:
    for name in ("alias/no", "12345678-1234-1234-1234-123456789012"):
        with pytest.raises(EnvironmentProblem, match=f"{UNUSABLE}NotFoundException") as caught:
            KmsKek(name)
        assert caught.value.exit_code == 5
        assert "AWS_REGION" in caught.value.hint


def test_credentials_without_permission(kms: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from moto import settings

    arn = new_key()
    client("iam").create_user(UserName="nobody")
    made = client("iam").create_access_key(UserName="nobody")["AccessKey"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", made["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", made["SecretAccessKey"])
    monkeypatch.setattr(settings, "INITIAL_NO_AUTH_ACTION_COUNT", 0)
    with pytest.raises(EnvironmentProblem, match=f"{UNUSABLE}HTTP 403") as caught:
        KmsKek(arn)
    assert "kms:Decrypt" in caught.value.hint


def test_no_credentials_and_no_region(kms: str, monkeypatch: pytest.MonkeyPatch) -> None:
    arn = new_key()
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    KmsKek(arn)  # an ARN names its region
    with pytest.raises(EnvironmentProblem, match=f"{UNUSABLE}NoRegionError"):
        KmsKek("alias/zkctl")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(EnvironmentProblem, match=f"{UNUSABLE}NoCredentialsError"):
        KmsKek(arn)


def test_a_server_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("boto3")
    use_kms(monkeypatch, "http://127.0.0.1:1")
    with pytest.raises(EnvironmentProblem, match=f"{UNUSABLE}EndpointConnectionError") as caught:
        KmsKek("alias/zkctl")
    assert caught.value.exit_code == 5


class _Scripted(BaseHTTPRequestHandler):
    """Answers of the API reference that moto does not give: one body for each action."""

    answers: dict[str, tuple[int, dict[str, Any]]]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        status, body = self.answers[self.headers["x-amz-target"].partition(".")[2]]
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(raw)))
        self.send_header("content-type", "application/x-amz-json-1.1")
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def scripted(monkeypatch: pytest.MonkeyPatch, **answers: Any) -> Iterator[KmsKek]:
    pytest.importorskip("boto3")
    key = {"KeySpec": "SYMMETRIC_DEFAULT", "KeyUsage": "ENCRYPT_DECRYPT", "KeyState": "Enabled"}
    known = {"DescribeKey": (200, {"KeyMetadata": {**key, "Arn": "arn:a", "KeyId": "a"}})}
    handler = type("_Answers", (_Scripted,), {"answers": known | answers})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        use_kms(monkeypatch, f"http://127.0.0.1:{server.server_port}")
        yield KmsKek("alias/zkctl")
        server.shutdown()


def test_the_ciphertext_of_another_key(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = (400, {"__type": "IncorrectKeyException"})
    with (
        scripted(monkeypatch, Decrypt=refused) as kek,
        pytest.raises(IntegrityError, match="the wrapped key is not of this key-encryption key"),
    ):
        kek.unwrap(b"w", CONTEXT)
    other = (200, {"KeyId": "arn:b", "Plaintext": "AAAA"})
    with scripted(monkeypatch, Decrypt=other) as kek, pytest.raises(IntegrityError):
        kek.unwrap(b"w", CONTEXT)


def test_a_permission_that_was_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    denied = (400, {"__type": "AccessDeniedException"})
    with (
        scripted(monkeypatch, Decrypt=denied) as kek,
        pytest.raises(EnvironmentProblem, match=f"{UNUSABLE}AccessDeniedException") as caught,
    ):
        kek.unwrap(b"w", CONTEXT)
    assert "kms:Decrypt" in caught.value.hint


def test_a_server_that_is_too_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    busy = (400, {"__type": "ThrottlingException", "message": "secret of the server"})
    with (
        scripted(monkeypatch, Encrypt=busy) as kek,
        pytest.raises(EnvironmentProblem, match=f"{UNUSABLE}ThrottlingException") as caught,
    ):
        kek.wrap(DEK, CONTEXT)
    assert "secret of the server" not in str(caught.value)
