"""RSA signatures, PKCS#1 v1.5 with SHA-256 and the exponent 65537 (RFC 8017, section 8.2.2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zkctl.dsl import Array, Byte, Uint, constrain, gadget
from zkctl.dsl.spans import circuit_error
from zkctl.gadgets.number.big import (
    big_from_bits,
    big_from_bytes,
    big_less_than,
    big_to_bits,
    check_limbs,
    enforce_big_equal,
)
from zkctl.gadgets.number.big_mod import power_of_reduced
from zkctl.gadgets.sizes import as_text

EXPONENT = 65537
DIGEST_BYTES = 32
# RFC 8017, section 9.2, note 1: the DER encoding of DigestInfo up to the digest
SHA256_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")
_INNER_BITS = 32  # of limbs inside: the fewest rows for products and carries together without long combinations
_LEAST_PADDING = 8  # bytes 0xff


@gadget
def verify_rsa_sha256(
    digest: Sequence[Byte], signature: Array[Uint], modulus: Array[Uint], *, bits: int, key_bits: int = 2048
) -> None:  # fmt: skip
    """Enforce that a signature of a SHA-256 digest is valid: RSASSA-PKCS1-v1_5 with the exponent 65537.

    signature and modulus are integers in limbs of `bits` bits, the lowest first, as many as key_bits need.
    Assumes:  nothing about the key but that its owner made it: a modulus whose factors a prover knows lets him sign.
    Enforces: the modulus has exactly key_bits bits; signature < modulus; signature^65537 modulo the modulus is the whole encoded message
              0x00 0x01 0xff ... 0xff 0x00 DigestInfo digest, each byte of it, so nothing can be hidden in the padding.
    Cost:     for 2048 bits about 88,000 constraints, and the bits of limbs whose bits were not made yet.
    """
    if len(digest) != DIGEST_BYTES:
        raise circuit_error(
            f"a SHA-256 digest has {DIGEST_BYTES} bytes: got {len(digest)}",
            hint="hash the message first: sha256(message)",
        )
    least = 8 * (3 + _LEAST_PADDING + len(SHA256_PREFIX) + DIGEST_BYTES)
    if key_bits < least or key_bits % 8:
        raise circuit_error(
            f"an RSA key of {as_text(key_bits)} bits is not possible here: expected a multiple of 8 from {least} bits on"
        )
    check_limbs(signature, bits)
    base = _inner("signature", signature, bits, key_bits)
    inner_modulus = _inner("modulus", modulus, bits, key_bits)
    top_bit = big_to_bits(inner_modulus[-1:], bits=_INNER_BITS)[(key_bits - 1) % _INNER_BITS]
    constrain(top_bit == 1, "the RSA modulus has too few bits")
    constrain(
        big_less_than(base, inner_modulus, bits=_INNER_BITS),
        "the RSA signature is not below the modulus",
    )
    power = power_of_reduced(base, EXPONENT, inner_modulus, bits=_INNER_BITS)
    # the encoded message is below the modulus: its first byte is 0.  So the power is the remainder itself
    padded = big_from_bytes(_encoded(digest, key_bits), bits=_INNER_BITS)
    enforce_big_equal(power, padded, bits=_INNER_BITS)


def _encoded(digest: Sequence[Byte], key_bits: int) -> list[Any]:
    """Return the encoded message of RFC 8017, section 9.2."""
    n_padding = key_bits // 8 - 3 - len(SHA256_PREFIX) - DIGEST_BYTES
    return [0, 1, *[0xFF] * n_padding, 0, *SHA256_PREFIX, *digest]


def _inner(name: str, number: Array[Uint], bits: int, key_bits: int) -> Array[Uint]:
    """Return a number of key_bits bits in limbs of the width used inside."""
    n_limbs = -(-key_bits // bits)
    if len(number) != n_limbs:
        raise circuit_error(
            f"the {name} of {as_text(key_bits)} bits has the wrong length:"
            f" expected {as_text(n_limbs)} limbs of {bits} bits, got {len(number)}"
        )
    spelled = big_to_bits(number, bits=bits)
    above = spelled[key_bits:]
    if len(above):
        constrain(above.sum() == 0, f"the RSA {name} has more than {key_bits} bits")
    return big_from_bits(spelled[:key_bits], bits=_INNER_BITS)
