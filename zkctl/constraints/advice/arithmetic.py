"""The operations of advice programs on integers: total, and paid for in steps before they are computed."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable

from zkctl.constraints.advice.instructions import Op
from zkctl.errors import LimitError


class Budget:
    """The limits of one call that is running.  Units: steps, bits of an integer."""

    def __init__(self, steps: int, bits: int, name: str) -> None:
        self.steps = steps
        self.bits = bits
        self.name = name

    def spend(self, steps: int) -> None:
        """Take steps.  Raises: LimitError if there are not as many."""
        self.steps -= steps
        if self.steps < 0:
            raise LimitError(
                f"the advice {self.name} takes more steps than its limit",
                hint="check that its loops end; advice written in Python may raise its limit of steps",
            )

    def check_bits(self, n_bits: int) -> None:
        """Check that an integer of so many bits is short enough (LimitError)."""
        if n_bits > self.bits:
            raise LimitError(
                f"a number in the advice {self.name} has {n_bits} bits, its limit is {self.bits}",
                hint="reduce intermediate values; advice written in Python may raise its limit of bits",
            )


Operation = Callable[..., int]  # (budget, p, operands) -> result


def _product_cost(x: int, y: int) -> int:
    return x.bit_length() * y.bit_length() >> 20


def _inverse_cost(m: int) -> int:
    return m.bit_length() * (m.bit_length() >> 10)


def _multiply(budget: Budget, _p: int, x: int, y: int) -> int:
    budget.spend(_product_cost(x, y))
    return x * y


def _quotient(budget: Budget, _p: int, x: int, y: int) -> int:
    budget.spend(_product_cost(x, y))
    return x // y if y else 0


def _remainder(budget: Budget, _p: int, x: int, y: int) -> int:
    budget.spend(_product_cost(x, y))
    return x % y if y else x


def _square_root(budget: Budget, _p: int, x: int) -> int:
    budget.spend(4 * _product_cost(x, x))
    return math.isqrt(x) if x > 0 else 0


def _power(budget: Budget, _p: int, x: int, exponent: int) -> int:
    if exponent < 0:
        return 0
    if abs(x) <= 1:
        return 1 if exponent % 2 == 0 and x else x if exponent else 1
    budget.check_bits((x.bit_length() - 1) * exponent)
    budget.spend(budget.bits * budget.bits >> 20)
    return int(x**exponent)


def _shift_left(budget: Budget, _p: int, x: int, k: int) -> int:
    if k < 0:
        return x >> min(-k, x.bit_length())
    if x:
        budget.check_bits(x.bit_length() + k)
    return x << k if x else 0


def _shift_right(budget: Budget, p: int, x: int, k: int) -> int:
    return _shift_left(budget, p, x, -k)


def _inverse(budget: Budget, _p: int, x: int, m: int) -> int:
    budget.spend(_inverse_cost(m))
    try:
        return pow(x, -1, m) if m > 0 else 0
    except ValueError:
        return 0


def _power_modulo(budget: Budget, p: int, x: int, exponent: int, m: int) -> int:
    if m < 1:
        return 0
    budget.spend(exponent.bit_length() * (1 + (m.bit_length() ** 2 >> 18)))
    if exponent < 0:
        x = _inverse(budget, p, x, m)
        exponent = -exponent if x else 1
    return pow(x, exponent, m)


def _signed(x: int, p: int) -> int:
    return x % p - p if x % p > (p - 1) // 2 else x % p


def _field_shift_left(budget: Budget, p: int, x: int, k: int) -> int:
    x, k = x % p, k % p
    if k > (p - 1) // 2:
        return _field_shift_right(budget, p, x, p - k)
    n_bits = p.bit_length()
    return (x << k & (1 << n_bits) - 1) % p if k < n_bits else 0


def _field_shift_right(budget: Budget, p: int, x: int, k: int) -> int:
    x, k = x % p, k % p
    if k > (p - 1) // 2:
        return _field_shift_left(budget, p, x, p - k)
    return x >> k if k < p.bit_length() else 0


def _truth(compare: Callable[[int, int], bool]) -> Callable[[int, int], int]:
    return lambda x, y: 1 if compare(x, y) else 0


def _in_field(compute: Callable[..., int]) -> Operation:
    """Return an operation on representatives in 0 .. p-1 whose result is reduced."""
    return lambda _budget, p, *operands: int(compute(*(x % p for x in operands))) % p


# the operations that cost one step whatever their operands are
UNARY: dict[int, Callable[[int], int]] = {
    Op.COPY: operator.pos,
    Op.NEGATE: operator.neg,
    Op.INVERT: operator.invert,
    Op.ABSOLUTE: abs,
    Op.BIT_LENGTH: int.bit_length,
}
BINARY: dict[int, Callable[[int, int], int]] = {
    Op.ADD: operator.add,
    Op.SUBTRACT: operator.sub,
    Op.AND: operator.and_,
    Op.OR: operator.or_,
    Op.XOR: operator.xor,
    Op.EQUAL: _truth(operator.eq),
    Op.UNEQUAL: _truth(operator.ne),
    Op.LESS: _truth(operator.lt),
    Op.LESS_EQUAL: _truth(operator.le),
    Op.MINIMUM: min,
    Op.MAXIMUM: max,
}
OPERATIONS: dict[int, Operation] = {
    Op.SQUARE_ROOT: _square_root,
    Op.MULTIPLY: _multiply,
    Op.QUOTIENT: _quotient,
    Op.REMAINDER: _remainder,
    Op.POWER: _power,
    Op.SHIFT_LEFT: _shift_left,
    Op.SHIFT_RIGHT: _shift_right,
    Op.INVERSE: _inverse,
    Op.POWER_MODULO: _power_modulo,
    Op.SELECT: lambda _budget, _p, choice, x, y: x if choice else y,
    Op.MODULUS: lambda _budget, p: p,
    Op.REDUCE: _in_field(operator.pos),
    Op.FIELD_ADD: _in_field(operator.add),
    Op.FIELD_SUBTRACT: _in_field(operator.sub),
    Op.FIELD_MULTIPLY: _in_field(operator.mul),
    Op.FIELD_DIVIDE: lambda budget, p, x, y: x * _inverse(budget, p, y % p, p) % p,
    Op.FIELD_POWER: lambda budget, p, x, y: _power_modulo(budget, p, x % p, y % p, p),
    Op.FIELD_LESS: lambda _budget, p, x, y: int(_signed(x, p) < _signed(y, p)),
    Op.FIELD_LESS_EQUAL: lambda _budget, p, x, y: int(_signed(x, p) <= _signed(y, p)),
    Op.FIELD_SHIFT_LEFT: _field_shift_left,
    Op.FIELD_SHIFT_RIGHT: _field_shift_right,
    Op.FIELD_AND: _in_field(operator.and_),
    Op.FIELD_OR: _in_field(operator.or_),
    Op.FIELD_XOR: _in_field(operator.xor),
    Op.FIELD_INVERT: lambda _budget, p, x: ((1 << p.bit_length()) - 1 - x % p) % p,
}
