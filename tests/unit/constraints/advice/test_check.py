from __future__ import annotations

import random
from dataclasses import replace

import pytest

from tests.support.advice_programs import ARRAYS, EUCLID, program
from zkctl.constraints.advice.check import check_advice
from zkctl.constraints.advice.instructions import AdviceProgram, Instruction, Limits, Op
from zkctl.constraints.advice.run import Machine
from zkctl.errors import FormatError, ZkctlError

MUTANTS = 5_000


@pytest.mark.parametrize("good", [EUCLID, ARRAYS, program([], outputs=())])
def test_good_programs_pass(good: AdviceProgram) -> None:
    check_advice(good)


def test_calls_are_of_functions_that_exist_with_their_lengths() -> None:
    call = program([(Op.CALL, 0, 14, 1, 12, 2)])
    with pytest.raises(FormatError, match="instruction 0 calls function 0, there are 0"):
        check_advice(call)
    message = "instruction 0 has 1 results and 2 arguments, its function 1 and 3"
    with pytest.raises(FormatError, match=message):
        check_advice(call, [replace(EUCLID, n_inputs=3, outputs=(4,))])


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (replace(EUCLID, limits=Limits(0, 8)), "the limit of steps of an advice program: expected 1 to 16777216, got 0"),
        (replace(EUCLID, limits=Limits(1 << 25, 8)), "the limit of steps of an advice program: expected 1 to 16777216, got 33554432"),
        (replace(EUCLID, limits=Limits(8, 1 << 17)), "the limit of bits of an advice program: expected 1 to 65536, got 131072"),
        (replace(EUCLID, n_inputs=1 << 17), "the number of inputs of an advice program: expected 0 to 65536, got 131072"),
        (replace(EUCLID, outputs=(4,) * 65537), "the number of outputs of an advice program: expected 0 to 65536, got 65537"),
        (replace(EUCLID, n_cells=3), "the number of cells of an advice program: expected 4 to 262144, got 3"),
        (
            replace(EUCLID, n_cells=1 << 18, limits=Limits(8, 1 << 14)),
            "the memory in bits of an advice program: expected 0 to 2147483648, got 4294967296",
        ),
        (replace(EUCLID, texts=("x",) * 65537), "the number of texts of an advice program: expected 0 to 65536, got 65537"),
        (replace(EUCLID, texts=("x" * 1025,)), "the longest text of an advice program: expected 0 to 1024, got 1025"),
        (
            replace(EUCLID, constants=(1 << 8, 0), limits=Limits(8, 8)),
            "the longest constant in bits of an advice program: expected 0 to 8, got 9",
        ),
        (replace(EUCLID, constants=(3, 3)), "a constant of an advice program occurs twice"),
        (replace(EUCLID, outputs=(16,)), "an output of an advice program is not one of its 16 cells"),
        (replace(EUCLID, outputs=(-1,)), "an output of an advice program is not one of its 16 cells"),
        (program([(0,)]), "instruction 0 has the unknown operation 0"),
        (program([(Op.ADD, 4, 5)]), "instruction 0 has 2 operands, ADD takes 3"),
        (program([(Op.ADD, 1, 5, 5)]), "operand 0 of instruction 0 is 1, not a WRITE"),
        (program([(Op.ADD, 16, 5, 5)]), "operand 0 of instruction 0 is 16, not a WRITE"),
        (program([(Op.ADD, 4, 5, 16)]), "operand 2 of instruction 0 is 16, not a READ"),
        (program([(Op.ADD, 4, -5, 0)]), "operand 1 of instruction 0 is -5, not a READ"),
        (program([(Op.SORT, 1, 3)]), "operand 0 of instruction 0 is 1, not a WRITE_ARRAY"),
        (program([(Op.SORT, 14, 3)]), "operand 0 of instruction 0 is 14, not a WRITE_ARRAY"),
        (program([(Op.SORT, 14, 0)]), "operand 1 of instruction 0 is 0, not a LENGTH"),
        (program([(Op.LOAD, 4, 14, 3, 0)]), "operand 1 of instruction 0 is 14, not a READ_ARRAY"),
        (program([(Op.JOIN, 4, 14, 2, 0)]), "operand 3 of instruction 0 is 0, not a BITS"),
        (program([(Op.JOIN, 4, 14, 2, 8193)]), "operand 3 of instruction 0 is 8193, not a BITS"),
        (program([(Op.LOG_TEXT, 0)]), "operand 0 of instruction 0 is 0, not a TEXT"),
        (program([(Op.BREAK, 64)]), "operand 0 of instruction 0 is 64, not a LEVELS"),
        (program([(Op.MOVE, 4, 2, 8, 3)]), "instruction 0 has arrays of different lengths, 2 and 3"),
        (program([(Op.BLOCK,), (Op.BREAK, 1), (Op.END,)]), "instruction 1 leaves a block that is not open"),
        (program([(Op.BLOCK,), (Op.IF, 0), (Op.END,)]), "an advice program has 1 blocks without an end"),
        (program([(Op.END,)]), "instruction 0 is an END without a block"),
        (program([(Op.BLOCK,), (Op.ELSE,), (Op.END,)]), "instruction 1 is an ELSE without its IF"),
        (program([(Op.IF, 0), (Op.ELSE,), (Op.ELSE,), (Op.END,)]), "instruction 2 is an ELSE without its IF"),
        (program([(Op.BLOCK,)] * 65 + [(Op.END,)] * 65), "instruction 64 is nested deeper than 64 blocks"),
    ],
)  # fmt: skip
def test_bad_programs_are_refused(bad: AdviceProgram, message: str) -> None:
    with pytest.raises(FormatError) as caught:
        check_advice(bad)
    assert caught.value.message == message


def mutated_instruction(code: list[Instruction], rng: random.Random) -> None:
    place = rng.randrange(len(code))
    old = code[place]
    match rng.randrange(5):
        case 0:
            del code[place]
        case 1:
            code.insert(place, rng.choice(code))
        case 2:
            code[place] = Instruction(rng.choice([*Op, rng.randrange(-3, 256)]), old.operands)
        case 3:
            code[place] = Instruction(
                old.op, (*old.operands, rng.randrange(20))[rng.randrange(2) :]
            )
        case _ if old.operands:
            operands = list(old.operands)
            edge = rng.choice([-1, 0, 1, 2, 3, 5, 15, 19, 20, 63, 1 << 16, 1 << 32])
            operands[rng.randrange(len(operands))] = edge
            code[place] = Instruction(old.op, tuple(operands))


def mutated(original: AdviceProgram, rng: random.Random) -> AdviceProgram:
    code = list(original.code)
    for _ in range(rng.randrange(1, 4)):
        mutated_instruction(code, rng)
    changes = {
        "n_inputs": rng.choice([0, 1, 2, 3, 1 << 20]),
        "constants": rng.choice([(), (0,), (0, -1), (-(1 << 8000), 1 << 8000), (7, 7)]),
        "n_cells": rng.choice([0, 4, 12, 20, 1 << 18, 1 << 30]),
        "outputs": rng.choice([(), (0,), (5, 19), (99,)]),
        "texts": rng.choice([(), ("a", "\n"), ("x" * 2000,)]),
    }
    kept = rng.choice([{}, {}, dict([rng.choice(list(changes.items()))])])
    return replace(original, code=tuple(code), limits=Limits(1000, 8192), **kept)


def test_mutants_are_refused_or_run_within_their_limits() -> None:
    rng = random.Random(7)
    ran = failed = 0
    for _ in range(MUTANTS):
        mutant = mutated(rng.choice([EUCLID, ARRAYS]), rng)
        try:
            check_advice(mutant)
        except FormatError:
            continue
        edge = rng.choice([0, 1, 3, -5, (1 << 254) - 1])
        inputs = [rng.choice([edge, rng.randrange(1 << 20)]) for _ in range(mutant.n_inputs)]
        try:
            found = Machine(mutant, 101, log=str).run(inputs)
        except ZkctlError as problem:
            assert problem.exit_code in (1, 3, 7)
            failed += 1
            continue
        ran += 1
        assert len(found) == len(mutant.outputs)
        assert all(isinstance(value, int) for value in found)
    assert ran > 500
    assert failed > 50
