"""Multiples of points of Baby Jubjub by numbers of any length, given as bits.

The scalar k is written in digits +1 and -1: with k_i its bits, the digits are 2 k_(i+1) - 1 and the highest is +1, and they spell
k + 1 - k_0, so the point is subtracted at the end where k_0 = 0.  No digit is 0, so every step adds a multiple of the point:
before digit i the sum is s times the point with s odd, |s| < 2^i, and +-2^i is added.  2^i + s and 2^i - s lie in 1 .. 2^(i + 1) - 1,
which is below the prime l for i < 250: neither is a multiple of the point's order, so the two points differ and are not each other's
negatives, which are the exceptional cases of the Montgomery addition.  A table of digits i .. j - 1 adds an odd multiple of 2^i below
2^j, for which the same holds while j <= 250.  The remaining digits are added with the complete law.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, cast

from zkctl.dsl import Array, Bit, Signal, gadget
from zkctl.dsl.spans import circuit_error
from zkctl.gadgets.bits import enforce_at_most, to_bits
from zkctl.gadgets.curve import montgomery
from zkctl.gadgets.curve.baby_jubjub import Point, add, double, is_of_small_order, negate
from zkctl.gadgets.curve.baby_jubjub_parameters import BASE, SUBGROUP_ORDER, check_field
from zkctl.gadgets.curve.constant_points import IDENTITY, ConstantPoint, subgroup_point
from zkctl.gadgets.curve.montgomery import (
    MontgomeryPoint,
    constant_form,
    from_montgomery,
    to_montgomery,
)
from zkctl.gadgets.select import mux, select

SAFE_DIGITS = 250  # 2^250 + 2^249 < l
_WINDOW = 2  # digits of a table in Montgomery form: 1 row, and 3 for the addition
_COMPLETE_WINDOW = 3  # 3 rows, and 6
_APART = (
    "an odd multiple below 2^i and 2^i times a point whose order is a multiple of l > 2^(i + 1)"
)
_ODD = "an odd multiple below l of a point whose order is a multiple of l is not (0, -1)"


class Choice(NamedTuple):
    """A bit that selects one of two multiples of the base."""

    bit: Bit
    if_zero: ConstantPoint
    if_one: ConstantPoint


@gadget
def scalar_bits(scalar: Signal) -> Array[Bit]:
    """Return the 251 bits of a number below the prime order l of the subgroup, lowest first.

    Assumes:  nothing.
    Enforces: the bits spell the scalar, which is below l.
    Cost:     402 constraints.
    """
    check_field(scalar.field)
    bits = to_bits(scalar, SUBGROUP_ORDER.bit_length())
    enforce_at_most(list(bits), SUBGROUP_ORDER - 1)
    return bits


@gadget(stamped=True)
def fixed_base(scalar: Sequence[Bit], *, base: tuple[int, int] = BASE) -> Point:
    """Return the scalar times a constant point of the subgroup of prime order; the bits are the lowest first.

    Assumes:  nothing: the base's order is checked when the circuit is compiled.
    Enforces: the result is the sum of 2^k * bit_k times the base, for any number of bits.
    Cost:     2 constraints a bit, and about 6: 508 for 253 bits.
    """
    _check(scalar)
    powers = _powers(subgroup_point(base), len(scalar))
    safe, rest = _choices(scalar, powers)
    highest = powers[-1]  # of the digit that is always +1
    if len(scalar) > SAFE_DIGITS:
        tables = _tables(safe, _WINDOW, IDENTITY)
        rest_tables = _tables(rest, _COMPLETE_WINDOW, highest)
    else:
        tables = _tables(safe, _WINDOW, highest)
        rest_tables = _tables(rest, _COMPLETE_WINDOW, IDENTITY)
    first, *others = [
        mux(bits, [constant_form(entry) for entry in entries]) for bits, entries in tables
    ]
    total: MontgomeryPoint = first
    for entry in others:
        total = montgomery.add(total, entry, because=_APART)
    result = from_montgomery(total, because=_ODD)
    for bits, entries in rest_tables:
        result = add(result, mux(bits, [_constant(entry) for entry in entries]))
    return result


@gadget
def public_key(private_key: Signal) -> Point:
    """Return the private key times BASE.

    Assumes:  nothing.
    Enforces: the private key is below the prime order l, so no second private key has the same public key; the result is its multiple of
              BASE.  The public key of 0 is the identity.
    Cost:     907 constraints.
    """
    return fixed_base(list(scalar_bits(private_key)))


@gadget(stamped=True)
def multiply(scalar: Sequence[Bit], point: Point) -> Point:
    """Return the scalar times a point; the bits are the lowest first.

    Assumes:  the point is on the curve.
    Enforces: the result is the sum of 2^k * bit_k times the point, for any number of bits and every point, the identity and the others of
              order 1, 2, 4, 8 too: these are multiplied apart, and BASE takes their place in the long sum.
    Cost:     8 constraints a bit, and about 60: 2090 for 254 bits.
    """
    _check(scalar)
    is_small = is_of_small_order(point)
    long = _large_multiple(scalar, select(is_small, _constant(ConstantPoint(*BASE)), point))
    return cast(Point, select(is_small, _small_multiple(scalar, point), long))


@gadget(stamped=True)
def multiply_in_subgroup(scalar: Sequence[Bit], point: Point) -> Point:
    """Return the scalar times a point of the subgroup of prime order that is not the identity.

    Assumes:  the point is in the subgroup: enforce_in_subgroup, or eight times a point on the curve.
    Enforces: the point is not the identity; the result is the sum of 2^k * bit_k times the point, for any number of bits.
    Cost:     8 constraints a bit, and about 20: 2055 for 254 bits.
    """
    _check(scalar)
    return _large_multiple(scalar, point, because="")


def _large_multiple(
    scalar: Sequence[Bit], point: Point, because: str = "only points of small order have x = 0"
) -> Point:
    """Return the multiple of a point whose order is a multiple of l."""
    step = to_montgomery(point, because=because)
    signs = [*(2 * bit - 1 for bit in scalar[1:]), scalar[0] * 0 + 1]
    total = _signed(signs[0], step)
    for sign in signs[1:SAFE_DIGITS]:
        step = montgomery.double(step)
        total = montgomery.add(total, _signed(sign, step), because=_APART)
    result = from_montgomery(total, because=_ODD)
    rest = signs[SAFE_DIGITS:]
    if rest:
        power = from_montgomery(step, because=_ODD)
        for sign in rest:
            power = double(power)
            result = add(result, Point(sign * power.x, power.y))
    return add(result, _unless(scalar[0], negate(point)))


def _small_multiple(scalar: Sequence[Bit], point: Point) -> Point:
    """Return the multiple of a point of order 8 at most: three bits decide."""
    total = _unless(~scalar[0], point)
    for bit in scalar[1:3]:
        point = double(point)
        total = add(total, _unless(~bit, point))
    return total


def _signed(sign: Signal, point: MontgomeryPoint) -> MontgomeryPoint:
    return MontgomeryPoint(point.u, sign * point.v)


def _unless(condition: Bit, point: Point) -> Point:
    return cast(Point, select(condition, _constant(IDENTITY), point))


def _constant(point: ConstantPoint) -> Point:
    coordinates: tuple[Any, Any] = (point.x, point.y)
    return Point(*coordinates)


def _powers(base: ConstantPoint, count: int) -> list[ConstantPoint]:
    """Return 2^k times the base for k < count."""
    found = [base]
    while len(found) < count:
        found.append(found[-1] + found[-1])
    return found


def _choices(
    scalar: Sequence[Bit], powers: Sequence[ConstantPoint]
) -> tuple[list[Choice], list[Choice]]:
    """Return the digits below SAFE_DIGITS, and the others with the correction for even scalars; the highest digit is no choice."""
    pairs = zip(scalar[1:], powers[:-1], strict=True)
    digits = [Choice(bit, power.negative(), power) for bit, power in pairs]
    correction = Choice(scalar[0], powers[0].negative(), IDENTITY)
    return digits[:SAFE_DIGITS], [*digits[SAFE_DIGITS:], correction]


def _tables(
    choices: Sequence[Choice], size: int, offset: ConstantPoint
) -> list[tuple[list[Bit], list[ConstantPoint]]]:
    """Return groups of bits with the sum for each number they spell; the offset is added to those of the last group."""
    groups = [choices[k : k + size] for k in range(0, len(choices), size)] or [choices]
    return [
        ([choice.bit for choice in group], _sums(group, offset if last else IDENTITY))
        for group, last in zip(groups, [*[False] * (len(groups) - 1), True], strict=True)
    ]


def _sums(group: Sequence[Choice], offset: ConstantPoint) -> list[ConstantPoint]:
    sums = [offset]
    for choice in group:
        sums = [point + more for more in (choice.if_zero, choice.if_one) for point in sums]
    return sums


def _check(scalar: Sequence[Bit]) -> None:
    if len(scalar) == 0:
        raise circuit_error("a scalar of no bits: expected one bit or more, got none")
    check_field(scalar[0].field)
