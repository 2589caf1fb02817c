"""The suites of HPKE that inputs are sealed with: by X25519 alone, and with ML-KEM-768 beside it.

Recorded messages of the second one stay closed even if X25519 is broken later.  Both use HKDF-SHA256 and ChaCha20-Poly1305.
Sources: RFC 9180; draft-ietf-hpke-pq, KEM 0x647a (X-Wing): the key is that of ML-KEM-768, then that of X25519.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from zkctl.errors import InputError
from zkctl.runtime.records import record

SECRET_BYTES = 32
_X25519_BYTES, _MLKEM_BYTES, _MLKEM_SEED_BYTES = 32, 1184, 64
_TAG_BYTES = 16


@record(eq=False)
class SealingSuite:
    """A suite: its number is the first byte of its messages.  Units: bytes."""

    number: int
    name: str
    public_bytes: int
    encapsulated_bytes: int
    hpke: Suite
    read_public: Callable[[bytes], Any]
    private_of: Callable[[bytes], Any]  # of a secret of 32 bytes
    public_of: Callable[[bytes], bytes]

    @property
    def overhead(self) -> int:
        """The bytes of a message that are not those of its content."""
        return self.encapsulated_bytes + _TAG_BYTES


def _x25519_public(secret: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def _parts(secret: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    """Return the two private keys that X-Wing expands a seed into; the seed is another value than the key of X25519 alone."""
    seed = hmac.digest(secret, b"zkctl sealing key mlkem768-x25519", "sha256")
    expanded = hashlib.shake_256(seed).digest(_MLKEM_SEED_BYTES + _X25519_BYTES)
    return (
        MLKEM768PrivateKey.from_seed_bytes(expanded[:_MLKEM_SEED_BYTES]),
        X25519PrivateKey.from_private_bytes(expanded[_MLKEM_SEED_BYTES:]),
    )


def _hybrid_private(secret: bytes) -> MLKEM768X25519PrivateKey:
    return MLKEM768X25519PrivateKey(*_parts(secret))


def _hybrid_public(secret: bytes) -> bytes:
    return b"".join(each.public_key().public_bytes_raw() for each in _parts(secret))


def _read_hybrid(raw: bytes) -> MLKEM768X25519PublicKey:
    return MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(raw[:_MLKEM_BYTES]),
        X25519PublicKey.from_public_bytes(raw[_MLKEM_BYTES:]),
    )


X25519 = SealingSuite(
    1,
    "x25519-hkdf-sha256-chacha20poly1305",
    _X25519_BYTES,
    32,
    Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305),
    X25519PublicKey.from_public_bytes,
    X25519PrivateKey.from_private_bytes,
    _x25519_public,
)
MLKEM768_X25519 = SealingSuite(
    2,
    "mlkem768-x25519-hkdf-sha256-chacha20poly1305",
    _MLKEM_BYTES + _X25519_BYTES,
    1088 + 32,
    Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305),
    _read_hybrid,
    _hybrid_private,
    _hybrid_public,
)
SUITES = (X25519, MLKEM768_X25519)


def suite_of_key(public: bytes) -> SealingSuite:
    """Return the suite of a public key, which its length names.  Raises: InputError."""
    for suite in SUITES:
        if len(public) == suite.public_bytes:
            return suite
    lengths = " or ".join(str(suite.public_bytes) for suite in SUITES)
    raise InputError(
        f"the sealing key has a wrong length: expected {lengths} bytes, got {len(public)}"
    )
