from __future__ import annotations

import hashlib
import random

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers

from tests.gadgets.cases.signature_rsa import DIGEST, MODULUS, SIGNATURE
from zkctl.dsl import Array, Byte, Uint, circuit, private
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.gadgets.signature.rsa import SHA256_PREFIX, verify_rsa_sha256

BITS = 512
RNG = random.Random(512)


def prime(n_bits: int) -> int:
    while True:
        found = RNG.getrandbits(n_bits) | 3 << n_bits - 2 | 1
        if pow(2, found - 1, found) == 1 and (found - 1) % 65537:
            return found


FACTORS = prime(BITS // 2), prime(BITS // 2)
KEY = FACTORS[0] * FACTORS[1]
SECRET = pow(65537, -1, (FACTORS[0] - 1) * (FACTORS[1] - 1))


def limbs(number: int, n: int = BITS // 64) -> list[int]:
    return [number >> 64 * k & (1 << 64) - 1 for k in range(n)]


def encoded(digest: list[int]) -> bytes:
    return b"\0\1" + b"\xff" * (BITS // 8 - 54) + b"\0" + SHA256_PREFIX + bytes(digest)


def of_encoded(message: bytes) -> int:
    return pow(int.from_bytes(message, "big"), SECRET, KEY)


def verify(signature: int, modulus: int = KEY) -> None:
    verify_rsa_sha256(DIGEST, limbs(signature), limbs(modulus), bits=64, key_bits=BITS)


def test_the_vectors_are_those_of_another_implementation() -> None:
    for n_bits, modulus in MODULUS.items():
        key = RSAPublicNumbers(65537, modulus).public_key()
        signature = SIGNATURE[n_bits].to_bytes(n_bits // 8, "big")
        key.verify(signature, b"a message", padding.PKCS1v15(), hashes.SHA256())
    assert list(hashlib.sha256(b"a message").digest()) == DIGEST


def test_a_signature_on_integers() -> None:
    verify(of_encoded(encoded(DIGEST)))


def test_every_byte_of_the_padding_counts() -> None:
    good = encoded(DIGEST)
    for k in range(len(good)):
        changed = bytes([*good[:k], good[k] ^ (1 << k % 7), *good[k + 1 :]])
        if k % 9 == 0 or k < 3:
            with pytest.raises(UnsatisfiedError, match="the big numbers differ"):
                verify(of_encoded(changed))


def test_other_encodings_are_refused() -> None:
    short = (
        b"\0\1" + b"\xff" * 8 + b"\0" + SHA256_PREFIX + bytes(DIGEST)
    )  # more behind: Bleichenbacher 2006
    prefix = bytes.fromhex("302f300b0609608648016503040201") + b"\4\x20"
    without_null = b"\0\1" + b"\xff" * (BITS // 8 - 52) + b"\0" + prefix + bytes(DIGEST)
    for message in (short + bytes(BITS // 8 - len(short)), without_null, bytes(BITS // 8)):
        with pytest.raises(UnsatisfiedError, match="the big numbers differ"):
            verify(of_encoded(message))


def test_numbers_out_of_range() -> None:
    signature = of_encoded(encoded(DIGEST))
    for number in (KEY, KEY + 1, (1 << BITS) - 1):
        with pytest.raises(UnsatisfiedError, match="the RSA signature is not below the modulus"):
            verify(number)
    with pytest.raises(UnsatisfiedError, match="the RSA modulus has too few bits"):
        verify(5, KEY >> 1)
    for number in (0, 1, KEY - 1, KEY - signature):
        with pytest.raises(UnsatisfiedError, match="the big numbers differ"):
            verify(number)


@circuit
def in_other_limbs(
    digest: Array[Byte] = private(32),
    signature: Array[Uint] = private(5, bits=120),
    modulus: Array[Uint] = private(5, bits=120),
) -> None:
    verify_rsa_sha256(digest, signature, modulus, bits=120, key_bits=BITS)


def test_a_circuit_with_limbs_of_another_width() -> None:
    signature = of_encoded(encoded(DIGEST))

    def inputs(*numbers: int) -> dict[str, list[int]]:
        split = [[x >> 120 * k & (1 << 120) - 1 for k in range(5)] for x in numbers]
        return {"digest": DIGEST, "signature": split[0], "modulus": split[1]}

    compiled = in_other_limbs.compile()
    compiled.witness(**inputs(signature, KEY))
    for wrong in ((signature ^ 1, KEY), (KEY - signature, KEY), (signature, KEY + 2)):
        with pytest.raises(UnsatisfiedError):
            compiled.witness(**inputs(*wrong))
    for name, wrong in (("signature", (signature | 1 << 513, KEY)), ("modulus", (signature, KEY | 1 << 512))):  # fmt: skip
        with pytest.raises(UnsatisfiedError, match=f"the RSA {name} has more than 512 bits"):
            compiled.witness(**inputs(*wrong))


def test_refusals() -> None:
    number = limbs(KEY)
    with pytest.raises(CircuitError, match="a SHA-256 digest has 32 bytes: got 31") as caught:
        verify_rsa_sha256(DIGEST[1:], number, number, bits=64, key_bits=BITS)
    assert caught.value.hint == "hash the message first: sha256(message)"
    for key_bits in (488, 500):
        message = f"an RSA key of {key_bits} bits is not possible here: expected a multiple of 8 from 496 bits on"
        with pytest.raises(CircuitError, match=message):
            verify_rsa_sha256(DIGEST, number, number, bits=64, key_bits=key_bits)
    message = "the modulus of 512 bits has the wrong length: expected 8 limbs of 64 bits, got 7"
    with pytest.raises(CircuitError, match=message):
        verify_rsa_sha256(DIGEST, number, number[1:], bits=64, key_bits=BITS)
