"""Hashing to G1 of BLS12-381: the vectors of RFC 9380, appendix J.9.1, and py_ecc's isogeny."""

from __future__ import annotations

from typing import Any

import pytest
from py_ecc.optimized_bls12_381 import constants

from zkctl.curve import BLS12_381, is_in_subgroup
from zkctl.curve import hash_to_curve as module
from zkctl.curve.group import G1Array
from zkctl.curve.hash_to_curve import expand_message, hash_to_g1
from zkctl.errors import UsageError

DST = b"QUUX-V01-CS02-with-BLS12381G1_XMD:SHA-256_SSWU_RO_"
Q = BLS12_381.base_field.modulus
VECTORS = [
    (
        b"",
        "052926add2207b76ca4fa57a8734416c8dc95e24501772c814278700eed6d1e4e8cf62d9c09db0fac349612b759e79a1",
        "08ba738453bfed09cb546dbb0783dbb3a5f1f566ed67bb6be0e8c67e2e81a4cc68ee29813bb7994998f3eae0c9c6a265",
    ),
    (
        b"abc",
        "03567bc5ef9c690c2ab2ecdf6a96ef1c139cc0b2f284dca0a9a7943388a49a3aee664ba5379a7655d3c68900be2f6903",
        "0b9c15f3fe6e5cf4211f346271d7b01c8f3b28be689c8429c85b67af215533311f0b8dfaaa154fa6b88176c229f2885d",
    ),
    (
        b"abcdef0123456789",
        "11e0b079dea29a68f0383ee94fed1b940995272407e3bb916bbf268c263ddd57a6a27200a784cbc248e84f357ce82d98",
        "03a87ae2caf14e8ee52e51fa2ed8eefe80f02457004ba4d486d6aa1f517c0889501dc7413753f9599b099ebcbbd2d709",
    ),
]


@pytest.mark.parametrize(("message", "x", "y"), VECTORS)
def test_vectors_of_the_rfc(message: bytes, x: str, y: str) -> None:
    point = hash_to_g1(message, DST)
    assert point.to_ints() == [((int(x, 16),), (int(y, 16),))]
    assert bool(is_in_subgroup(G1Array.concatenate([point])).all())


def value(coefficients: Any, x: int) -> int:
    return sum(int(c) * pow(x, k, Q) for k, c in enumerate(coefficients)) % Q


@pytest.mark.parametrize("u", [0, 1, 2, 3, Q - 1, Q // 3])
def test_the_isogeny_is_the_one_of_the_table(u: Any) -> None:
    """py_ecc holds the 53 coefficients of RFC 9380, appendix E.2."""
    x, y = module._simplified_swu(u)
    x_num, x_den, y_num, y_den = constants.ISO_11_MAP_COEFFICIENTS
    expected_x = value(x_num, x) * pow(value(x_den, x), -1, Q) % Q
    expected_y = y * value(y_num, x) * pow(value(y_den, x), -1, Q) % Q
    assert module._isogeny(x, y) == (expected_x, expected_y)


def test_the_curve_and_its_constant_are_those_of_the_table() -> None:
    assert (int(constants.ISO_11_A), int(constants.ISO_11_B)) == (module._A, module._B)
    assert constants.ISO_11_Z == module._Z


def test_where_the_formula_divides_by_zero() -> None:
    """u with Z^2 u^4 + Z u^2 = 0 other than 0: x = B / (Z A)."""
    square = -pow(module._Z, -1, Q) % Q
    u = module._square_root(square) or 0
    x, y = module._simplified_swu(u)
    assert y * y % Q == module._right_side(x)


def test_expanded_messages_differ_by_length_and_tag() -> None:
    """RFC 9380 appendix K.1: the first vector of SHA-256."""
    tag = b"QUUX-V01-CS02-with-expander-SHA256-128"
    first = "68a985b87eb6b46952128911f2a4412bbc302a9d759667f87f7a21d803f07235"
    assert expand_message(b"", tag, 32).hex() == first
    assert expand_message(b"", tag, 128)[:32].hex() != first


@pytest.mark.parametrize("tag", [b"", b"x" * 256])
def test_impossible_tags_are_refused(tag: bytes) -> None:
    with pytest.raises(
        UsageError,
        match=r"domain separation tag has a wrong length: expected 1 to 255 bytes, got \d+",
    ):
        hash_to_g1(b"", tag)
