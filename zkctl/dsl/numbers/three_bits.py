"""Functions of three unknown bits that cost one constraint: (3 - 2 s) * (other - factor * f) == right.

s is the number of ones among the bits, so 3 - 2 s is 3, 1, -1 or -3: never 0 modulo a prime above 3.  The row has one solution f
therefore, and `other` and `right` are the linear combinations of the bits for which it is the value of the function.
f comes from a hint: it is bit 0 or 1 of a small sum of the bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import TypeAlias, cast

from zkctl.constraints.hint_functions import BITS
from zkctl.constraints.linear import Terms, accumulate, is_constant, scaled
from zkctl.dsl.signal import Bit, Signal, make_signal
from zkctl.dsl.stamping.known_values import combination_key
from zkctl.dsl.statements.uses import Use, joined

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
    """Return x ^ y ^ z: (3 - 2 s) * (2 s - 1 - 4 f) == -3, so f = 0, 1, 0, 1 for s = 0, 1, 2, 3."""
    return _solved((x, y, z), (1, 1, 1, 0), 0, ((2, 2, 2, -1), -4, (0, 0, 0, -3)))


def majority_of_three(x: Bit, y: Bit, z: Bit) -> Bit:
    """Return 1 where two or three bits are 1: (3 - 2 s) * (2 s + 1 - 8 f) == 3, so f = 0, 0, 1, 1 for s = 0, 1, 2, 3."""
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
    total = _Sums([bit.linear_terms() for bit in bits], p)
    asked = total.of(number)
    key = ("bit of three", position, combination_key(asked))
    wire = tracer.known.wires.get(key)
    solution = {wire: 1} if wire else tracer.hint(BITS, [asked], (1, position), 1)[0]
    if wire is None and not is_constant(solution):
        (tracer.known.wires[key],) = solution
        other, factor, right = row
        second = total.of(other)
        accumulate(second, solution, factor, p)
        tracer.constrain(total.of(_NUMBER_OF_ZEROS_LESS_ONES), second, total.of(right), "")
    made = make_signal(tracer, dict(solution), (0, 1))
    use: Use | None = None
    for bit in bits:
        if bit.use is not None:
            use = joined(use, bit.use)
    made.use = use
    return cast(Bit, made)


class _Sums:
    """Linear combinations of three bits and a constant."""

    def __init__(self, terms: Sequence[Terms], modulus: int) -> None:
        self.terms = terms
        self.modulus = modulus
        wires = {wire for part in terms if len(part) == 1 for wire in part if part[wire] == 1}
        self.wires = [0, *chain.from_iterable(terms)] if len(wires) == 3 and 0 not in wires else []

    def of(self, coefficients: Coefficients) -> Terms:
        """Return the sum of coefficient times bit, plus the last coefficient."""
        if self.wires:  # most often: three wires
            residues = _residues(coefficients, self.modulus)
            return {w: value for w, value in zip(self.wires, residues, strict=True) if value}
        constant = coefficients[3]
        total = {0: constant} if constant else {}
        for part, coefficient in zip(self.terms, coefficients, strict=False):
            accumulate(total, part, coefficient, self.modulus)
        return scaled(total, 1, self.modulus)


@cache
def _residues(coefficients: Coefficients, modulus: int) -> Coefficients:
    """Return the coefficients modulo a prime, that of the constant first."""
    x, y, z, constant = coefficients
    return constant % modulus, x % modulus, y % modulus, z % modulus
