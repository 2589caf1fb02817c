from __future__ import annotations

import itertools

import pytest

from tests.support.advice_programs import instruction, program
from zkctl.constraints.advice.arithmetic import BINARY, OPERATIONS, Budget
from zkctl.constraints.advice.instructions import OPERANDS, Limits, Op
from zkctl.constraints.advice.run import run_advice
from zkctl.constraints.advice.straight import straight_run
from zkctl.errors import LimitError
from zkctl.field import BN254_FR

TWO_OPERANDS = [op for op in Op if len(OPERANDS[op]) == 3 and (op in BINARY or op in OPERATIONS)]
PRIMES = (3, 5, 101, BN254_FR.modulus)


@pytest.mark.parametrize("p", PRIMES)
@pytest.mark.parametrize("op", TWO_OPERANDS)
def test_each_operation_is_its_general_function(op: Op, p: int) -> None:
    half = (p - 1) // 2
    numbers = sorted({0, 1, 2, 7, 100, 253, 254, half, half + 1, p - 2, p - 1, p, p + 1, -1, -p})
    for x, y in itertools.product(numbers, repeat=2):
        if op in (Op.POWER, Op.SHIFT_LEFT, Op.SHIFT_RIGHT) and abs(y) > 300:
            continue
        budget = Budget(1 << 30, 1 << 16, "f")
        general = BINARY[op](x, y) if op in BINARY else OPERATIONS[op](budget, p, x, y)
        made = program([(op, 15, 0, 1)], limits=Limits(1 << 28, 1 << 16))
        assert run_advice(made, [x, y], p) == [general], (x, y)


def test_a_limit_below_the_field_is_checked_everywhere() -> None:
    made = program([(Op.FIELD_ADD, 15, 0, 1)], limits=Limits(100, 5))
    assert run_advice(made, [9, 10], 101) == [19]
    with pytest.raises(LimitError, match="a number in the advice f has 7 bits, its limit is 5"):
        run_advice(made, [60, 30], 101)


def test_control_and_arrays_that_need_the_call_have_none() -> None:
    for op, operands in ((Op.END, ()), (Op.SORT, (0, 2)), (Op.ASSERT, (0, 0))):
        assert straight_run(instruction(op, *operands), 101, 64) is None
