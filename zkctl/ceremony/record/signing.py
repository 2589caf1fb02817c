"""The statements that contributors sign, and their Ed25519 signatures.

The name in a key is only a claim; a signature ties a contribution to a public key that its owner can
publish elsewhere.  Keys are in the form of OpenSSH, so that those of ssh-keygen can be used.  A signature
is 128 lower-case hexadecimal digits, or sshsig: and the base64 of a signature by
`ssh-keygen -Y sign -n zkctl-ceremony-v1`.  Every key and signature has one encoding, and keys of small order are refused (`ed25519`).
Sources: RFC 8032 (through the package cryptography); PROTOCOL.sshsig of OpenSSH.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import struct
from typing import TYPE_CHECKING

from zkctl.ceremony.record import ed25519
from zkctl.errors import CheckFailed, FormatError
from zkctl.runtime.records import record

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

_DOMAIN = "zkctl-ceremony-v1"  # also the namespace for ssh-keygen
_QUEUE_DOMAIN = "zkctl-queue-v2"
_SSH_PREFIX, _SSH_MAGIC, _SSH_KIND = "sshsig:", b"SSHSIG", b"ssh-ed25519"
_SSH_LINE = re.compile(r"ssh-ed25519 [A-Za-z0-9+/]{68}")  # of 51 bytes: no padding, no unused bits
_SSH_BEGIN, _SSH_END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"


@record
class SignedStatement:
    """One contribution: its ceremony, number, parent and hash (hex)."""

    ceremony_id: str
    number: int
    parent: str
    contribution: str

    def message(self) -> bytes:
        """Return the bytes that are signed."""
        parts = (_DOMAIN, self.ceremony_id, str(self.number), self.parent, self.contribution)
        return "".join(f"{part}\n" for part in parts).encode()


@record
class QueueEntry:
    """A request to enter a queue: the ceremony, the coordinator (its address and id), its challenge.

    The address is the one that the contributor uses, so that no other coordinator can pass the
    signature on.
    """

    ceremony: str
    address: str
    coordinator: str
    challenge: str
    name: str

    def message(self) -> bytes:
        """Return the signed bytes."""
        parts = (self.ceremony, self.address, self.coordinator, self.challenge, self.name)
        return "".join(f"{part}\n" for part in (_QUEUE_DOMAIN, *parts)).encode()


def new_key() -> bytes:
    """Return a fresh private key as OpenSSH writes it, without a passphrase."""
    return openssh_key(os.urandom(32))


def openssh_key(seed: bytes) -> bytes:
    """Return the private key of a seed of 32 bytes as OpenSSH writes it, without a passphrase."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(seed).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption(),
    )


def public_key_of(private: bytes, where: str) -> str:
    """Return the public half as one line of OpenSSH.  Raises: FormatError."""
    from cryptography.hazmat.primitives import serialization

    public_half = _load(private, where).public_key()
    return public_half.public_bytes(
        serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    ).decode()


def canonical_public_key(public_key: str, where: str) -> str:
    """Return a public key without its comment, in its one form.  Raises: FormatError."""
    from cryptography.hazmat.primitives import serialization

    return (
        _load_public(public_key, where)
        .public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
        .decode()
    )


def sign(private: bytes, statement: SignedStatement, where: str) -> str:
    """Return the signature in hexadecimal.  Raises: FormatError for a key that is not Ed25519."""
    return sign_message(private, statement.message(), where)


def sign_message(private: bytes, message: bytes, where: str) -> str:
    """Return the signature of any bytes in hexadecimal.  Raises: as `sign`."""
    return _load(private, where).sign(message).hex()


def check_signature(
    public_key: str, signature: str, statement: SignedStatement, where: str
) -> None:
    """Check a signature.

    Raises: FormatError for an invalid public key, CheckFailed for a wrong signature.
    """
    message = statement.message()
    if signature.startswith(_SSH_PREFIX):
        _load_public(public_key, where)
        try:
            message, signature = _ssh_signed(public_key, signature, message)
        except (ValueError, struct.error):
            raise CheckFailed("the signature is not that of the public key", where=where) from None
    check_message_signature(public_key, signature, message, where)


def check_signed(public_key: str, signature: str, statement: SignedStatement, where: str) -> None:
    """Check the signature of a statement that may be unsigned: key and signature come together.

    Raises: CheckFailed for a key without a signature; and as `check_signature`.
    """
    if signature:
        check_signature(public_key, signature, statement, where)
    elif public_key:
        raise CheckFailed("there is a public key without a signature", where=where)


def check_message_signature(public_key: str, signature: str, message: bytes, where: str) -> None:
    """Check a signature of any bytes.  Raises: as `check_signature`."""
    from cryptography.exceptions import InvalidSignature

    key = _load_public(public_key, where)
    if not _SSH_LINE.fullmatch(public_key):
        raise FormatError(
            "the public key is not in its one form: expected ssh-ed25519 and the base64 of the key",
            where=where,
        )
    raw = ed25519.parse_signature(signature, where)
    try:
        key.verify(raw, message)
    except InvalidSignature:
        raise CheckFailed("the signature is not that of the public key", where=where) from None


def _load_public(public_key: str, where: str) -> Ed25519PublicKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        key = serialization.load_ssh_public_key(public_key.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise FormatError("the public key is not an OpenSSH public key", where=where) from None
    if not isinstance(key, Ed25519PublicKey):
        raise FormatError("the public key is not an Ed25519 key", where=where)
    ed25519.check_public_key(key.public_bytes_raw(), where)
    return key


def ssh_signature(text: str, where: str) -> tuple[str, str]:
    """Return public key and signature of a file that `ssh-keygen -Y sign` wrote, in the form of receipts.

    Raises: FormatError for another file, or a signature of another kind of key.
    """
    lines = text.split()
    body = "".join(text.strip().splitlines()[1:-1])
    if " ".join(lines[:3]) != _SSH_BEGIN or " ".join(lines[-3:]) != _SSH_END:
        raise FormatError("the file is not a signature of ssh-keygen -Y sign", where=where)
    try:
        blob = _ssh_parts(base64.b64decode(body, validate=True))[0]
        kind, *key = _ssh_strings(blob)
        if kind != _SSH_KIND or [len(part) for part in key] != [ed25519.KEY_BYTES]:
            raise FormatError("the ssh signature is not by an Ed25519 key", where=where)
        ed25519.check_public_key(key[0], where)
    except (ValueError, struct.error):
        raise FormatError(
            "the file is not a signature of ssh-keygen -Y sign", where=where
        ) from None
    return f"{_SSH_KIND.decode()} {base64.b64encode(blob).decode()}", _SSH_PREFIX + body


def _ssh_strings(raw: bytes) -> list[bytes]:
    """Return all length-prefixed strings.  Raises: ValueError, struct.error."""
    found, at = [], 0
    while at < len(raw):
        (length,) = struct.unpack_from(">I", raw, at)
        at += 4 + length
        if at > len(raw):
            raise ValueError
        found.append(raw[at - length : at])
    return found


def _ssh_parts(armour: bytes) -> list[bytes]:
    """Return public key, namespace, reserved, hash, signature.  Raises: ValueError, struct.error."""
    head = _SSH_MAGIC + b"\0\0\0\1"
    parts = _ssh_strings(armour.removeprefix(head))
    if not armour.startswith(head) or len(parts) != 5:
        raise ValueError
    return parts


def _ssh_signed(public_key: str, signature: str, message: bytes) -> tuple[bytes, str]:
    """Return the bytes that ssh-keygen signed, and the signature in hexadecimal.

    Raises: ValueError, struct.error.
    """
    body = signature.removeprefix(_SSH_PREFIX)
    armour = base64.b64decode(body, validate=True)
    if base64.b64encode(armour).decode() != body:
        raise ValueError  # unused bits of the last digit
    key, namespace, reserved, algorithm, signed = _ssh_parts(armour)
    kind, value = _ssh_strings(signed)
    blob = base64.b64decode(public_key.split()[1])
    if (key, namespace, kind) != (blob, _DOMAIN.encode(), _SSH_KIND):
        raise ValueError
    if algorithm not in (b"sha256", b"sha512"):
        raise ValueError
    digest = hashlib.new(algorithm.decode(), message).digest()
    fields = (namespace, reserved, algorithm, digest)
    return _SSH_MAGIC + b"".join(struct.pack(">I", len(f)) + f for f in fields), value.hex()


def _load(private: bytes, where: str) -> Ed25519PrivateKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    is_ssh = b"OPENSSH PRIVATE KEY" in private[:100]
    load = serialization.load_ssh_private_key if is_ssh else serialization.load_pem_private_key
    try:
        key = load(private, password=None)
    except TypeError:
        raise FormatError(
            "the signing key is protected by a passphrase",
            where=where,
            hint="make a key for the ceremony with `generate_signing_key()`",
        ) from None
    except (ValueError, UnsupportedAlgorithm):
        raise FormatError(
            "the signing key is not a private key in OpenSSH or PEM form", where=where
        ) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise FormatError("the signing key is not an Ed25519 key", where=where)
    return key
