"""Key-encryption keys: in a file, in a PKCS#11 token (SoftHSM), in Vault's transit engine (a small stand-in)."""

import base64
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.conftest import missing
from zkctl.errors import EnvironmentProblem, FormatError, IntegrityError, UsageError
from zkctl.service.proving.data.kek import (
    FileKek,
    KeyEncryptionKey,
    make_kek_file,
    open_kek,
    secret_of,
)

SOFTHSM = Path("/usr/lib/softhsm/libsofthsm2.so")
DEK, CONTEXT = bytes(range(32)), b"address 7"


def check_wraps(kek: KeyEncryptionKey) -> None:
    wrapped = kek.wrap(DEK, CONTEXT)
    assert DEK not in wrapped
    assert kek.wrap(DEK, CONTEXT) != wrapped
    assert kek.unwrap(wrapped, CONTEXT) == DEK
    message = "the wrapped key is not of this key-encryption key, or was changed"
    with pytest.raises(IntegrityError, match=message):
        kek.unwrap(wrapped, b"address 8")
    with pytest.raises(IntegrityError):
        kek.unwrap(wrapped[:-1], CONTEXT)


def test_a_file(tmp_path: Path) -> None:
    path = tmp_path / "kek"
    make_kek_file(path)
    assert path.stat().st_mode & 0o777 == 0o600
    kek = open_kek(f"file:{path}", {})
    check_wraps(kek)
    other = tmp_path / "other"
    make_kek_file(other)
    with pytest.raises(IntegrityError):
        FileKek(other).unwrap(kek.wrap(DEK, CONTEXT), CONTEXT)
    assert FileKek(other).kek_id != kek.kek_id
    with pytest.raises(EnvironmentProblem):
        make_kek_file(path)


def test_a_file_that_others_can_read_or_that_is_no_key(tmp_path: Path) -> None:
    path = tmp_path / "kek"
    make_kek_file(path)
    path.chmod(0o644)
    with pytest.raises(EnvironmentProblem):
        FileKek(path)
    path.chmod(0o600)
    for content in ("", "ab" * 31, "zz" * 32, "é"):
        path.write_text(content)
        with pytest.raises(
            FormatError,
            match="the key-encryption key has a wrong form: expected 64 hexadecimal digits",
        ):
            FileKek(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        *(
            (
                text,
                "the key-encryption key has an unknown form: expected file:, pkcs11:, vault: or aws-kms:",
            )
            for text in ("", "file:", "kek", "aws-kms:")
        ),
        *(
            (
                text,
                "the address of the key-encryption key in Vault has a wrong form:"
                " expected vault:https://HOST:PORT/MOUNT/KEY",
            )
            for text in ("vault:ftp://a/b/c", "vault:http://a")
        ),
    ],
)
def test_other_forms_are_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        open_kek(text, {"VAULT_TOKEN": "t"})


def test_a_uri_that_lacks_its_object() -> None:
    with pytest.raises(UsageError, match=r"the PKCS#11 URI of the key-encryption key lacks object"):
        open_kek("pkcs11:token=t?module-path=x", {})


@pytest.mark.parametrize(
    ("text", "module"),
    [
        ("pkcs11:token=t;object=k?module-path=m", "pkcs11"),
        ("vault:http://h/transit/k", "hvac"),
        ("aws-kms:alias/kek", "boto3"),
    ],
)
def test_a_missing_extra(text: str, module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(EnvironmentProblem, match=f"the package {module} is missing") as caught:
        open_kek(text, {})
    assert caught.value.exit_code == 5
    assert 'pip install "zkctl[' in caught.value.hint


def test_secrets_come_from_the_environment_or_a_file(tmp_path: Path) -> None:
    path = tmp_path / "pin"
    path.touch(mode=0o600)
    path.write_text("1234\n")
    assert secret_of({"PIN_FILE": str(path)}, "PIN") == "1234"
    assert secret_of({"PIN": "5"}, "PIN") == "5"
    with pytest.raises(EnvironmentProblem, match="PIN is not set"):
        secret_of({}, "PIN")


def test_a_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not SOFTHSM.exists() or shutil.which("softhsm2-util") is None:
        missing("SoftHSM is not installed")
    pkcs11 = pytest.importorskip("pkcs11")
    (tmp_path / "tokens").mkdir()
    (tmp_path / "softhsm2.conf").write_text(f"directories.tokendir = {tmp_path}/tokens\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm2.conf"))
    made = ["--init-token", "--free", "--label", "zkctl", "--pin", "1234", "--so-pin", "5678"]
    subprocess.run(["softhsm2-util", *made], check=True, capture_output=True)
    token = next(iter(pkcs11.lib(str(SOFTHSM)).get_tokens()))
    with token.open(rw=True, user_pin="1234") as session:
        session.generate_key(pkcs11.KeyType.AES, 256, label="kek one", store=True)
    uri = f"pkcs11:token=zkctl;object=kek%20one?module-path={SOFTHSM}"
    check_wraps(open_kek(uri, {"ZKCTL_KEK_PIN": "1234"}))
    for wrong in ("pkcs11:token=zkctl;object=no", "pkcs11:token=no;object=kek%20one"):
        with pytest.raises(
            EnvironmentProblem, match="the key-encryption key cannot be opened in the token"
        ):
            open_kek(f"{wrong}?module-path={SOFTHSM}", {"ZKCTL_KEK_PIN": "1234"})
    with pytest.raises(
        EnvironmentProblem, match="the key-encryption key cannot be opened in the token"
    ):
        open_kek(f"pkcs11:token=zkctl;object=kek?module-path={tmp_path}", {"ZKCTL_KEK_PIN": "1"})


class _Transit(BaseHTTPRequestHandler):
    """The two calls of Vault's transit engine, as its HTTP API describes them."""

    key = os.urandom(32)

    def do_POST(self) -> None:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        cipher, context = AESGCM(self.key), base64.b64decode(body["associated_data"])
        if self.headers["x-vault-token"] != "t":
            self._answer(403, {"errors": ["permission denied"]})
        elif self.path == "/v1/transit/encrypt/zkctl":
            nonce = os.urandom(12)
            raw = nonce + cipher.encrypt(nonce, base64.b64decode(body["plaintext"]), context)
            self._answer(
                200, {"data": {"ciphertext": "vault:v1:" + base64.b64encode(raw).decode()}}
            )
        else:
            try:
                raw = base64.b64decode(body["ciphertext"].removeprefix("vault:v1:") + "==")
                plain = cipher.decrypt(raw[:12], raw[12:], context)
                self._answer(200, {"data": {"plaintext": base64.b64encode(plain).decode()}})
            except (InvalidTag, ValueError):
                self._answer(400, {"errors": ["cipher: message authentication failed"]})

    def _answer(self, status: int, body: object) -> None:
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(raw)))
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def vault() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Transit)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"vault:http://127.0.0.1:{server.server_port}/transit/zkctl"
    server.shutdown()
    server.server_close()


def test_vault(vault: str) -> None:
    pytest.importorskip("hvac")
    check_wraps(open_kek(vault, {"VAULT_TOKEN": "t"}))
    with pytest.raises(
        EnvironmentProblem, match="the key-encryption key cannot be used in Vault: Forbidden"
    ):
        open_kek(vault, {"VAULT_TOKEN": "other"}).wrap(DEK, CONTEXT)


def test_vault_that_does_not_answer() -> None:
    pytest.importorskip("hvac")
    kek = open_kek("vault:http://127.0.0.1:1/transit/zkctl", {"VAULT_TOKEN": "t"})
    with pytest.raises(EnvironmentProblem, match="the key-encryption key cannot be used in Vault"):
        kek.wrap(DEK, CONTEXT)
