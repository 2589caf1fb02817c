"""Sealed inputs and results: HPKE messages that only a worker, or only the caller, can open.

A sealed message is one byte 1, the eight bytes of a key's id, and the HPKE message (the encapsulated key and the ciphertext).
The suite is X25519, HKDF-SHA256, ChaCha20-Poly1305.  The library's one-shot HPKE has no associated data, so that `info` also has
the tenant and the idempotency key: a message that is moved to another circuit, tenant or request does not open.
Source: RFC 9180.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from zkctl.errors import InputError, IntegrityError
from zkctl.runtime.records import record

if TYPE_CHECKING:
    from collections.abc import Iterable

VERSION = 1
KEY_BYTES, ID_BYTES = 32, 8
_OVERHEAD = 1 + ID_BYTES + 32 + 16  # version, id, encapsulated key, tag
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
SUITE_NAME = "x25519-hkdf-sha256-chacha20poly1305"


class SealingKeyGone(IntegrityError):
    """The private key of a sealed message does not exist any more: the client seals and sends again."""


@record
class SealedFor:
    """The request that a message is sealed for; it opens for no other one."""

    circuit_id: str
    tenant: str
    idempotency: bytes = b""

    def info(self, key_id: str) -> bytes:
        """Return the `info` of HPKE: each part with its length in front, so that no two requests have the same."""
        parts = (self.circuit_id.encode(), key_id.encode(), self.tenant.encode(), self.idempotency)
        return b"zkctl sealed inputs 1" + _framed(parts)


def key_id_of_public(public: bytes) -> str:
    """Return the id of a public key: 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(b"zkctl sealing key 1" + public).hexdigest()[: 2 * ID_BYTES]


def seal(plaintext: bytes, *, public: bytes, request: SealedFor) -> bytes:
    """Return a sealed message.  Raises: InputError for a malformed public key."""
    key_id = key_id_of_public(public)
    message = _SUITE.encrypt(plaintext, _public_key(public), request.info(key_id))
    return bytes([VERSION]) + bytes.fromhex(key_id) + message


def key_id_of(message: bytes) -> str:
    """Return the id of the key that a message is sealed to.  Raises: InputError if it is no sealed message."""
    if len(message) < _OVERHEAD or message[0] != VERSION:
        raise InputError(
            f"not a sealed message: expected at least {_OVERHEAD} bytes that begin with {VERSION}",
            hint="seal the inputs with the function seal of zkctl.client, or let the command prove seal them",
        )
    return message[1 : 1 + ID_BYTES].hex()


class SealingPrivateKeys:
    """The private keys of a worker by their ids."""

    def __init__(self, keys: Iterable[bytes]) -> None:
        loaded = [X25519PrivateKey.from_private_bytes(each) for each in keys]
        self._keys = {
            key_id_of_public(each.public_key().public_bytes_raw()): each for each in loaded
        }

    def open(self, message: bytes, request: SealedFor) -> bytes:
        """Return the plaintext.

        Raises: InputError if it is no sealed message or sealed for another request; SealingKeyGone.
        """
        key_id = key_id_of(message)
        if key_id not in self._keys:
            raise SealingKeyGone(
                f"the sealing key {key_id} does not exist any more",
                hint="fetch the sealing keys again and seal to the newest one",
            )
        try:
            return _SUITE.decrypt(message[1 + ID_BYTES :], self._keys[key_id], request.info(key_id))
        except InvalidTag:
            raise InputError(
                "the sealed message does not open: it was altered or sealed for another request",
                hint="seal with the circuit, tenant and idempotency key of this request",
            ) from None


def seal_result(plaintext: bytes, *, result_key: bytes, job_id: str) -> bytes:
    """Seal a result to the caller's X25519 key.  Raises: InputError for a malformed key."""
    return _SUITE.encrypt(plaintext, _public_key(result_key), _result_info(job_id))


def open_result(message: bytes, *, private: bytes, job_id: str) -> bytes:
    """Open a sealed result.  Raises: InputError if it is of another job or key."""
    key = X25519PrivateKey.from_private_bytes(private)
    try:
        return _SUITE.decrypt(message, key, _result_info(job_id))
    except (InvalidTag, ValueError):
        raise InputError(
            "the sealed result does not open: it is of another job or sealed to another key"
        ) from None


def new_private_key() -> bytes:
    """Return a fresh X25519 private key."""
    return X25519PrivateKey.generate().private_bytes_raw()


def public_of(private: bytes) -> bytes:
    """Return the public half of an X25519 private key."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def check_result_key(raw: bytes) -> None:
    """Check that a result can be sealed to a key.  Raises: InputError."""
    seal_result(b"", result_key=raw, job_id="")


def _result_info(job_id: str) -> bytes:
    return b"zkctl sealed result 1" + _framed([job_id.encode()])


def _framed(parts: Iterable[bytes]) -> bytes:
    return b"".join(len(part).to_bytes(2, "big") + part for part in parts)


def _public_key(raw: bytes) -> X25519PublicKey:
    if len(raw) != KEY_BYTES:
        raise InputError(
            f"the X25519 key has a wrong length: expected {KEY_BYTES} bytes, got {len(raw)}"
        )
    return X25519PublicKey.from_public_bytes(raw)
