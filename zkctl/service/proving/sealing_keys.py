"""The sealing keys of a service: derived from one secret, new ones each day, one for each suite, published with a signature.

Every host that has the secret derives the same keys, so that a sealed job can be proved by any of them and after a restart.  The
parent holds the secret and hands private keys to workers; the API process receives the signed public documents only.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from zkctl.errors import EnvironmentProblem, FormatError, InputError, IntegrityError
from zkctl.runtime.records import record
from zkctl.service.proving.sealed import SealedFor, key_id_of_public, seal
from zkctl.service.proving.sealing_suites import SUITES, SealingSuite, suite_of_key

DAY_S = 86_400
_DOMAIN = "zkctl-sealing-key-v1"
SUITE_NAMES = tuple(suite.name for suite in SUITES)


@record
class PublishedSealingKey:
    """A public key, the seconds since 1970 between which clients may seal to it, and the service's signature."""

    id: str
    public: bytes
    not_before: int
    not_after: int
    signature: str

    @property
    def suite(self) -> SealingSuite:
        """The suite that the key is of."""
        return suite_of_key(self.public)

    def message(self) -> bytes:
        """Return the signed bytes."""
        return signed_message(self.public, self.not_before, self.not_after)

    def document(self) -> dict[str, Any]:
        """Return the member of the answer of GET /v1/zkp/sealing-keys."""
        return {
            "id": self.id,
            "suite": self.suite.name,
            "publicKey": base64.urlsafe_b64encode(self.public).decode().rstrip("="),
            "notBefore": self.not_before,
            "notAfter": self.not_after,
            "signature": self.signature,
        }


def parse_sealing_key(document: Mapping[str, Any]) -> PublishedSealingKey:
    """Return the key of a document; the signature is not checked.  Raises: FormatError."""
    if document.get("suite", SUITE_NAMES[0]) not in SUITE_NAMES:
        known = " or ".join(SUITE_NAMES)
        raise FormatError(f"the suite of the sealing key is unknown: expected {known}")
    try:
        public = base64.urlsafe_b64decode(str(document["publicKey"]) + "==")
        times = int(document["notBefore"]), int(document["notAfter"])
        signature, is_of_suite = str(document["signature"]), suite_of_key(public).name == document["suite"]  # fmt: skip
    except (KeyError, ValueError, TypeError, InputError):
        is_of_suite = False
    if not is_of_suite:
        raise FormatError(
            "the sealing key is malformed: expected publicKey, suite, notBefore, notAfter, signature"
        )
    return PublishedSealingKey(key_id_of_public(public), public, *times, signature)


def signed_message(public: bytes, not_before: int, not_after: int) -> bytes:
    """Return the bytes that the signature of a sealing key covers."""
    name = suite_of_key(public).name
    parts = (_DOMAIN, name, public.hex(), str(not_before), str(not_after))
    return "".join(f"{part}\n" for part in parts).encode()


def private_key(secret: bytes, day: int) -> bytes:
    """Return the secret that the private keys of a day (days since 1970) are made of: HMAC-SHA-256 of the service's secret."""
    return hmac.digest(secret, f"zkctl sealing key 1 of day {day}".encode(), "sha256")


def private_keys(secret: bytes, now: float, *, kept_s: float) -> list[bytes]:
    """Return the private keys that messages may still be sealed to: of today, of tomorrow, and of days whose jobs may still wait.

    Clients may seal to a key until the end of its day; the job then waits at most `kept_s` seconds.
    """
    first = int((now - kept_s) // DAY_S)
    return [private_key(secret, day) for day in range(first, int(now // DAY_S) + 2)]


def published_keys(secret: bytes, signing_key: bytes, now: float) -> list[PublishedSealingKey]:
    """Return the keys of today and tomorrow, signed, those of today first and that of the first suite before the others.

    Raises: EnvironmentProblem for a signing key that is not 32 bytes.
    """
    if len(signing_key) != 32:
        raise EnvironmentProblem(
            f"the signing key has a wrong length: expected 32 bytes, got {len(signing_key)}",
            hint="write 32 random bytes to the file of ZKCTL_SIGNING_KEY_FILE",
        )
    signer = Ed25519PrivateKey.from_private_bytes(signing_key)
    found = []
    for day in (int(now // DAY_S), int(now // DAY_S) + 1):
        since, until = day * DAY_S, (day + 1) * DAY_S
        for suite in SUITES:
            public = suite.public_of(private_key(secret, day))
            signature = signer.sign(signed_message(public, since, until)).hex()
            found.append(
                PublishedSealingKey(key_id_of_public(public), public, since, until, signature)
            )
    return found


def signing_public_key(signing_key: bytes) -> str:
    """Return the public half of the service's Ed25519 key in hexadecimal."""
    return Ed25519PrivateKey.from_private_bytes(signing_key).public_key().public_bytes_raw().hex()


def check_sealing_key(key: PublishedSealingKey, signed_by: str) -> None:
    """Check the signature of a published key.  Raises: IntegrityError."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(signed_by)).verify(
            bytes.fromhex(key.signature), key.message()
        )
    except (InvalidSignature, ValueError):
        raise IntegrityError(
            "the sealing key is not signed by the service's key",
            hint="compare the service's public key with the one that its owner published",
        ) from None


class SealingKeys:
    """The published keys as the API process sees them; the parent replaces them each day."""

    def __init__(self, keys: Sequence[PublishedSealingKey], signed_by: str) -> None:
        self._keys, self.signed_by = list(keys), signed_by

    def replace(self, keys: Sequence[PublishedSealingKey]) -> None:
        """Take the keys of a new day; those of the days before stay known for a while."""
        newest = {key.id for key in keys}
        self._keys = [*keys, *(key for key in self._keys if key.id not in newest)][
            : 4 * len(SUITES)
        ]

    def documents(self) -> list[dict[str, Any]]:
        """Return the published keys, those of today first."""
        return [key.document() for key in self._keys]

    def is_known(self, key_id: str) -> bool:
        """Return whether a message may be sealed to this key."""
        return any(key.id == key_id for key in self._keys)

    def seal(self, plaintext: bytes, request: SealedFor) -> bytes:
        """Seal a plaintext that arrived in clear, before it is stored.  Raises: EnvironmentProblem without a key."""
        if not self._keys:
            raise EnvironmentProblem("the service has no sealing key", hint="start it as a prover")
        return seal(plaintext, public=self._keys[0].public, request=request)
