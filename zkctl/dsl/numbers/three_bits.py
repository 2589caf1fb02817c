"""Functions of three unknown bits that cost one constraint: (3 - 2 s) * (other - factor * f) == right.

s is the number of ones among the bits, so 3 - 2 s is 3, 1, -1 or -3: never 0 modulo a prime above 3.  The row has one solution f
therefore, and `other` and `right` are the linear combinations of the bits for which it is the value of the function.
f comes from a hint: it is bit 0 or 1 of a small sum of the bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias, cast

from zkctl.constraints.hint_functions import BITS
from zkctl.constraints.linear import Terms, is_constant, scaled
from zkctl.dsl.signal import Bit, Signal, make_signal
from zkctl.dsl.stamping.known_values import combination_key
from zkctl.dsl.statements.uses import joined

_SMALLEST_PRIME = 5

Coefficients: TypeAlias = tuple[int, int, int, int]  # of three bits, and a constant

_NUMBER_OF_ZEROS_LESS_ONES: Coefficients = (-2, -2, -2, 3)


def has_one_row(*bits: Bit | int) -> bool:
    """Return whether these are three unknown bits over a field where one constraint is enough."""
    if len(bits) != 3 or not all(isinstance(bit, Signal) for bit in bits):
        return False
    unknown = [cast(Bit, bit) for bit in bits]
    return unknown[0].tracer.modulus >= _SMALLEST_PRIME and all(
        bit.known_constant is None for bit in unknown
    )


def xor_of_three(x: Bit, y: Bit, z: Bit) -> Bit:
    """Return x ^ y ^ z: (3 - 2 s) * (2 s - 1 - 4 f) == -3, where s = 0, 1, 2, 3 gives f = 0, 1, 0, 1."""
    return _solved((x, y, z), (1, 1, 1, 0), 0, ((2, 2, 2, -1), -4, (0, 0, 0, -3)))


def majority_of_three(x: Bit, y: Bit, z: Bit) -> Bit:
    """Return 1 where two or three bits are 1: (3 - 2 s) * (2 s + 1 - 8 f) == 3, where s = 0, 1, 2, 3 gives f = 0, 0, 1, 1."""
    return _solved((x, y, z), (1, 1, 1, 0), 1, ((2, 2, 2, 1), -8, (0, 0, 0, 3)))


def xor_and_of_three(x: Bit, y: Bit, z: Bit) -> Bit:
    """Return x ^ (~y & z), chi of Keccak: (3 - 2 s) * (6 x + 2 y + 2 z - 1 - 8 f) == 4 (y - z) - 3.

    Where z - y = 1 the second part is 1, so f is bit 1 of 1 + 2 x - y + z, which is 0 to 4.
    """
    return _solved((x, y, z), (2, -1, 1, 1), 1, ((6, 2, 2, -1), -8, (0, 4, -4, -3)))


def _solved(
    bits: tuple[Bit, Bit, Bit],
    number: Coefficients,
    position: int,
    row: tuple[Coefficients, int, Coefficients],
) -> Bit:
    """Return bit `position` of the number, which the row proves: other, factor, right; the same wire for the same number."""
    tracer, p = bits[0].tracer, bits[0].tracer.modulus
    terms = [bit.linear_terms() for bit in bits]
    asked = _sum(terms, number, p)
    key = ("bit of three", position, combination_key(asked))
    wire = tracer.known.wires.get(key)
    solution = {wire: 1} if wire else tracer.hint(BITS, [asked], (1, position), 1)[0]
    if wire is None and not is_constant(solution):
        (tracer.known.wires[key],) = solution
        other, factor, right = row
        second = _sum([*terms, solution], (*other[:3], factor, other[3]), p)
        zeros_less_ones = _sum(terms, _NUMBER_OF_ZEROS_LESS_ONES, p)
        tracer.constrain(zeros_less_ones, second, _sum(terms, right, p), "")
    made = make_signal(tracer, dict(solution), (0, 1))
    for bit in bits:
        made.use = joined(made.use, bit.use)
    return cast(Bit, made)


def _sum(terms: Sequence[Terms], coefficients: Sequence[int], modulus: int) -> Terms:
    """Return the linear combination of linear combinations, plus the last coefficient."""
    total = {0: coefficients[-1]} if coefficients[-1] else {}
    for part, coefficient in zip(terms, coefficients, strict=False):
        if coefficient and len(part) == 1:
            (wire,) = part
            total[wire] = total.get(wire, 0) + coefficient * part[wire]
        elif coefficient:
            for wire, value in part.items():
                total[wire] = total.get(wire, 0) + coefficient * value
    return scaled(total, 1, modulus)
