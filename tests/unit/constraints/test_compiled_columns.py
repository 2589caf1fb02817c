"""Programs without numpy in compiled code: it takes exactly what Python takes, and computes the same."""

from __future__ import annotations

import random
from array import array
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.unit.constraints.test_small_program import small_of
from zkctl.constraints.compiled_columns import position_in, prepared_if_good
from zkctl.constraints.compiled_runs import CompiledRuns
from zkctl.constraints.evaluate import Evaluator
from zkctl.constraints.small_program import StoredNumbers, is_good
from zkctl.constraints.witness_program import WitnessProgram, check_program
from zkctl.dsl import Array, Signal, circuit, constrain, hint, hints, private
from zkctl.errors import FormatError
from zkctl.field import BN254_FR, ints_from_words
from zkctl.field.backend import uses_compiled_kernels
from zkctl.field.kernels.compiled.evaluator import CompiledEvaluator

pytestmark = pytest.mark.skipif(not uses_compiled_kernels(), reason="machine code cannot run here")
P = BN254_FR.modulus
EVALUATOR = CompiledEvaluator(BN254_FR)
N_MUTANTS = 400  # 5,000 were run once


@circuit
def many(x: Array[Signal] = private(4)) -> Signal:
    total = x[0] * x[1] + 3
    for k in range(6):
        low, *_ = hint(hints.bits, x[k % 4] - 2 * total, n_bits=3 + k, first=k)
        inverse = hint(hints.inverse_or_zero, total - x[k % 3])
        quotient, rest = hint(hints.quotient_remainder, total, x[k % 2] + low)
        constrain(quotient * (x[k % 2] + low) == quotient * (x[k % 2] + low))
        total = total * inverse + 7 * rest - hint(hints.divide_or_zero, x[k % 4], total)
    return total


@pytest.fixture(scope="module")
def good() -> WitnessProgram:
    return many.compile().program


def mutant(rng: random.Random, program: WitnessProgram) -> WitnessProgram:
    """The program with one number of one column changed: by one, to that of another place, or to the largest."""
    table: Any = program.hint_table
    rows = {name: getattr(program, name) for name in ("wires", "coefficients", "targets")}
    of_hints = {name: getattr(table, name) for name in ("rows", "nodes", "parameters", "wires", "coefficients", "outputs")}  # fmt: skip
    columns, is_row = (rows, True) if rng.random() < 0.6 else (of_hints, False)
    name = rng.choice(list(columns))
    column = columns[name].copy()
    k = rng.randrange(len(column))
    choices = [column[k] + 1, max(column[k], 1) - 1, rng.choice(column), 0, 2**32 - 1, program.n_wires]  # fmt: skip
    column[k] = rng.choice(choices)
    if is_row:
        return replace(program, **{name: column})
    return replace(program, hints=replace(table, **{name: column}))


def takes(program: WitnessProgram) -> bool:
    """Whether `check_program` takes a program."""
    try:
        check_program(program)
    except FormatError:
        return False
    return True


def test_the_same_programs_are_taken(good: WitnessProgram) -> None:
    rng, seen = random.Random(5), set()
    inputs = [P - 1, 0, 17, 1 << 200]
    for _ in range(N_MUTANTS):
        changed = mutant(rng, good)
        small = small_of(changed)
        prepared = prepared_if_good(small, EVALUATOR)
        is_taken = prepared is not None
        assert is_taken == is_good(small)
        if max(changed.hint_table.coefficients) < len(good.pool) and not repeats(changed):
            assert is_taken == takes(changed)
        seen.add(is_taken)
        if prepared is not None:
            runs = CompiledRuns(small, EVALUATOR, prepared)
            assert outcome(runs, inputs) == outcome(Evaluator(small, in_python=True), inputs)
    assert seen == {False, True}


def repeats(program: WitnessProgram) -> bool:
    """Whether an input of a hint has a wire twice, which the reader of files refuses before `check_program`."""
    table = program.hint_table
    return sum(len(x) for call in table.calls for x in call.inputs) != len(table.wires)


def outcome(runs: CompiledRuns | Evaluator, inputs: list[int]) -> object:
    """The witness, or the message of the row that does not hold."""
    try:
        if isinstance(runs, Evaluator):
            return runs.integers(inputs)
        return ints_from_words(runs.run(inputs, {}))
    except Exception as problem:
        return str(problem)


def test_one_wire_twice_in_an_input(good: WitnessProgram) -> None:
    table = good.hint_table
    lengths = np.diff(table.starts)
    start = int(table.starts[int(np.argmax(lengths > 1))])
    wires = table.wires.copy()
    wires[start] = wires[start + 1]
    small = small_of(replace(good, hints=replace(table, wires=wires)))
    assert not is_good(small)
    assert prepared_if_good(small, EVALUATOR) is None


def test_wires_that_are_kept(good: WitnessProgram) -> None:
    kept = [0, 1, 3, good.n_wires - 1]
    small = replace(small_of(good), kept=memoryview(array("I", kept)))
    prepared = prepared_if_good(small, EVALUATOR)
    assert prepared is not None
    inputs = [5, 6, 7, 8]
    evaluator = Evaluator(small, runs=CompiledRuns(small, EVALUATOR, prepared))
    every = Evaluator(good).integers(inputs)
    found = evaluator.kept_values(inputs)
    assert isinstance(found, memoryview)
    assert found.shape == (4, 32)
    numbers = [int.from_bytes(found.tobytes()[32 * k :][:32], "little") for k in range(4)]
    assert numbers == [every[k] for k in kept]
    assert Evaluator(small, in_python=True).kept_values(inputs) == numbers


@pytest.mark.parametrize("bad", [0, P, P + 1, (1 << 256) - 1])
def test_coefficients_that_are_no_numbers_below_p(good: WitnessProgram, bad: int) -> None:
    for k in range(len(good.pool)):
        pool = [*good.pool[:k], bad, *good.pool[k + 1 :]]
        assert prepared_if_good(replace(small_of(good), pool=stored(pool)), EVALUATOR) is None
    assert prepared_if_good(replace(small_of(good), pool=stored(good.pool)), EVALUATOR) is not None


def stored(pool: Sequence[int]) -> StoredNumbers:
    """Coefficients as in a file."""
    return StoredNumbers(memoryview(b"".join(x.to_bytes(32, "little") for x in pool)), 32)


def test_numbers_of_a_file() -> None:
    numbers = [1, P - 1, 0, (1 << 256) - 1, 7]
    found = stored(numbers)
    assert list(found) == numbers
    assert (len(found), found[-1], found[1:3]) == (5, 7, (P - 1, 0))
    with pytest.raises(IndexError):
        found[5]
    assert list(stored([])) == []


def test_one_is_found_between_words_that_look_like_it() -> None:
    """The bytes of 1 also begin in the middle of two other numbers."""
    pool = [1 << 128, 1 << 8, 3, 1, P - 1, 1]
    for given, expected in ((pool, 3), (pool[:3], -1), (pool[3:], 0)):
        assert position_in(bytearray(stored(given).raw), 1, 32) == expected
    assert position_in(bytearray(), 1, 32) == -1
