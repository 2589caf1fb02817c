"""The suites of sealed messages: keys from a secret, and messages that the library opens."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from zkctl.errors import InputError
from zkctl.service.proving.sealing_suites import SUITES, X25519, SealingSuite, suite_of_key

SECRET = bytes(range(32))


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_sizes(suite: SealingSuite) -> None:
    public = suite.public_of(SECRET)
    assert len(public) == suite.public_bytes
    assert suite_of_key(public) is suite
    message = suite.hpke.encrypt(b"inputs", suite.read_public(public), b"info")
    assert len(message) == len(b"inputs") + suite.overhead
    assert suite.hpke.decrypt(message, suite.private_of(SECRET), b"info") == b"inputs"


def test_the_keys_are_independent() -> None:
    """The seed of the second suite is expanded by SHAKE256, as X-Wing says, and is not the private key of the first one."""
    seed = hmac.digest(SECRET, b"zkctl sealing key mlkem768-x25519", "sha256")
    expanded = hashlib.shake_256(seed).digest(96)
    mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64]).public_key().public_bytes_raw()
    x25519 = X25519PrivateKey.from_private_bytes(expanded[64:]).public_key().public_bytes_raw()
    assert SUITES[1].public_of(SECRET) == mlkem + x25519
    assert x25519 != X25519.public_of(SECRET)


def test_a_key_of_another_length() -> None:
    with pytest.raises(
        InputError, match="the sealing key has a wrong length: expected 32 or 1216 bytes, got 33"
    ):
        suite_of_key(bytes(33))
