from __future__ import annotations

import math
from dataclasses import replace

import pytest

from tests.support.advice_programs import ARRAYS, EUCLID, program
from zkctl.constraints.advice.instructions import Limits, Op
from zkctl.constraints.advice.run import Machine, run_advice
from zkctl.errors import InputError, LimitError, UnsatisfiedError


@pytest.mark.parametrize(("x", "y"), [(12, 18), (0, 0), (0, 5), (7, 0), (1 << 200, 6**40)])
def test_a_loop_until_a_condition(x: int, y: int) -> None:
    assert run_advice(EUCLID, [x, y], 101) == [math.gcd(x, y)]


def test_arrays_and_the_log() -> None:
    lines: list[str] = []
    found = run_advice(ARRAYS, [0x2713, 5], 101, lines.append)
    total = 3 + 1 + 7 + 2
    joined = 1 + (2 << 8) + (total << 16) + (7 << 24)
    assert found == [total, joined, 1, 3, 0, 2, 4, 0x2713**5 % total]
    assert lines == ["sum", str(total), "\n"]


def test_blocks_are_left_and_their_other_parts_skipped() -> None:
    counted = program(
        [
            (Op.REPEAT, 5, 0),
            (Op.REPEAT, 6, 0),
            (Op.EQUAL, 7, 5, 6),
            (Op.IF, 7),
            (Op.BREAK, 1),
            (Op.ELSE,),
            (Op.ADD, 15, 15, 1),
            (Op.END,),
            (Op.END,),
            (Op.ADD, 14, 14, 1),
            (Op.END,),
        ],
        outputs=(15, 14, 5),
    )
    assert run_advice(counted, [4, 1], 101) == [0 + 1 + 2 + 3, 4, 3]
    assert run_advice(counted, [0, 1], 101) == run_advice(counted, [-3, 1], 101) == [0, 0, 0]


def test_the_number_of_rounds_is_known_at_entry() -> None:
    growing = program(
        [(Op.COPY, 5, 0), (Op.REPEAT, 6, 5), (Op.ADD, 5, 5, 1), (Op.END,)], outputs=(5, 6)
    )
    assert run_advice(growing, [3, 1], 101) == [6, 2]


def test_limits_of_a_call() -> None:
    endless = program([(Op.FOREVER,), (Op.END,)], limits=Limits(1000, 64))
    with pytest.raises(LimitError, match="the advice f takes more steps than its limit") as caught:
        run_advice(endless, [0, 0], 101)
    hint = "check that its loops end; advice written in Python may raise its limit of steps"
    assert caught.value.hint == hint  # also of a circom source, which has no @advice
    with pytest.raises(LimitError, match="the advice f takes more steps than its limit"):
        Machine(EUCLID, 101).run([12, 18], max_steps=5)
    square = program([(Op.MULTIPLY, 15, 0, 0)], limits=Limits(1000, 64))
    assert run_advice(square, [(1 << 32) - 1, 0], 101) == [((1 << 32) - 1) ** 2]
    with pytest.raises(LimitError, match="a number in the advice f has 65 bits, its limit is 64"):
        run_advice(square, [1 << 32, 0], 101)
    joined = program([(Op.JOIN, 15, 4, 8, 64)], limits=Limits(1000, 64), constants=(1,))
    assert run_advice(joined, [0, 0], 101) == [0]
    pair = program([(Op.JOIN, 15, 0, 2, 40)], limits=Limits(1000, 64))
    assert run_advice(pair, [7, 5], 101) == [7 + (5 << 40)]
    with pytest.raises(LimitError, match="a number in the advice f has 71 bits, its limit is 64"):
        run_advice(pair, [7, 1 << 30], 101)


def test_errors_of_a_call() -> None:
    reading = program([(Op.LOAD, 15, 4, 3, 0)])
    for index in (3, -1, 1 << 70):
        with pytest.raises(InputError, match="the advice f uses an index outside an array of 3"):
            run_advice(reading, [index, 0], 101)
    with pytest.raises(InputError, match="the advice f uses an index outside an array of 3"):
        run_advice(program([(Op.STORE, 4, 3, 0, 1)]), [3, 0], 101)
    with pytest.raises(UnsatisfiedError, match="an assertion of the advice f fails: not small"):
        run_advice(program([(Op.ASSERT, 0, 0)], texts=("not small",)), [0, 0], 101)
    named = replace(program([(Op.ASSERT, 0, 0)], texts=("\x1b[2J",)), name="\x1b[1m")
    with pytest.raises(UnsatisfiedError) as caught:
        run_advice(named, [0, 0], 101)
    assert caught.value.message == r"an assertion of the advice \x1b[1m fails: \x1b[2J"
    with pytest.raises(InputError, match="the advice f takes 2 integers, got 1"):
        run_advice(EUCLID, [1], 101)


def test_long_numbers_are_logged_as_hexadecimal() -> None:
    lines: list[str] = []
    run_advice(program([(Op.LOG_VALUE, 0), (Op.LOG_VALUE, 1)]), [1 << 5000, -3], 101, lines.append)
    assert lines == ["0x1" + "0" * 1250, "-3"]
    run_advice(program([(Op.LOG_VALUE, 0)]), [1, 1], 101)
