from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from zkctl.constraints.compiled_runs import CompiledRuns
from zkctl.constraints.evaluate import Evaluator
from zkctl.dsl import Array, Signal, circuit, constrain, hint, hints, private
from zkctl.errors import UnsatisfiedError
from zkctl.field import BN254_FR, ints_from_words
from zkctl.field.backend import uses_compiled_kernels
from zkctl.field.kernels.compiled.evaluator import CompiledEvaluator
from zkctl.runtime.settings import using

pytestmark = pytest.mark.skipif(not uses_compiled_kernels(), reason="machine code cannot run here")
P = BN254_FR.modulus
NUMBERS = [0, 1, 2, 255, P - 1, P // 3, 1 << 64, (1 << 128) - 1]


@circuit
def hinted(x: Signal = private(), y: Signal = private()) -> None:
    bits = hint(hints.bits, 3 * x + y, n_bits=70, first=3)
    inverse = hint(hints.inverse_or_zero, x - y)
    ratio = hint(hints.divide_or_zero, x + 1, y)
    quotient, rest = hint(hints.quotient_remainder, x, y)
    for value in (*bits, inverse, ratio, quotient, rest):
        constrain(value * value == value * value + 0 * x)


def in_python(program: object, inputs: Sequence[int]) -> list[int]:
    with using(compiles=False):
        return Evaluator(program).integers(inputs)  # type: ignore[arg-type]


def test_built_in_hints() -> None:
    program = hinted.compile().program
    runs = CompiledRuns(program, CompiledEvaluator(BN254_FR))
    for x in NUMBERS:
        for y in NUMBERS:
            assert ints_from_words(runs.run([x, y], {})) == in_python(program, [x, y])


def test_a_hint_has_coefficients_of_its_own() -> None:
    program = hinted.compile().program
    call = program.hints[0]
    changed = call._replace(inputs=({1: 123456789, 2: P - 77},))
    program = replace(program, hints=(changed, *program.hints[1:]))
    runs = CompiledRuns(program, CompiledEvaluator(BN254_FR))
    assert ints_from_words(runs.run([5, 9], {})) == in_python(program, [5, 9])


def test_python_hints_between_rows() -> None:
    def halves(x: int) -> tuple[int, int]:
        return x // 2, x - x // 2

    @circuit
    def halving(x: Signal = private()) -> Signal:
        for _ in range(40):
            low, high = hint(halves, x, n_outputs=2)
            constrain(low + high == x)
            x = low * low + high
        return x

    compiled = halving.compile()
    with using(compiles=False):
        expected = compiled.witness(x=1 << 200)
    with using(compiles=True):
        assert compiled.witness(x=1 << 200) == expected
    runs = CompiledRuns(compiled.program, CompiledEvaluator(BN254_FR))
    wrong = {name: lambda _values: [1] for name in compiled.user_hints}
    with pytest.raises(ValueError, match="a hint yields 2 values, got 1"):
        runs.run([3], wrong)


@circuit
def checked(x: Array[Signal] = private(3)) -> None:
    constrain(x[0] * x[1] == x[2], "no product")
    constrain(x[0] * x[2] == 7 * x[1])


def test_errors_are_those_of_python() -> None:
    program = checked.compile().program
    runs = CompiledRuns(program, CompiledEvaluator(BN254_FR))
    for inputs in ([1, 2, 3], [1, 2, 2], [P - 1, 1, P - 1], [1, 7, 7]):
        with pytest.raises(UnsatisfiedError) as expected:
            in_python(program, inputs)
        with pytest.raises(UnsatisfiedError) as found:
            runs.run(inputs, {})
        assert found.value.message == expected.value.message
        assert found.value.where == expected.value.where
    assert ints_from_words(runs.run([0, 0, 0], {})) == [1, 0, 0, 0]
