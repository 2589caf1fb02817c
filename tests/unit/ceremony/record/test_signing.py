"""Signatures of contributions: ours, those of ssh keys, and what is refused."""

from __future__ import annotations

import base64
import hashlib
import shutil
import struct
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from tests.conftest import missing
from zkctl.ceremony.record.signing import (
    QueueEntry,
    SignedStatement,
    canonical_public_key,
    check_message_signature,
    check_signature,
    new_key,
    public_key_of,
    sign,
    sign_message,
    ssh_signature,
)
from zkctl.errors import CheckFailed, FormatError

STATEMENT = SignedStatement("c" * 64, 3, "a" * 128, "b" * 128)
NONE = serialization.NoEncryption()
PEM, OPENSSH = serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH


def test_the_signed_bytes() -> None:
    expected = f"zkctl-ceremony-v1\n{'c' * 64}\n3\n{'a' * 128}\n{'b' * 128}\n"
    assert STATEMENT.message() == expected.encode()


@pytest.mark.parametrize("form", [OPENSSH, serialization.PrivateFormat.PKCS8])
def test_keys_of_others(form: Any) -> None:
    private = ed25519.Ed25519PrivateKey.generate().private_bytes(PEM, form, NONE)
    public = public_key_of(private, "k")
    assert public.startswith("ssh-ed25519 AAAA")
    check_signature(public, sign(private, STATEMENT, "k"), STATEMENT, "k")


@pytest.mark.parametrize("field", ["ceremony_id", "number", "parent", "contribution"])
def test_every_part_is_signed(field: str) -> None:
    private = new_key()
    signature, public = sign(private, STATEMENT, "k"), public_key_of(private, "k")
    check_signature(public, signature, STATEMENT, "k")
    other = replace(STATEMENT, **{field: 4 if field == "number" else "d"})
    with pytest.raises(CheckFailed, match="the signature is not that of the public key"):
        check_signature(public, signature, other, "k")


def test_other_signatures_and_keys() -> None:
    private = new_key()
    public = public_key_of(private, "k")
    for signature in ("", "zz", "00" * 64, sign(new_key(), STATEMENT, "k")):
        with pytest.raises(CheckFailed, match="the signature is not that of the public key"):
            check_signature(public, signature, STATEMENT, "k")
    other = ec.generate_private_key(ec.SECP256R1())
    ssh = other.public_key().public_bytes(
        serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    )
    with pytest.raises(FormatError, match="the public key is not an Ed25519 key"):
        check_signature(ssh.decode(), "00", STATEMENT, "k")
    with pytest.raises(FormatError, match="the public key is not an OpenSSH public key"):
        check_signature("nothing", "00", STATEMENT, "k")
    with pytest.raises(FormatError, match="the signing key is not an Ed25519 key"):
        sign(other.private_bytes(PEM, OPENSSH, NONE), STATEMENT, "k")
    with pytest.raises(
        FormatError, match="the signing key is not a private key in OpenSSH or PEM form"
    ):
        sign(b"nothing", STATEMENT, "k")


def test_a_passphrase_is_not_asked_for() -> None:
    encryption = serialization.BestAvailableEncryption(b"secret")
    key = ed25519.Ed25519PrivateKey.generate()
    locked = key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, encryption)
    with pytest.raises(FormatError, match="the signing key is protected by a passphrase"):
        public_key_of(locked, "k")


def test_what_is_signed_to_enter_a_queue() -> None:
    message = QueueEntry("c" * 64, "https://a.example/", "e" * 32, "d" * 32, "Ann").message()
    assert message == (
        f"zkctl-queue-v2\n{'c' * 64}\nhttps://a.example/\n{'e' * 32}\n{'d' * 32}\nAnn\n".encode()
    )
    private = new_key()
    public, signature = public_key_of(private, "k"), sign_message(private, message, "k")
    check_message_signature(public, signature, message, "k")
    with pytest.raises(CheckFailed, match="the signature is not that of the public key"):
        check_message_signature(public, signature, message + b"x", "k")
    with pytest.raises(CheckFailed, match="the signature is not that of the public key"):
        check_message_signature(public, sign(private, STATEMENT, "k"), message, "k")


def test_one_way_to_write_a_public_key() -> None:
    public = public_key_of(new_key(), "k")
    for written in (public, f"{public} ann@laptop", f"{public} \n"):
        assert canonical_public_key(written, "k") == public
    with pytest.raises(FormatError, match="the public key is not an OpenSSH public key"):
        canonical_public_key(public[:-5], "k")


# -- signatures of ssh-keygen


def ssh_keygen(folder: Path, kind: str = "ed25519", namespace: str = "zkctl-ceremony-v1") -> str:
    """What the real program signs of the statement."""
    if shutil.which("ssh-keygen") is None:
        missing("no ssh-keygen")
    key, text = folder / f"key-{kind}", folder / f"{namespace}.txt"
    text.write_bytes(STATEMENT.message())
    words = ["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", str(key)]
    key.exists() or subprocess.run(words, check=True, capture_output=True)
    words = ["ssh-keygen", "-Y", "sign", "-f", str(key), "-n", namespace, str(text)]
    subprocess.run(words, check=True, capture_output=True)
    return text.with_name(text.name + ".sig").read_text()


def test_a_signature_of_ssh_keygen(tmp_path: Path) -> None:
    public, signature = ssh_signature(ssh_keygen(tmp_path), "s")
    assert (tmp_path / "key-ed25519.pub").read_text().startswith(public)
    check_signature(public, signature, STATEMENT, "s")
    message = "the signature is not that of the public key"
    for field in ("ceremony_id", "number", "parent", "contribution"):
        other = replace(STATEMENT, **{field: 4 if field == "number" else "d"})
        with pytest.raises(CheckFailed, match=message):
            check_signature(public, signature, other, "s")
    with pytest.raises(CheckFailed, match=message):  # somebody else's key
        check_signature(public_key_of(new_key(), "k"), signature, STATEMENT, "s")


@pytest.mark.parametrize("public", ["", "ssh-ed25519", "garbage AAAA"])
def test_an_ssh_signature_by_no_public_key(tmp_path: Path, public: str) -> None:
    _, signature = ssh_signature(ssh_keygen(tmp_path), "s")
    with pytest.raises(FormatError, match="the public key is not an OpenSSH public key"):
        check_signature(public, signature, STATEMENT, "s")


def test_another_namespace_is_refused(tmp_path: Path) -> None:
    public, signature = ssh_signature(ssh_keygen(tmp_path, namespace="git"), "s")
    with pytest.raises(CheckFailed, match="the signature is not that of the public key"):
        check_signature(public, signature, STATEMENT, "s")


def test_every_byte_of_an_ssh_signature_counts(tmp_path: Path) -> None:
    public, signature = ssh_signature(ssh_keygen(tmp_path), "s")
    raw = base64.b64decode(signature.removeprefix("sshsig:"))
    for k in range(len(raw)):
        changed = bytearray(raw)
        changed[k] ^= 1
        text = "sshsig:" + base64.b64encode(changed).decode()
        with pytest.raises(CheckFailed, match="the signature is not that of the public key"):
            check_signature(public, text, STATEMENT, "s")


def packed(*strings: bytes) -> bytes:
    return b"".join(struct.pack(">I", len(string)) + string for string in strings)


def armoured(blob: bytes) -> str:
    text = base64.b64encode(blob).decode()
    return f"-----BEGIN SSH SIGNATURE-----\n{text}\n-----END SSH SIGNATURE-----\n"


def test_the_parts_of_an_ssh_signature(tmp_path: Path) -> None:
    """Magic and version before them, five of them."""
    _, signature = ssh_signature(ssh_keygen(tmp_path), "s")
    raw = base64.b64decode(signature.removeprefix("sshsig:"))
    ssh_signature(armoured(raw), "s")
    for bad in (raw[10:], raw + packed(b""), raw[:10] + packed(b"ssh-ed25519")):
        with pytest.raises(FormatError, match="the file is not a signature of ssh-keygen -Y sign"):
            ssh_signature(armoured(bad), "s")


@pytest.mark.parametrize(
    ("algorithm", "namespace", "kind"),
    [
        (b"sha1", b"zkctl-ceremony-v1", b"ssh-ed25519"),
        (b"md5", b"zkctl-ceremony-v1", b"ssh-ed25519"),
        (b"sha512", b"file", b"ssh-ed25519"),
        (b"sha512", b"zkctl-ceremony-v1", b"ssh-rsa"),
    ],
)
def test_what_an_ed25519_key_signed_otherwise(
    algorithm: bytes, namespace: bytes, kind: bytes
) -> None:
    """Signatures that hold, of what we do not accept."""
    private = new_key()
    public = public_key_of(private, "k")

    def made(algorithm: bytes, namespace: bytes, kind: bytes) -> str:
        digest = hashlib.new(algorithm.decode(), STATEMENT.message()).digest()
        signed = b"SSHSIG" + packed(namespace, b"", algorithm, digest)
        value = packed(kind, bytes.fromhex(sign_message(private, signed, "k")))
        blob = base64.b64decode(public.split()[1])
        armour = b"SSHSIG\0\0\0\1" + packed(blob, namespace, b"", algorithm, value)
        return "sshsig:" + base64.b64encode(armour).decode()

    good = made(b"sha512", b"zkctl-ceremony-v1", b"ssh-ed25519")
    check_signature(public, good, STATEMENT, "s")
    with pytest.raises(CheckFailed, match="the signature is not that of the public key"):
        check_signature(public, made(algorithm, namespace, kind), STATEMENT, "s")


def test_what_is_no_ssh_signature(tmp_path: Path) -> None:
    good = ssh_keygen(tmp_path)
    lines = good.splitlines()
    for text in (
        "",
        "nothing",
        lines[0],
        "\n".join([*lines[:1], "!", lines[-1]]),
        good.replace("U1NI", "U1NJ"),
        good.replace("BEGIN SSH", "BEGIN PGP"),
        good.replace("END SSH", "END PGP"),
    ):
        with pytest.raises(FormatError, match="the file is not a signature of ssh-keygen -Y sign"):
            ssh_signature(text, "s")
    with pytest.raises(FormatError, match="the ssh signature is not by an Ed25519 key"):
        ssh_signature(ssh_keygen(tmp_path, "ecdsa", "other"), "s")


def test_a_file_of_another_kind_of_key_is_refused(tmp_path: Path) -> None:
    """The kind of the key and the length of its only value, each alone."""
    _, signature = ssh_signature(ssh_keygen(tmp_path), "s")
    raw = base64.b64decode(signature.removeprefix("sshsig:"))
    length = int.from_bytes(raw[10:14], "big")
    blob, rest = raw[14 : 14 + length], raw[14 + length :]
    value = blob[-32:]
    for other in (
        packed(b"ssh-rsa", value),
        packed(b"ssh-ed25519"),
        packed(b"ssh-ed25519", value, b""),
        packed(b"ssh-ed25519", value, value),
        packed(b"ssh-ed25519", value + b"\0"),
    ):
        with pytest.raises(FormatError, match="the ssh signature is not by an Ed25519 key"):
            ssh_signature(armoured(raw[:10] + packed(other) + rest), "s")


def test_unused_bits_of_an_ssh_signature_are_refused(tmp_path: Path) -> None:
    """Base64 whose last digit has bits that no byte takes would be a second text of one signature."""
    public, signature = ssh_signature(ssh_keygen(tmp_path), "s")
    raw = base64.b64decode(signature.removeprefix("sshsig:"))
    body = base64.b64encode(raw).decode()
    assert body.endswith("="), "the length of these signatures leaves bits unused"
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    last = body.rstrip("=")[-1]
    spelled = body.rstrip("=")[:-1] + digits[digits.index(last) + 1] + "=" * body.count("=")
    assert base64.b64decode(spelled, validate=True) == raw
    check_signature(public, f"sshsig:{body}", STATEMENT, "s")
    with pytest.raises(CheckFailed, match="the signature is not that of the public key"):
        check_signature(public, f"sshsig:{spelled}", STATEMENT, "s")
