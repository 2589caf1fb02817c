from __future__ import annotations

import itertools

import pytest

from tests.support.advice_programs import program
from zkctl.constraints.advice.instructions import Instruction, Op
from zkctl.constraints.advice.run import run_advice
from zkctl.constraints.advice.shorter import shorter_code


def shorter(*code: tuple[int, ...], outputs: tuple[int, ...] = (15,)) -> list[Instruction]:
    return shorter_code(program(code, constants=(0, 1), outputs=outputs))


def same(*code: tuple[int, ...]) -> list[Instruction]:
    return list(program(code).code)


@pytest.mark.parametrize("op", [Op.FIELD_ADD, Op.LOAD, Op.SELECT, Op.NEGATE])
def test_a_result_that_is_only_copied(op: Op) -> None:
    rest = {Op.FIELD_ADD: (15, 3), Op.LOAD: (0, 2, 1), Op.SELECT: (0, 1, 2), Op.NEGATE: (0,)}[op]
    assert shorter((op, 8, *rest), (Op.COPY, 15, 8)) == same((op, 15, *rest))


def test_a_result_with_another_reader_stays() -> None:
    pair = ((Op.FIELD_ADD, 8, 15, 3), (Op.COPY, 15, 8))
    assert shorter(*pair, outputs=(15, 8)) == same(*pair)
    assert shorter(*pair, (Op.NEGATE, 9, 8)) == same(*pair, (Op.NEGATE, 9, 8))
    for array in ((Op.LOAD, 9, 7, 3, 0), (Op.SORT, 7, 2), (Op.STORE, 8, 1, 0, 1)):
        assert shorter(*pair, array) == same(*pair, array)
    apart = (pair[0], (Op.IF, 0), pair[1], (Op.END,))
    assert shorter(*apart) == same(*apart)


@pytest.mark.parametrize(
    "op", [Op.EQUAL, Op.UNEQUAL, Op.LESS, Op.LESS_EQUAL, Op.FIELD_LESS, Op.FIELD_LESS_EQUAL]
)
def test_a_comparison_that_is_only_negated(op: Op) -> None:
    pair = ((op, 8, 0, 1), (Op.EQUAL, 15, 8, 2))
    assert len(shorter(*pair)) == 1
    joined, apart = program(pair, constants=(0,)), program(pair, constants=(0,), outputs=(15, 8))
    for x, y in itertools.product((0, 1, 5, 49, 50, 51, 52, 100), repeat=2):
        assert run_advice(joined, [x, y], 101)[0] == run_advice(apart, [x, y], 101)[0]


def test_a_sum_that_is_compared_stays() -> None:
    for pair in (
        ((Op.FIELD_ADD, 8, 0, 1), (Op.EQUAL, 15, 8, 2)),
        ((Op.LESS, 8, 0, 1), (Op.EQUAL, 15, 8, 3)),  # with 1
        ((Op.LESS, 8, 0, 1), (Op.EQUAL, 15, 2, 8)),
    ):
        assert shorter(*pair) == same(*pair)
