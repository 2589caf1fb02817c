"""Non-negative integers of any length, in limbs: an Array of Uints, the lowest first, each below 2^bits.

Limbs are canonical: each number has one form for a length, so two numbers are equal where all limbs are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from zkctl.dsl import Array, Bit, Byte, Ints, Signal, Uint, advice, constrain, dot, gadget
from zkctl.dsl.advice import join, split
from zkctl.dsl.decomposition import enforce_width
from zkctl.dsl.spans import circuit_error
from zkctl.gadgets.bits import from_bits, to_bits
from zkctl.gadgets.compare import is_equal, less_than
from zkctl.gadgets.number.polynomials import combination, enforce_zero, of_limbs, product
from zkctl.gadgets.select import select
from zkctl.gadgets.sizes import as_text, check_size


@gadget(stamped=True)
def big_add(a: Array[Uint], b: Array[Uint], *, bits: int) -> Array[Uint]:
    """Return a + b, one limb longer than the longer of both.

    Assumes:  nothing: limbs wider than `bits` are refused when the circuit is compiled.
    Enforces: result == a + b over the integers: for each limb, sum and carry are the bits of a_k + b_k + carry < 2^(bits + 1), which is
              below p; each limb of the result is below 2^bits.
    Cost:     bits + 1 constraints for each limb of the longer one.
    """
    a, b = _same_length(a, b, bits)
    carry = cast(Uint, a[0] * 0)
    limbs = []
    for x, y in zip(a, b, strict=True):
        summed = cast(Uint, x + y + carry)
        limbs.append(_low(summed, bits))
        carry = summed >> bits
    return Array([*limbs, carry])


@gadget(stamped=True)
def big_subtract(a: Array[Uint], b: Array[Uint], *, bits: int) -> Array[Uint]:
    """Return a - b, as long as the longer of both; a witness with a < b is refused.

    Assumes:  nothing: limbs wider than `bits` are refused when the circuit is compiled.
    Enforces: a >= b, result == a - b over the integers: for each limb but the highest, the result and the borrow are the bits of
              a_k - b_k - borrow + 2^bits, in 0 .. 2^(bits + 1) - 1 and below p; the highest has no borrow.
    Cost:     bits + 1 constraints for each limb, bits for the highest.
    """
    a, b = _same_length(a, b, bits)
    borrow: Signal = a[0] * 0
    limbs = []
    for k, (x, y) in enumerate(zip(a, b, strict=True)):
        difference = x - y - borrow
        if k + 1 == len(a):
            limbs.append(enforce_width(difference, bits, "a negative difference of big numbers"))
            break
        shifted = cast(Uint, difference + (1 << bits))
        limbs.append(_low(shifted, bits))
        borrow = 1 - (shifted >> bits)
    return Array(limbs)


@gadget(stamped=True)
def big_multiply(a: Array[Uint], b: Array[Uint], *, bits: int) -> Array[Uint]:
    """Return a * b, as long as both together.

    Assumes:  nothing: limbs wider than `bits` are refused when the circuit is compiled.
    Enforces: result == a * b over the integers, by the carries of the polynomial a * b - result, whose sums stay within p; each limb of
              the result is below 2^bits.
    Cost:     for n and m limbs n + m - 1 products, bits * (n + m) for the result, and carries of a little more than `bits` each for as many
              coefficients as the field holds at once.
    """
    check_limbs(a, bits)
    check_limbs(b, bits)
    n_limbs = len(a) + len(b)
    limbs = _product(a, b, bits=bits)
    result = [enforce_width(limb, bits, "a limb of the product is too large") for limb in limbs]
    assert len(result) == n_limbs
    difference = combination([1, -1], [product(of_limbs(a), of_limbs(b)), of_limbs(result)])
    enforce_zero(difference, bits, "not the product of big numbers")
    return Array(result)


@advice
def _product(a: Ints, b: Ints, *, bits: int) -> Ints:
    return cast(Ints, split(join(a, bits) * join(b, bits), bits, len(a) + len(b)))


@gadget(stamped=True)
def big_less_than(a: Array[Uint], b: Array[Uint], *, bits: int) -> Bit:
    """Return 1 if a < b, else 0.

    Assumes:  nothing: limbs wider than `bits` are refused when the circuit is compiled.
    Enforces: the result is [x < y] for x and y, the highest limbs that differ (the lowest ones if none does), so it is [a < b].
    Cost:     4 constraints for each limb but the lowest, bits + 1 for the comparison.
    """
    a, b = _same_length(a, b, bits)
    x, y = a[0], b[0]
    for above_x, above_y in zip(a[1:], b[1:], strict=True):
        same = is_equal(above_x, above_y)
        x, y = select(same, x, above_x), select(same, y, above_y)
    return less_than(x, y)


@gadget
def enforce_big_equal(a: Array[Uint], b: Array[Uint], *, bits: int) -> None:
    """Enforce that two numbers are equal; the longer one's additional limbs must be 0.

    Assumes:  nothing: limbs wider than `bits` are refused when the circuit is compiled.
    Enforces: a == b over the integers: as many limbs as stay below p together are compared at once.
    Cost:     1 (linear) for each such group of limbs.
    """
    a, b = _same_length(a, b, bits)
    size = (a[0].field.n_bits - 1) // bits
    for k in range(0, len(a), size):
        factors = [1 << bits * i for i in range(len(a[k : k + size]))]
        x, y = dot(factors, a[k : k + size].flat), dot(factors, b[k : k + size].flat)
        constrain(x == y, "the big numbers differ")


@gadget
def big_from_bits(number: Sequence[Bit], *, bits: int) -> Array[Uint]:
    """Return the number that bits spell, the lowest first.

    Assumes:  nothing.
    Enforces: the result is the sum of 2^k * bit_k; the highest limb may be shorter.
    Cost:     0 constraints.
    """
    if len(number) == 0:
        raise circuit_error("big_from_bits needs at least one bit")
    _check_width(number[0], bits)
    parts = [number[k : k + bits] for k in range(0, len(number), bits)]
    return Array([from_bits(part) for part in parts])


@gadget
def big_to_bits(a: Array[Uint], *, bits: int) -> Array[Bit]:
    """Return the bits of a number, the lowest first, `bits` for each limb.

    Assumes:  nothing: limbs wider than `bits` are refused when the circuit is compiled.
    Enforces: a is the sum of 2^k * bit_k.
    Cost:     0 where the limbs were range checked before, else their widths.
    """
    check_limbs(a, bits)
    return Array([bit for limb in a for bit in to_bits(limb, bits)])


@gadget
def big_from_bytes(data: Sequence[Byte], *, bits: int) -> Array[Uint]:
    """Return the number that bytes spell, the highest first (big-endian, as in RSA and ECDSA).

    Assumes:  nothing: each byte has at most 8 bits by its type.
    Enforces: the result is the sum of 256^k * byte_(n - 1 - k).
    Cost:     0 constraints if `bits` is a multiple of 8, else the bits of bytes whose bits were not made yet.
    """
    if len(data) == 0:
        raise circuit_error("big_from_bytes needs at least one byte")
    _check_width(data[0], bits)
    lowest_first = list(reversed(data))
    if bits % 8:
        return big_from_bits([bit for byte in lowest_first for bit in to_bits(byte, 8)], bits=bits)
    parts = [lowest_first[k : k + bits // 8] for k in range(0, len(data), bits // 8)]
    return Array([dot([1 << 8 * i for i in range(len(part))], part) for part in parts])


@gadget
def big_to_bytes(a: Array[Uint], n_bytes: int, *, bits: int) -> Array[Byte]:
    """Return the bytes of a number, the highest first; a number of more bytes is refused.

    Assumes:  nothing: limbs wider than `bits` are refused when the circuit is compiled.
    Enforces: a is the sum of 256^k * byte_(n - 1 - k).
    Cost:     that of big_to_bits, and 1 (linear) if the limbs have more bits than the bytes.
    """
    check_size("the number of bytes of big_to_bytes", n_bytes)
    number: list[Any] = big_to_bits(a, bits=bits).flat
    above = number[8 * n_bytes :]
    if above:
        constrain(sum(above[1:], above[0]) == 0, f"a big number of more than {n_bytes} bytes")
    number = [*number[: 8 * n_bytes], *[a[0] * 0] * (8 * n_bytes - len(number))]
    return Array([from_bits(number[k : k + 8]) for k in range(8 * n_bytes - 8, -1, -8)])


def check_limbs(a: Array[Uint], bits: int) -> None:
    """Refuse limbs that are wider than declared, and widths that the field does not hold.

    Raises: CircuitError.
    """
    if len(a) == 0:
        raise circuit_error("a big number has one limb at least, got none")
    if any(isinstance(limb, Array) for limb in a):
        raise circuit_error(f"a big number is one list of limbs: got an Array of {a.shape}")
    _check_width(a[0], bits)
    widest = max(limb.n_bits for limb in a)
    if widest > bits:
        raise circuit_error(
            f"a limb is too wide: expected {bits} bits, got {widest}",
            hint="to_uint(limb, bits) proves the width; an input is declared Array[Uint] = private(n, bits=bits)",
        )


def _check_width(x: Signal, bits: int) -> None:
    if not 1 <= bits <= x.field.n_bits - 2:  # sums of two limbs and a carry stay below p
        raise circuit_error(
            f"limbs of {as_text(bits)} bits are not possible in {x.field.name}: expected 1 to {x.field.n_bits - 2}"
        )


def _same_length(a: Array[Uint], b: Array[Uint], bits: int) -> tuple[Array[Uint], Array[Uint]]:
    check_limbs(a, bits)
    check_limbs(b, bits)
    n_limbs = max(len(a), len(b))
    return extended(a, n_limbs), extended(b, n_limbs)


def extended(a: Array[Uint], n_limbs: int) -> Array[Uint]:
    """Return the same number with zeros as its highest limbs."""
    return Array([*a, *(a[0] * 0 for _ in range(n_limbs - len(a)))])


def _low(x: Uint, bits: int) -> Uint:
    return x.part(0, bits) if x.n_bits else x
