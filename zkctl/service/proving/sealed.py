"""Sealed inputs and results: HPKE messages that only a worker, or only the caller, can open.

A sealed message is the number of its suite (one byte), the eight bytes of a key's id, and the HPKE message (the encapsulated key
and the ciphertext).  Results are sealed to the caller's X25519 key.  The library's one-shot HPKE has no associated data, so that
`info` also has the tenant and the idempotency key: a message that is moved to another circuit, tenant or request does not open.
Source: RFC 9180.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag

from zkctl.errors import InputError, IntegrityError
from zkctl.runtime.records import record
from zkctl.service.proving.sealing_suites import SECRET_BYTES, SUITES, X25519, suite_of_key

if TYPE_CHECKING:
    from collections.abc import Iterable

ID_BYTES = 8
_BY_NUMBER = {suite.number: suite for suite in SUITES}


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
    """Return a sealed message, in the suite of the key.  Raises: InputError for a malformed public key."""
    suite, key_id = suite_of_key(public), key_id_of_public(public)
    try:
        message = suite.hpke.encrypt(plaintext, suite.read_public(public), request.info(key_id))
    except ValueError:
        raise InputError(f"the sealing key is no public key of {suite.name}") from None
    return bytes([suite.number]) + bytes.fromhex(key_id) + message


def key_id_of(message: bytes) -> str:
    """Return the id of the key that a message is sealed to.  Raises: InputError if it is no sealed message."""
    suite = _BY_NUMBER.get(message[0]) if message else None
    if suite is None or len(message) < 1 + ID_BYTES + suite.overhead:
        first = " or ".join(map(str, _BY_NUMBER))
        least = 1 + ID_BYTES + X25519.overhead
        raise InputError(
            f"not a sealed message: expected at least {least} bytes that begin with {first}",
            hint="seal the inputs with the function seal of zkctl.client, or let the command prove seal them",
        )
    return message[1 : 1 + ID_BYTES].hex()


class SealingPrivateKeys:
    """The private keys of a worker by their ids: of each secret one for each suite."""

    def __init__(self, secrets: Iterable[bytes]) -> None:
        self._keys = {
            key_id_of_public(suite.public_of(secret)): (suite, suite.private_of(secret))
            for secret in secrets
            for suite in SUITES
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
        suite, key = self._keys[key_id]
        with suppress(InvalidTag):
            if message[0] == suite.number:
                return suite.hpke.decrypt(message[1 + ID_BYTES :], key, request.info(key_id))
        raise InputError(
            "the sealed message does not open: it was altered or sealed for another request",
            hint="seal with the circuit, tenant and idempotency key of this request",
        )


def seal_result(plaintext: bytes, *, result_key: bytes, job_id: str) -> bytes:
    """Seal a result to the caller's X25519 key.  Raises: InputError for a malformed key."""
    if len(result_key) != X25519.public_bytes:
        raise InputError(
            f"the X25519 key has a wrong length: expected {X25519.public_bytes} bytes, got {len(result_key)}"
        )
    return X25519.hpke.encrypt(plaintext, X25519.read_public(result_key), _result_info(job_id))


def open_result(message: bytes, *, private: bytes, job_id: str) -> bytes:
    """Open a sealed result.  Raises: InputError if it is of another job or key."""
    try:
        return X25519.hpke.decrypt(message, X25519.private_of(private), _result_info(job_id))
    except (InvalidTag, ValueError):
        raise InputError(
            "the sealed result does not open: it is of another job or sealed to another key"
        ) from None


def new_private_key() -> bytes:
    """Return a fresh X25519 private key: any 32 bytes are one."""
    return os.urandom(SECRET_BYTES)


def public_of(private: bytes) -> bytes:
    """Return the public half of an X25519 private key."""
    return X25519.public_of(private)


def check_result_key(raw: bytes) -> None:
    """Check that a result can be sealed to a key.  Raises: InputError."""
    seal_result(b"", result_key=raw, job_id="")


def _result_info(job_id: str) -> bytes:
    return b"zkctl sealed result 1" + _framed([job_id.encode()])


def _framed(parts: Iterable[bytes]) -> bytes:
    return b"".join(len(part).to_bytes(2, "big") + part for part in parts)
