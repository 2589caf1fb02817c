from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Callable

import pytest

from tests.support.advice_programs import program
from zkctl.constraints.advice import arithmetic
from zkctl.constraints.advice.arithmetic import OPERATIONS
from zkctl.constraints.advice.check import check_advice
from zkctl.constraints.advice.instructions import OPERANDS, Kind, Limits, Op
from zkctl.constraints.advice.run import run_advice
from zkctl.errors import LimitError

P = 101
NUMBERS = (0, 1, 2, 7, 50, 51, 100, 101, 250, -1, -8, 1 << 70, -(1 << 70))
SMALL = (0, 1, 2, 7, 50, 51, 100, 101, 106, 250, -1, -8)


def compute(op: Op, *operands: int, limits: Limits = Limits()) -> int:  # noqa: B008
    reads = list(range(len(operands)))
    made = program([(op, 15, *reads)], n_inputs=len(operands), limits=limits)
    check_advice(made)
    return run_advice(made, operands, P)[0]


BINARY: dict[Op, Callable[[int, int], int]] = {
    Op.ADD: operator.add,
    Op.SUBTRACT: operator.sub,
    Op.MULTIPLY: operator.mul,
    Op.QUOTIENT: lambda x, y: x // y if y else 0,
    Op.REMAINDER: lambda x, y: x % y if y else x,
    Op.AND: operator.and_,
    Op.OR: operator.or_,
    Op.XOR: operator.xor,
    Op.EQUAL: operator.eq,
    Op.UNEQUAL: operator.ne,
    Op.LESS: operator.lt,
    Op.LESS_EQUAL: operator.le,
    Op.MINIMUM: min,
    Op.MAXIMUM: max,
    Op.FIELD_ADD: lambda x, y: (x + y) % P,
    Op.FIELD_SUBTRACT: lambda x, y: (x - y) % P,
    Op.FIELD_MULTIPLY: lambda x, y: x * y % P,
    Op.FIELD_DIVIDE: lambda x, y: x * pow(y, -1, P) % P if y % P else 0,
    Op.FIELD_POWER: lambda x, y: pow(x, y % P, P),
    Op.FIELD_AND: lambda x, y: (x % P & y % P) % P,
    Op.FIELD_OR: lambda x, y: (x % P | y % P) % P,
    Op.FIELD_XOR: lambda x, y: (x % P ^ y % P) % P,
    Op.FIELD_LESS: lambda x, y: (x + 50) % P < (y + 50) % P,
    Op.FIELD_LESS_EQUAL: lambda x, y: (x + 50) % P <= (y + 50) % P,
}
UNARY: dict[Op, Callable[[int], int]] = {
    Op.COPY: lambda x: x,
    Op.NEGATE: operator.neg,
    Op.INVERT: lambda x: -x - 1,
    Op.ABSOLUTE: abs,
    Op.BIT_LENGTH: int.bit_length,
    Op.SQUARE_ROOT: lambda x: math.isqrt(max(x, 0)),
    Op.REDUCE: lambda x: x % P,
    Op.FIELD_INVERT: lambda x: (127 - x % P) % P,
}


@pytest.mark.parametrize("op", BINARY, ids=lambda op: op.name)
def test_binary_operations(op: Op) -> None:
    for x, y in itertools.product(NUMBERS, repeat=2):
        assert compute(op, x, y) == BINARY[op](x, y), (x, y)


@pytest.mark.parametrize("op", UNARY, ids=lambda op: op.name)
def test_unary_operations(op: Op) -> None:
    for x in NUMBERS:
        assert compute(op, x) == UNARY[op](x), x


def test_every_operation_that_computes_a_cell_is_defined() -> None:
    computing = {
        op
        for op, kinds in OPERANDS.items()
        if set(kinds) <= {Kind.READ, Kind.WRITE} and kinds[:1] == (Kind.WRITE,)
    }
    assert computing - {Op.REPEAT} == {*OPERATIONS, *arithmetic.UNARY, *arithmetic.BINARY}
    assert set(OPERANDS) == set(Op)


def test_powers() -> None:
    for x, e in itertools.product((-3, -1, 0, 1, 2, 5), (-2, -1, 0, 1, 2, 3, 10)):
        assert compute(Op.POWER, x, e) == (x**e if e >= 0 else 0), (x, e)
    assert compute(Op.POWER, -1, 1 << 70) == 1
    with pytest.raises(LimitError):
        compute(Op.POWER, 2, 1 << 70)
    for x, e, m in itertools.product((-3, 0, 1, 5, 6), (-2, 0, 1, 7, 1 << 80), (-5, 0, 1, 2, 9)):
        invertible = m > 0 and math.gcd(x, m) == 1
        expected = pow(x, e, m) if m > 0 and (e >= 0 or invertible) else 0
        assert compute(Op.POWER_MODULO, x, e, m) == expected, (x, e, m)


def test_inverses() -> None:
    for x, m in itertools.product(SMALL, (-5, 0, 1, 2, 9, 101)):
        invertible = m > 0 and math.gcd(x, m) == 1
        assert compute(Op.INVERSE, x, m) == (pow(x, -1, m) if invertible else 0), (x, m)


def test_shifts() -> None:
    for x, k in itertools.product(NUMBERS, (-100, -3, -1, 0, 1, 3, 100)):
        shifted = x << k if k >= 0 else x >> -k
        assert compute(Op.SHIFT_LEFT, x, k) == compute(Op.SHIFT_RIGHT, x, -k) == shifted
    for k in (1 << 70, 8192):
        assert compute(Op.SHIFT_RIGHT, 5, k) == compute(Op.SHIFT_LEFT, 0, k) == 0
        assert compute(Op.SHIFT_RIGHT, -5, k) == -1
        with pytest.raises(LimitError, match="a number in the advice f has "):
            compute(Op.SHIFT_LEFT, 1, k)


def field_shift(x: int, k: int) -> int:
    """x << k of field elements, k above half the field as a shift to the right."""
    x, k = x % P, k % P
    return x * 2**k % 128 % P if k <= 50 else x >> (P - k)


def test_field_shifts() -> None:
    for x, k in itertools.product(SMALL, repeat=2):
        assert compute(Op.FIELD_SHIFT_LEFT, x, k) == field_shift(x, k), (x, k)
        assert compute(Op.FIELD_SHIFT_RIGHT, x, k) == (field_shift(x, -k) if k % P else x % P)


def test_choice_and_modulus() -> None:
    assert [compute(Op.SELECT, c, 5, 6) for c in (0, 1, -7)] == [6, 5, 5]
    assert compute(Op.MODULUS) == P


def test_long_numbers_cost_more_steps() -> None:
    long = (1 << 60_000) - 1
    limits = Limits(1000, 1 << 16)
    for op in (Op.QUOTIENT, Op.REMAINDER, Op.MULTIPLY, Op.SQUARE_ROOT):
        operands = (long,) if op is Op.SQUARE_ROOT else (long, long)
        with pytest.raises(LimitError, match="the advice f takes more steps than its limit"):
            compute(op, *operands, limits=limits)
    with pytest.raises(LimitError):
        compute(Op.INVERSE, 3, long, limits=limits)
    with pytest.raises(LimitError):
        compute(Op.POWER_MODULO, 3, long, long, limits=Limits(1 << 24, 1 << 16))
