"""Sums of multiples of points, as ECDSA needs them: two points with short signed factors, and the generator with a long one.

No addition meets an exceptional case: the sum starts at a point of unknown logarithm (blinding_point), so equal or opposite points
to add would reveal it, or happen by chance with a probability that can be neglected.  If they do, add_points refuses them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from zkctl.dsl import Array, Bit, dot, gadget, wire
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.wires import proven
from zkctl.gadgets.curve.short_weierstrass import CurvePoint, add_points, double_point, negate_if
from zkctl.gadgets.curve.short_weierstrass_parameters import (
    Affine,
    ShortWeierstrass,
    blinding_point,
    multiple,
    sum_of,
    window_tables,
)
from zkctl.gadgets.number.big import enforce_big_equal
from zkctl.gadgets.select import mux, select

DIGIT_BITS = 4  # of the short factors: digits -8 .. 7
TABLE_BITS = 8  # of the factor of the generator


def offset(n_digits: int) -> int:
    """Return the number that is added to a signed factor, so that its digits are -8 .. 7: 8 for each digit."""
    return sum(1 << DIGIT_BITS * k + DIGIT_BITS - 1 for k in range(n_digits))


@gadget
def enforce_zero_sum(
    points: Sequence[CurvePoint],
    factors: Sequence[Array[Bit]],
    generator_factor: Array[Bit],
    *,
    curve: ShortWeierstrass,
) -> None:
    """Enforce that the sum of all factors[k] * points[k] is generator_factor * G.

    A factor is given by the bits, the lowest first, of factor + offset(digits), 4 for each of its digits -8 .. 7; that of the generator G
    by its bits, as many as the order has.
    Assumes:  the points are on the curve, and no prover knows the logarithm of blinding_point; without that nothing false is accepted,
              but he could make points that are refused.
    Enforces: the sum.  Starting from the blinding point B, it ends at a known multiple of B: the one that was added, if the rest is 0.
    Cost:     add_points and about 80 constraints for each digit; 4 double_point for each digit of all factors together; 7 of them for the
              multiples of each point; add_points and 255 for each byte of the factor of G.
    """
    n_digits = len(factors[0]) // DIGIT_BITS if factors else 0
    if not n_digits or len({len(points), len(factors)}) > 1 or {len(bits) for bits in factors} != {DIGIT_BITS * n_digits}:  # fmt: skip
        raise circuit_error(
            "enforce_zero_sum needs a factor for each point, all with as many bits, a multiple of 4"
        )
    if len(generator_factor) != curve.n.bit_length():
        raise circuit_error(
            f"the factor of the generator of {curve.name} has {curve.n.bit_length()} bits: got {len(generator_factor)}"
        )
    tables = [_multiples(point, curve) for point in points]
    start = blinding_point(curve)
    total = _constant_point(start, curve)
    for k in reversed(range(n_digits)):
        if k < n_digits - 1:
            for _ in range(DIGIT_BITS):
                total = double_point(total, curve=curve)
        for table, bits in zip(tables, factors, strict=True):
            digit = bits[DIGIT_BITS * k : DIGIT_BITS * (k + 1)]
            total = _plus_digit(total, table, digit, curve=curve)
    windows = window_tables(curve, TABLE_BITS)
    for k, entries in enumerate(windows):
        index = generator_factor[TABLE_BITS * k : TABLE_BITS * (k + 1)]
        total = add_points(total, _looked_up(index, entries, curve), curve=curve)
    end = multiple(curve, 1 << DIGIT_BITS * (n_digits - 1), start)
    for entries in windows:
        end = sum_of(curve, end, entries[0])  # each window adds -(digit + 1) times its power of two
    _enforce_constant(total, end, curve)


def _enforce_constant(point: CurvePoint, expected: Affine, curve: ShortWeierstrass) -> None:
    assert expected is not None
    known = _limbs(expected, curve)
    enforce_big_equal(Array([*point.x, *point.y]), Array(known), bits=curve.bits)


def _limbs(point: tuple[int, int], curve: ShortWeierstrass) -> list[int]:
    mask = (1 << curve.bits) - 1
    return [c >> curve.bits * k & mask for c in point for k in range(curve.n_limbs)]


def _constant_point(point: tuple[int, int], curve: ShortWeierstrass) -> Any:
    limbs = _limbs(point, curve)
    return CurvePoint(Array(limbs[: curve.n_limbs]), Array(limbs[curve.n_limbs :]))


def _multiples(point: CurvePoint, curve: ShortWeierstrass) -> list[CurvePoint]:
    """Return 8 P, P, 2 P ... 7 P: the order of P is a larger prime, so those that are added differ."""
    found = [point, double_point(point, curve=curve)]
    while len(found) < 1 << DIGIT_BITS - 1:
        found.append(add_points(found[-1], point, curve=curve))
    return [found[-1], *found[:-1]]


@gadget(stamped=True)
def _plus_digit(
    total: CurvePoint, table: Sequence[CurvePoint], digit: Array[Bit], *, curve: ShortWeierstrass
) -> CurvePoint:
    """Return total + d P for the digit d = number of its bits - 8, from the table of 8 P, P, ..., 7 P.

    With the highest bit 1, d is the number of the three others, else that less 8, which is -d modulo 8 as an index, negated.  For d = 0
    the total stays as it is.
    """
    low, positive = digit[:-1], digit[-1]
    index, some = (
        [],
        cast(Bit, low[0] & 0),
    )  # two's complement: the bits above the lowest 1 are flipped
    for bit in low:
        index.append(bit ^ (some & ~positive))
        some = some | bit
    chosen = mux(index, table)
    added = add_points(total, negate_if(~positive, chosen, curve=curve), curve=curve)
    return cast(CurvePoint, select(positive & ~some, total, added))


def _looked_up(
    bits: Array[Bit], table: Sequence[tuple[int, int]], curve: ShortWeierstrass
) -> CurvePoint:
    """Return the constant point at the index that bits spell; bits that are missing are 0.

    Each limb is a combination of the products of bits, which are 1 or 0: all limbs share them.  Cost: 2^n - 1 - n for the products of n
    bits, and 1 (linear) for each limb.
    """
    products: list[Any] = [1]
    for bit in bits:
        products += [bit if each is products[0] else wire(each * bit) for each in products]
    rows = [_limbs(point, curve) for point in table[: len(products)]]
    top = (1 << curve.bits) - 1
    limbs = []
    for column in zip(*rows, strict=True):
        coefficients = _on_products(column, bits[0].field.modulus)
        # exactly one entry of the table: below 2^bits as all are
        value = wire(dot(coefficients[1:], products[1:], coefficients[0]))
        limbs.append(proven(value, (0, top)))
    return CurvePoint(Array(limbs[: curve.n_limbs]), Array(limbs[curve.n_limbs :]))


def _on_products(values: Sequence[int], modulus: int) -> list[int]:
    """Return the coefficients c with values[k] = the sum of c[j] over all j whose bits are in k."""
    found = list(values)
    step = 1
    while step < len(found):
        for k in range(len(found)):
            if k & step:
                found[k] -= found[k ^ step]
        step *= 2
    return [value % modulus for value in found]
