"""Functions of three unknown bits that cost one constraint: (3 - 2 s) * (other - factor * f) == right.

s is the number of ones among the bits, so 3 - 2 s is 3, 1, -1 or -3: never 0 modulo a prime above 3.  The row has one solution f
therefore, and `other` and `right` are the linear combinations of the bits for which it is the value of the function.
f comes from a hint: it is bit 0 or 1 of a small sum of the bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias, cast

from zkctl.constraints.hint_functions import BITS
from zkctl.constraints.linear import Terms, accumulate, is_constant, scaled
from zkctl.dsl.numbers.linear_value import same_circuit
from zkctl.dsl.signal import Bit, Signal, make_signal
from zkctl.dsl.stamping.known_values import combination_key
from zkctl.dsl.statements.uses import joined
from zkctl.dsl.trace import Tracer

_SMALLEST_PRIME = 5

Coefficients: TypeAlias = tuple[int, int, int, int]  # of three bits, and a constant
BitOrInt: TypeAlias = Bit | int
Sparse: TypeAlias = Sequence[tuple[int, int]]  # positions in (one, x, y, z), and coefficients

_NUMBER_OF_ZEROS_LESS_ONES: Coefficients = (-2, -2, -2, 3)


class _Reduced(NamedTuple):
    """The sums of a function modulo a prime, and its factor of f in the second one."""

    number: Sparse
    zeros: Sparse
    other: Sparse
    right: Sparse
    of_f: int


class _Function:
    """Bit `position` of `number`, which the row (3 - 2 s) * (other - factor * f) == right proves."""

    def __init__(self, number: Coefficients, position: int, other: Coefficients, factor: int, right: Coefficients) -> None:  # fmt: skip
        self.sums = number, _NUMBER_OF_ZEROS_LESS_ONES, other, right
        self.parameters = (1, position)  # of the hint
        self.factor = factor
        self._reduced: dict[int, _Reduced] = {}

    def reduced(self, modulus: int) -> _Reduced:
        """Return the sums modulo a prime."""
        found = self._reduced.get(modulus)
        if found is None:
            number, zeros, other, right = (_sparse(each, modulus) for each in self.sums)
            found = _Reduced(number, zeros, other, right, -self.factor % modulus)
            self._reduced[modulus] = found
        return found


def _sparse(coefficients: Coefficients, modulus: int) -> Sparse:
    ordered = (coefficients[3], *coefficients[:3])
    return [(k, value % modulus) for k, value in enumerate(ordered) if value % modulus]


# f = 0, 1, 0, 1 and f = 0, 0, 1, 1 for s = 0, 1, 2, 3
_XOR = _Function((1, 1, 1, 0), 0, (2, 2, 2, -1), 4, (0, 0, 0, -3))
_MAJORITY = _Function((1, 1, 1, 0), 1, (2, 2, 2, 1), 8, (0, 0, 0, 3))
# where z - y = 1 the second part is 1, so f is bit 1 of 1 + 2 x - y + z, which is 0 to 4
_XOR_AND = _Function((2, -1, 1, 1), 1, (6, 2, 2, -1), 8, (0, 4, -4, -3))


def xor_of_three(bits: Sequence[BitOrInt]) -> Bit | None:
    """Return x ^ y ^ z: (3 - 2 s) * (2 s - 1 - 4 f) == -3."""
    return _solved(bits, _XOR)


def majority_of_three(bits: Sequence[BitOrInt]) -> Bit | None:
    """Return 1 where two or three bits are 1: (3 - 2 s) * (2 s + 1 - 8 f) == 3."""
    return _solved(bits, _MAJORITY)


def xor_and_of_three(bits: Sequence[BitOrInt]) -> Bit | None:
    """Return x ^ (~y & z), chi of Keccak: (3 - 2 s) * (6 x + 2 y + 2 z - 1 - 8 f) == 4 (y - z) - 3."""
    return _solved(bits, _XOR_AND)


def _solved(bits: Sequence[BitOrInt], function: _Function) -> Bit | None:
    """Return the value of the function, which its row proves; the same wire for the same number.

    None unless these are three unknown bits over a field where one constraint is enough.
    """
    if len(bits) != 3 or not all(isinstance(bit, Signal) for bit in bits):
        return None
    x, y, z = cast(Sequence[Bit], bits)
    tracer, p = x.tracer, x.tracer.modulus
    if p < _SMALLEST_PRIME:
        return None
    same_circuit(x, y)
    same_circuit(x, z)
    wires = (0, x.single_wire(), y.single_wire(), z.single_wire())
    if len({*wires}) == 4:  # most often: three wires
        made = _of_wires(tracer, wires, function.reduced(p), function.parameters)
    elif any(bit.known_constant is not None for bit in (x, y, z)):
        return None
    else:
        each = x.linear_terms(), y.linear_terms(), z.linear_terms()
        made = _of_sums(tracer, [_sum(each, sums, p) for sums in function.sums], function)
    if x.use is not None or y.use is not None or z.use is not None:
        made.use = joined(joined(x.use, y.use), z.use)
    return made


def _of_wires(
    tracer: Tracer, wires: Sequence[int], sums: _Reduced, parameters: tuple[int, int]
) -> Bit:
    """Return the value of a function of three wires, which follow wire 0."""
    asked = {wires[k]: value for k, value in sums.number}
    asked_key = combination_key(asked)
    key = ("bit of three", parameters[1], asked_key)
    wire = tracer.known.wires.get(key)
    if wire is None:
        tracer.check_current()
        ((wire,),) = tracer.advised(BITS, BITS.name, parameters, ((asked,), (asked_key,)), 1)
        tracer.known.wires[key] = wire
        other = {wires[k]: value for k, value in sums.other}
        other[wire] = sums.of_f
        right = {wires[k]: value for k, value in sums.right}
        tracer.constrain({wires[k]: value for k, value in sums.zeros}, other, right, "")
    return Bit(tracer, {wire: 1}, (0, 1))


def _of_sums(tracer: Tracer, sums: Sequence[Terms], function: _Function) -> Bit:
    """Return the value of a function of three bits with these sums."""
    asked, zeros, other, right = sums
    key = ("bit of three", function.parameters[1], combination_key(asked))
    wire = tracer.known.wires.get(key)
    if wire is None:
        (solution,) = tracer.hint(BITS, (asked,), function.parameters, 1)
        if is_constant(solution):
            return cast(Bit, make_signal(tracer, solution, (0, 1)))
        (wire,) = solution
        tracer.known.wires[key] = wire
        accumulate(other, solution, -function.factor, tracer.modulus)
        tracer.constrain(zeros, other, right, "")
    return Bit(tracer, {wire: 1}, (0, 1))


def _sum(terms: Sequence[Terms], coefficients: Coefficients, modulus: int) -> Terms:
    """Return the sum of coefficient times bit, plus the last coefficient."""
    constant = coefficients[3]
    total = {0: constant} if constant else {}
    for part, coefficient in zip(terms, coefficients, strict=False):
        accumulate(total, part, coefficient, modulus)
    return scaled(total, 1, modulus)
