"""Functions of three unknown bits that cost one constraint: (3 - 2 s) * (other - factor * f) == right.

s is the number of ones among the bits, so 3 - 2 s is 3, 1, -1 or -3: never 0 modulo a prime above 3.  The row has one solution f
therefore, and `other` and `right` are the linear combinations of the bits for which it is the value of the function.
f comes from a hint: it is bit 0 or 1 of a small sum of the bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias, cast

from zkctl.constraints.hint_functions import BITS
from zkctl.constraints.linear import Terms, accumulate, is_constant, scaled
from zkctl.dsl.numbers.linear_value import same_circuit
from zkctl.dsl.signal import Bit, Signal, make_signal
from zkctl.dsl.stamping.known_values import combination_key
from zkctl.dsl.statements.uses import joined

_SMALLEST_PRIME = 5

Coefficients: TypeAlias = tuple[int, int, int, int]  # of three bits, and a constant
Sparse: TypeAlias = Sequence[tuple[int, int]]  # positions in (one, x, y, z), and coefficients

_NUMBER_OF_ZEROS_LESS_ONES: Coefficients = (-2, -2, -2, 3)


class _Function:
    """Bit `position` of `number`, which the row (3 - 2 s) * (other - factor * f) == right proves."""

    def __init__(self, number: Coefficients, position: int, other: Coefficients, factor: int, right: Coefficients) -> None:  # fmt: skip
        self.sums = number, _NUMBER_OF_ZEROS_LESS_ONES, other, right
        self.parameters = (1, position)  # of the hint
        self.factor = factor
        self._reduced: dict[int, tuple[Sparse, Sparse, Sparse, Sparse]] = {}

    def reduced(self, modulus: int) -> tuple[Sparse, Sparse, Sparse, Sparse]:
        """Return the sums modulo a prime, that of the constant first."""
        found = self._reduced.get(modulus)
        if found is None:
            number, zeros, other, right = (_sparse(each, modulus) for each in self.sums)
            found = self._reduced[modulus] = number, zeros, other, right
        return found


def _sparse(coefficients: Coefficients, modulus: int) -> Sparse:
    ordered = (coefficients[3], *coefficients[:3])
    return [(k, value % modulus) for k, value in enumerate(ordered) if value % modulus]


# f = 0, 1, 0, 1 and f = 0, 0, 1, 1 for s = 0, 1, 2, 3
_XOR = _Function((1, 1, 1, 0), 0, (2, 2, 2, -1), -4, (0, 0, 0, -3))
_MAJORITY = _Function((1, 1, 1, 0), 1, (2, 2, 2, 1), -8, (0, 0, 0, 3))
# where z - y = 1 the second part is 1, so f is bit 1 of 1 + 2 x - y + z, which is 0 to 4
_XOR_AND = _Function((2, -1, 1, 1), 1, (6, 2, 2, -1), -8, (0, 4, -4, -3))


def has_one_row(*bits: Bit | int) -> bool:
    """Return whether these are three unknown bits over a field where one constraint is enough."""
    if len(bits) != 3:
        return False
    for bit in bits:
        if not isinstance(bit, Signal) or bit.known_constant is not None:
            return False
    return cast(Bit, bits[0]).tracer.modulus >= _SMALLEST_PRIME


def xor_of_three(x: Bit, y: Bit, z: Bit) -> Bit:
    """Return x ^ y ^ z: (3 - 2 s) * (2 s - 1 - 4 f) == -3."""
    return _solved((x, y, z), _XOR)


def majority_of_three(x: Bit, y: Bit, z: Bit) -> Bit:
    """Return 1 where two or three bits are 1: (3 - 2 s) * (2 s + 1 - 8 f) == 3."""
    return _solved((x, y, z), _MAJORITY)


def xor_and_of_three(x: Bit, y: Bit, z: Bit) -> Bit:
    """Return x ^ (~y & z), chi of Keccak: (3 - 2 s) * (6 x + 2 y + 2 z - 1 - 8 f) == 4 (y - z) - 3."""
    return _solved((x, y, z), _XOR_AND)


def _solved(bits: tuple[Bit, Bit, Bit], function: _Function) -> Bit:
    """Return the value of the function, which its row proves; the same wire for the same number."""
    x, y, z = bits
    tracer, p = x.tracer, x.tracer.modulus
    same_circuit(x, y)
    same_circuit(x, z)
    asked, zeros, other, right = _sums(x.linear_terms(), y.linear_terms(), z.linear_terms(), function, p)  # fmt: skip
    key = ("bit of three", function.parameters[1], combination_key(asked))
    wire = tracer.known.wires.get(key)
    if wire is None:
        (solution,) = tracer.hint(BITS, (asked,), function.parameters, 1)
        if is_constant(solution):
            return cast(Bit, make_signal(tracer, solution, (0, 1)))
        (wire,) = solution
        tracer.known.wires[key] = wire
        accumulate(other, solution, function.factor, p)
        tracer.constrain(zeros, other, right, "")
    made = Bit(tracer, {wire: 1}, (0, 1))
    if x.use is not None or y.use is not None or z.use is not None:
        made.use = joined(joined(x.use, y.use), z.use)
    return made


def _sums(x: Terms, y: Terms, z: Terms, function: _Function, modulus: int) -> list[Terms]:
    """Return the sums of a function of three bits."""
    if len(x) == len(y) == len(z) == 1:  # most often: three wires
        wires = (0, *x, *y, *z)
        if len({*wires}) == 4 and x[wires[1]] == y[wires[2]] == z[wires[3]] == 1:
            return [{wires[k]: value for k, value in part} for part in function.reduced(modulus)]
    return [_sum((x, y, z), each, modulus) for each in function.sums]


def _sum(terms: Sequence[Terms], coefficients: Coefficients, modulus: int) -> Terms:
    """Return the sum of coefficient times bit, plus the last coefficient."""
    constant = coefficients[3]
    total = {0: constant} if constant else {}
    for part, coefficient in zip(terms, coefficients, strict=False):
        accumulate(total, part, coefficient, modulus)
    return scaled(total, 1, modulus)
