"""Logic of many bits at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from zkctl.dsl import Bit, dot, gadget, xor_all
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.wires import proven
from zkctl.gadgets.compare import is_zero


@gadget
def all_of(bits: Sequence[Bit]) -> Bit:
    """Return 1 if every bit is 1.

    Assumes:  nothing.
    Enforces: the returned bit is the product of the bits: [n - their sum == 0], which is below p.
    Cost:     2 constraints for any number of bits, n - 1 for two or three.
    """
    _check_some("all_of", bits)
    return _all_of(bits)


@gadget
def any_of(bits: Sequence[Bit]) -> Bit:
    """Return 1 if a bit at least is 1.

    Assumes:  nothing.
    Enforces: the returned bit is 1 unless every bit is 0, as all_of.
    Cost:     2 constraints for any number of bits, n - 1 for two or three.
    """
    _check_some("any_of", bits)
    return ~_all_of([~bit for bit in bits])


@gadget
def none_of(bits: Sequence[Bit]) -> Bit:
    """Return 1 if no bit is 1.

    Assumes:  nothing.
    Enforces: the returned bit is 1 if every bit is 0, else 0, as all_of.
    Cost:     2 constraints for any number of bits, n - 1 for two or three.
    """
    _check_some("none_of", bits)
    return _all_of([~bit for bit in bits])


@gadget
def parity(bits: Sequence[Bit]) -> Bit:
    """Return 1 if an odd number of the bits is 1: their xor.

    Assumes:  nothing.
    Enforces: the returned bit is the xor of the bits: of three at a time, or the lowest of the sum's bits, which are unique.
    Cost:     half of n constraints, or as many as n has binary digits where that is less.
    """
    _check_some("parity", bits)
    return cast(Bit, xor_all(*bits))


def _all_of(bits: Sequence[Bit]) -> Bit:
    unknown = [bit for bit in bits if bit.known_constant != 1]
    if len(unknown) >= bits[0].field.modulus:  # their sum may pass p
        half = len(unknown) // 2
        return _all_of(unknown[:half]) & _all_of(unknown[half:])
    if len(unknown) > 3:
        return is_zero(dot([-1] * len(unknown), unknown, len(unknown)))
    product = bits[0] * 0 + 1
    for bit in unknown:
        product = product * bit
    return cast(Bit, proven(product, (0, 1)))


def _check_some(name: str, bits: Sequence[Bit]) -> None:
    if len(bits) == 0:
        raise circuit_error(f"{name} needs a bit at least", hint="pass the bits as a list")
