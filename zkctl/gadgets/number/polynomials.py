"""Polynomials whose value at 2^bits is an integer: products of numbers in limbs, before any carry.

Each coefficient is a signal that is congruent modulo p to an integer in a known interval.  The statements below compare integers, so
each proves from the intervals that nothing wraps around p.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, cast

from zkctl.dsl import Array, Ints, Signal, Uint, advice, constrain, dot, wire
from zkctl.dsl.advice import join, split
from zkctl.dsl.decomposition import enforce_width
from zkctl.dsl.spans import circuit_error
from zkctl.runtime.records import record


@record(eq=False)
class Term:
    """A coefficient: the value, a signal or a constant, stands for an integer from low to high."""

    value: Signal | int
    low: int
    high: int


Polynomial = list[Term]


def of_limbs(limbs: Iterable[Uint]) -> Polynomial:
    """Return the polynomial with the limbs as coefficients."""
    return [Term(limb, 0, limb.maximum) for limb in limbs]


def of_integer(number: int, bits: int, n_limbs: int) -> Polynomial:
    """Return a constant in n_limbs limbs; the number must fit."""
    assert 0 <= number < 1 << bits * n_limbs
    digits = [number >> bits * k & (1 << bits) - 1 for k in range(n_limbs)]
    return [Term(digit, digit, digit) for digit in digits]


def combination(factors: Sequence[int], polynomials: Sequence[Polynomial]) -> Polynomial:
    """Return the sum of factors[k] * polynomials[k]."""
    n = max(len(polynomial) for polynomial in polynomials)
    made = []
    for k in range(n):
        column = [(x[k], f) for f, x in zip(factors, polynomials, strict=True) if k < len(x)]
        made.append(weighted([term for term, _ in column], [factor for _, factor in column]))
    return made


def weighted(terms: Sequence[Term], factors: Sequence[int]) -> Term:
    """Return the sum of factors[k] * terms[k], in one step."""
    low = sum(min(t.low * f, t.high * f) for t, f in zip(terms, factors, strict=True))
    high = sum(max(t.low * f, t.high * f) for t, f in zip(terms, factors, strict=True))
    values = [term.value for term in terms]
    if not any(isinstance(value, Signal) for value in values):
        return Term(low, low, high)
    return Term(_dot(factors, values), low, high)


def _dot(factors: Sequence[int], values: Sequence[Signal | int]) -> Signal:
    """Return the sum modulo p of constants that may be larger than p."""
    p = next(value for value in values if isinstance(value, Signal)).field.modulus
    return dot(
        [factor % p for factor in factors],
        [value if isinstance(value, Signal) else value % p for value in values],
    )


def raised(polynomial: Polynomial, bits: int) -> tuple[Array[Any], int]:
    """Return coefficients that are not negative, for hints, and the number to add to their value at 2^bits."""
    raised_terms = [
        term.value - term.low % term.value.field.modulus if isinstance(term.value, Signal) else 0
        for term in polynomial
    ]
    return Array(raised_terms), sum(t.low << bits * k for k, t in enumerate(polynomial))


def product(a: Polynomial, b: Polynomial) -> Polynomial:
    """Return a * b.

    Cost: one constraint for each coefficient of the result, none if one of them is constant: both are evaluated at as many points, where
    the products determine the coefficients modulo p.
    """
    n = len(a) + len(b) - 1
    pairs = [
        [(a[i], b[k - i]) for i in range(max(0, k - len(b) + 1), min(k + 1, len(a)))]
        for k in range(n)
    ]
    if _is_constant(a):
        a, b = b, a
    if _is_constant(b):
        padded = {k: cast(int, term.value) for k, term in enumerate(b)}
        return [
            weighted(
                [a[i] for i in range(len(a)) if k - i in padded],
                [padded[k - i] for i in range(len(a)) if k - i in padded],
            )
            for k in range(n)
        ]
    values = _values_of_product(a, b)
    found = [dot(row, values) for row in _interpolation(n, values[0].field.modulus)]
    return [Term(x, *_bounds(column)) for x, column in zip(found, pairs, strict=True)]


def _is_constant(polynomial: Polynomial) -> bool:
    return all(isinstance(term.value, int) for term in polynomial)


def _bounds(pairs: Sequence[tuple[Term, Term]]) -> tuple[int, int]:
    corners = [[x * y for x in (a.low, a.high) for y in (b.low, b.high)] for a, b in pairs]
    return sum(map(min, corners)), sum(map(max, corners))


def _values_of_product(a: Polynomial, b: Polynomial) -> list[Signal]:
    """Return the values at the points, and last the product of the highest coefficients, which is the value at infinity."""
    n = len(a) + len(b) - 1
    zero = next(t.value for t in a if isinstance(t.value, Signal)) * 0
    p = zero.field.modulus
    if n - 1 > p:
        raise circuit_error(
            f"a product of {len(a)} and {len(b)} limbs is determined by {n} values: expected a modulus above {n - 2}, got {p}"
        )
    points = _points(n - 1)
    values = [wire(_at(a, point, p) * _at(b, point, p)) for point in points]
    return [*values, wire((zero + a[-1].value) * (zero + b[-1].value))]


def _at(polynomial: Polynomial, point: int, p: int) -> Signal:
    return _dot([pow(point, k, p) for k in range(len(polynomial))], [t.value for t in polynomial])


def _points(n: int) -> list[int]:
    """Return 0, 1, -1, 2, -2 ..."""
    return [(k + 1) // 2 * (1 if k % 2 else -1) for k in range(n)]


@lru_cache(maxsize=32)
def _interpolation(n: int, p: int) -> tuple[tuple[int, ...], ...]:
    """Return the matrix from the values of a polynomial of n coefficients (n - 1 points, infinity) to the coefficients."""
    points = _points(n - 1)
    vanishing = [1]  # the product of (x - point), lowest coefficient first
    for point in points:
        shifted, scaled = [0, *vanishing], [*(point * c for c in vanishing), 0]
        vanishing = [(x - y) % p for x, y in zip(shifted, scaled, strict=True)]
    columns = []
    for point in points:
        quotient = [0] * n  # vanishing / (x - point), by synthetic division
        for k in reversed(range(n - 1)):
            quotient[k] = (vanishing[k + 1] + point * quotient[k + 1]) % p
        at_point = sum(c * pow(point, k, p) for k, c in enumerate(quotient)) % p
        inverse = pow(at_point, -1, p)
        columns.append([c * inverse % p for c in quotient])
    columns.append(vanishing)
    return tuple(zip(*columns, strict=True))


# -- statements about the integer that a polynomial stands for


@record
class CarryGroup:
    """Neighbouring coefficients that one equation sums up: the carry from it is in low .. low + 2^width - 1; none from the last group."""

    n_terms: int
    low: int = 0
    width: int | None = None


def enforce_zero(polynomial: Polynomial, bits: int, message: str) -> None:
    """Enforce that the value at 2^bits is the integer 0.

    Enforces: from the lowest coefficients up, each group with the carry from below is its own carry times 2^(bits * group), the last one is
    0.  Both sides differ by less than p (plan proves it), so that they are equal as integers.
    Cost: 1 (linear) for each group, and the bits of its carry.
    """
    signal = next((t.value for t in polynomial if isinstance(t.value, Signal)), None)
    assert signal is not None, "constants alone are not enforced"
    p = signal.field.modulus
    groups = plan([(term.low, term.high) for term in polynomial], bits, p)
    if groups is None:
        raise circuit_error(
            f"products of limbs of {bits} bits do not fit in {signal.field.name} ({signal.field.n_bits} bits)",
            hint="use narrower limbs",
        )
    start, carry = 0, Term(0, 0, 0)
    for group in groups:
        terms = [*polynomial[start : start + group.n_terms], carry]
        factors = [*(1 << bits * k for k in range(group.n_terms)), 1]
        summed = weighted(terms, factors)
        start += group.n_terms
        if group.width is None:
            constrain(cast(Signal, summed.value) == 0, message)
        else:
            carry = _carry(summed, bits * group.n_terms, group, message)


def _carry(summed: Term, shift: int, group: CarryGroup, message: str) -> Term:
    """Return sum / 2^shift, range checked."""
    assert group.width is not None
    value = cast(Signal, summed.value)
    p = value.field.modulus
    if group.width == 0:
        constrain(value == (group.low << shift) % p, message)
        return Term(group.low, group.low, group.low)
    above = wire(value * pow(1 << shift, -1, p) - group.low % p)
    checked = enforce_width(above, group.width, message)
    return Term(checked + group.low % p, group.low, group.low + (1 << group.width) - 1)


def plan(bounds: Sequence[tuple[int, int]], bits: int, p: int) -> list[CarryGroup] | None:
    """Return how the coefficients are grouped so that each sum stays within p of its carry; None if even one is too wide."""
    groups: list[CarryGroup] = []
    start, carry = 0, (0, 0)
    while start < len(bounds):
        found = None
        for n_terms in range(1, len(bounds) - start + 1):
            part = bounds[start : start + n_terms]
            group = _group(part, carry, bits, p, is_last=start + n_terms == len(bounds))
            found = group or found
        if found is None:
            return None
        groups.append(found)
        start += found.n_terms
        carry = found.low, found.low + (1 << (found.width or 0)) - 1
    return groups


def _group(
    part: Sequence[tuple[int, int]], carry: tuple[int, int], bits: int, p: int, *, is_last: bool
) -> CarryGroup | None:
    low = carry[0] + sum(bound[0] << bits * k for k, bound in enumerate(part))
    high = carry[1] + sum(bound[1] << bits * k for k, bound in enumerate(part))
    if is_last:
        return CarryGroup(len(part)) if -p < low and high < p else None
    shift = bits * len(part)
    lowest, highest = -(-low >> shift), high >> shift  # the carries of honest provers
    width = max(0, highest - lowest).bit_length()
    largest = lowest + (1 << width) - 1
    # sum - carry * 2^shift == 0 modulo p, and lies in -p .. p, exclusive: so it is 0; the carry itself is unique
    fits = high - (lowest << shift) < p and (largest << shift) - low < p and 1 << width < p
    return CarryGroup(len(part), lowest, width) if fits else None


def cost(groups: Sequence[CarryGroup] | None) -> int:
    """Return the constraints that a plan takes; very many for none."""
    return 1 << 30 if groups is None else sum(1 + (group.width or 0) for group in groups)


@advice
def quotient_above(terms: Ints, *, shift: int, divisor: int, bits: int, n_limbs: int) -> Ints:
    """Return (terms joined + shift) // divisor in limbs."""
    return cast(Ints, split((join(terms, bits) + shift) // divisor, bits, n_limbs))


def enforce_multiple(polynomial: Polynomial, modulus: int, bits: int, message: str) -> None:
    """Enforce that the value at 2^bits is a multiple of a constant.

    Enforces: value == quotient * modulus over the integers, for a quotient in an interval that the intervals of the coefficients allow.
    Cost: the bits of the quotient, those of the carries, and 1 for each group of coefficients.
    """
    n_limbs = -(-modulus.bit_length() // bits)
    signal = next(t.value for t in polynomial if isinstance(t.value, Signal))
    p = signal.field.modulus
    folded = fold(polynomial, modulus, bits, n_limbs)
    best = min((polynomial, folded), key=lambda tried: _cost_of_multiple(tried, modulus, bits, p))
    lowest, width = _quotients(best, modulus, bits)
    digits = of_integer(modulus, bits, n_limbs)
    rest = combination([1, -lowest], [best, digits])
    if width:
        quotient = _quotient(best, modulus, bits, (lowest, width), message)
        rest = combination([1, -1], [rest, product(quotient, digits)])
    enforce_zero(rest, bits, message)


def fold(polynomial: Polynomial, modulus: int, bits: int, n_limbs: int) -> Polynomial:
    """Return a polynomial of n_limbs coefficients with a congruent value: short where 2^(bits * n_limbs) is congruent to small limbs."""
    columns: list[list[tuple[Term, int]]] = [[] for _ in range(n_limbs)]
    for k, term in enumerate(polynomial):
        for column, digit in zip(columns, _digits(k, modulus, bits, n_limbs), strict=True):
            if digit:
                column.append((term, digit))
    return [
        weighted([term for term, _ in column], [digit for _, digit in column]) for column in columns
    ]


@lru_cache(maxsize=256)
def _digits(k: int, modulus: int, bits: int, n_limbs: int) -> tuple[int, ...]:
    """Return 2^(bits * k) modulo a number in n_limbs signed digits, each as near to 0 as it can be but the highest."""
    if k < n_limbs:
        return tuple(int(i == k) for i in range(n_limbs))
    rest = pow(1 << bits, k, modulus)
    if 2 * rest > modulus:
        rest -= modulus
    digits = []
    for _ in range(n_limbs - 1):
        digit = (rest + (1 << bits - 1)) % (1 << bits) - (1 << bits - 1)
        digits.append(digit)
        rest = rest - digit >> bits
    return (*digits, rest)


def _cost_of_multiple(polynomial: Polynomial, modulus: int, bits: int, p: int) -> int:
    """Return the constraints of enforce_multiple for a polynomial, from the intervals alone."""
    lowest, width = _quotients(polynomial, modulus, bits)
    n_digits = -(-modulus.bit_length() // bits)
    widths = _widths(width, bits)
    bounds = [(term.low, term.high) for term in polynomial]
    bounds += [(0, 0)] * (n_digits + max(0, len(widths) - 1) - len(bounds))
    for j, term in enumerate(of_integer(modulus, bits, n_digits)):
        digit = cast(int, term.value)
        bounds[j] = bounds[j][0] - lowest * digit, bounds[j][1] - lowest * digit
        for i, each in enumerate(widths):
            low, high = bounds[i + j]
            bounds[i + j] = low - ((1 << each) - 1) * digit, high
    return width + cost(plan(bounds, bits, p))


def _quotients(polynomial: Polynomial, modulus: int, bits: int) -> tuple[int, int]:
    """Return the lowest quotient that the intervals leave possible, and the bits of the others above it."""
    low = sum(term.low << bits * k for k, term in enumerate(polynomial))
    high = sum(term.high << bits * k for k, term in enumerate(polynomial))
    lowest = -(-low // modulus)
    return lowest, max(0, high // modulus - lowest).bit_length()


def _widths(width: int, bits: int) -> list[int]:
    return [min(bits, width - k) for k in range(0, width, bits)]


def _quotient(
    polynomial: Polynomial, modulus: int, bits: int, interval: tuple[int, int], message: str
) -> Polynomial:
    """Return the quotient less the lowest one, in range checked limbs."""
    lowest, width = interval
    widths = _widths(width, bits)
    above, shift = raised(polynomial, bits)
    shift -= lowest * modulus
    limbs = quotient_above(above, shift=shift, divisor=modulus, bits=bits, n_limbs=len(widths))
    checked = [enforce_width(x, n, message) for x, n in zip(limbs, widths, strict=True)]
    return of_limbs(checked)
