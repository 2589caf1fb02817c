"""Content at rest: AES-256-GCM under its own data key, which a key-encryption key wraps.

Destroying the wrapped data key destroys the content, also in copies of the database that have the content only.
"""

from __future__ import annotations

import os

from zkctl.errors import IntegrityError
from zkctl.runtime.records import record
from zkctl.service.proving.data.kek import KEY_BYTES, NONCE_BYTES, KekRing, KeyEncryptionKey


@record
class Envelope:
    """Sealed content, its wrapped data key, and the id of the KEK."""

    sealed: bytes
    dek: bytes
    kek_id: str


def seal(kek: KeyEncryptionKey, content: bytes, context: bytes) -> Envelope:
    """Seal content under a new data key; it opens with the same context only."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    key, nonce = os.urandom(KEY_BYTES), os.urandom(NONCE_BYTES)
    sealed = nonce + AESGCM(key).encrypt(nonce, content, context)
    return Envelope(sealed, kek.wrap(key, context), kek.kek_id)


def open_envelope(kek: KeyEncryptionKey, envelope: Envelope, context: bytes) -> bytes:
    """Return the content.  Raises: IntegrityError for another KEK or context, or changed bytes."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    known = kek.kek_ids if isinstance(kek, KekRing) else (kek.kek_id,)
    if envelope.kek_id not in known:
        raise IntegrityError(
            f"the content is sealed with another key: expected {kek.kek_id}, got {envelope.kek_id}"
        )
    own = kek.named(envelope.kek_id) if isinstance(kek, KekRing) else kek
    key = own.unwrap(envelope.dek, context)
    nonce, rest = envelope.sealed[:NONCE_BYTES], envelope.sealed[NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, rest, context)
    except (InvalidTag, ValueError):
        raise IntegrityError("the sealed content was changed") from None
