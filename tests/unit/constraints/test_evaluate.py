"""Both evaluators, compiled code and Python integers, pass the same tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from zkctl.constraints import evaluate as module
from zkctl.constraints.evaluate import Evaluator, evaluate
from zkctl.dsl import Array, Signal, circuit, constrain, hint, private
from zkctl.errors import CircuitError, InputError, UnsatisfiedError
from zkctl.field import BN254_FR, FieldArray, PrimeField, ints_from_words
from zkctl.field.backend import uses_compiled_kernels
from zkctl.gadgets.hash.poseidon import poseidon
from zkctl.runtime.settings import using


@pytest.fixture(params=["python", "compiled"], autouse=True)
def kind(request: pytest.FixtureRequest) -> Iterator[str]:
    """The evaluator that a test runs with."""
    if request.param == "compiled" and not uses_compiled_kernels():
        pytest.skip("machine code cannot run here")
    with using(compiles=request.param == "compiled"):
        yield request.param


@circuit
def chain(x: Signal = private(), *, n: int) -> Signal:
    for _ in range(n):
        x = poseidon(x, 7)
    return x


def test_all_rows_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = chain.compile(n=3)
    expected = evaluate(compiled.program, [5])
    assert compiled.r1cs.first_unsatisfied(FieldArray.from_ints(BN254_FR, expected)) is None
    assert expected[1] == poseidon(poseidon(poseidon(5, 7), 7), 7)
    for rows_at_once in (1, 7, 100):
        monkeypatch.setattr(module, "_ROWS_AT_ONCE", rows_at_once)
        assert evaluate(compiled.program, [5]) == expected


def test_words_are_the_same_numbers(kind: str) -> None:
    program = chain.compile(n=2).program
    evaluator = Evaluator(program)
    assert ints_from_words(evaluator.words([5])) == evaluate(program, [5])
    assert evaluator.integers([6]) == ints_from_words(evaluator.words([6]))
    assert (evaluator._runs is not None) == (kind == "compiled")


def test_little_work_loads_no_machine_code(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(module, "must_compile", lambda: False)
    evaluator = Evaluator(chain.compile(n=1).program)
    assert evaluator.n_terms < module.FEW_TERMS
    evaluator.words([5])
    assert evaluator._runs is None


def test_number_of_inputs() -> None:
    with pytest.raises(InputError, match="the circuit has 1 inputs, got 2 values"):
        evaluate(chain.compile(n=1).program, [5, 6])


def test_hints_at_the_very_end() -> None:
    @circuit
    def late(x: Signal = private()) -> Signal:
        return hint(lambda v: v + 1, x)

    compiled = late.compile()
    assert compiled.program.hints[0].before_row == compiled.program.n_rows == 0
    assert compiled.witness(x=3) == [1, 4, 3]


def test_user_hints_are_not_in_the_program() -> None:
    def halved(x: int) -> int:
        return x // 2

    @circuit
    def user(x: Signal = private()) -> None:
        constrain(2 * hint(halved, x) == x)

    compiled = user.compile()
    compiled.witness(x=4)
    message = "the hint 0:test_user_hints_are_not_in_the_program.<locals>.halved is Python code, which a witness program does not contain"
    with pytest.raises(CircuitError) as caught:
        evaluate(compiled.program, [4])
    assert caught.value.message == message
    assert "hint(halved, x)" in caught.value.where
    assert "compile().witness(...)" in caught.value.hint


@circuit
def wide(x: Array[Signal] = private(9)) -> None:
    constrain(sum(x) == 7, "the sum is wrong")


def test_only_a_few_values_are_shown() -> None:
    with pytest.raises(UnsatisfiedError) as caught:
        evaluate(wide.compile().program, list(range(100, 109)))
    assert caught.value.message == "constraint 0 is not satisfied: the sum is wrong (936 is not 7)"
    assert (
        caught.value.where.splitlines()[-1] == "with x[0] = 100, x[1] = 101, x[2] = 102, x[3] = 103"
    )


def test_rows_without_origin_or_message() -> None:
    program = wide.compile().program
    source = program.source
    nothing = replace(source, row_nodes=source.row_nodes * 0, row_messages=source.row_messages * 0)
    bare = replace(program, source=nothing)
    with pytest.raises(UnsatisfiedError) as caught:
        evaluate(bare, [0] * 9)
    assert caught.value.message == "constraint 0 is not satisfied (0 is not 7)"
    assert caught.value.where.startswith("with x[0] = 0")


def test_fields_of_no_curve_are_evaluated_in_python() -> None:
    evaluator = Evaluator(wide.over(PrimeField("small", 101)).compile().program)
    assert evaluator.integers([1, 2, 3, 1, 0, 0, 0, 0, 0])[:3] == [1, 1, 2]
    assert evaluator._runs is None
