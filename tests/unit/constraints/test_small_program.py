"""The check of small programs takes what `check_program` takes; the witness is the same."""

from __future__ import annotations

import dataclasses
from array import array
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.unit.constraints.test_witness_program import CASES, changed, sample
from zkctl.constraints.compiled_columns import prepared_if_good
from zkctl.constraints.evaluate import Evaluator, evaluator_for
from zkctl.constraints.small_program import PlainHintTable, is_good
from zkctl.constraints.source_map import SourceMap
from zkctl.constraints.witness_program import WitnessProgram, check_program
from zkctl.errors import FormatError, UnsatisfiedError


def plain(record: Any, made: Any) -> Any:
    """The same record with columns of Python."""

    def column(values: Any) -> Any:
        kind = "q" if values.dtype == np.int64 else "I"
        return memoryview(array(kind, values.tolist()))

    fields = {each.name: getattr(record, each.name) for each in dataclasses.fields(record)}
    return made(**{k: column(v) if isinstance(v, np.ndarray) else v for k, v in fields.items()})


def small_of(program: WitnessProgram) -> WitnessProgram:
    """The same program with columns of Python."""
    source = plain(program.source, SourceMap)
    hints = plain(program.hint_table, PlainHintTable)
    return replace(plain(program, WitnessProgram), source=source, hints=hints)


def is_prepared(small: WitnessProgram) -> bool:
    """Whether the check in compiled code takes a program; it must agree with that in Python."""
    evaluator = evaluator_for(small.field, 1 << 20)
    found = is_good(small)
    if evaluator is not None:
        assert (prepared_if_good(small, evaluator) is not None) is found
    return found


@pytest.fixture(scope="module")
def good() -> WitnessProgram:
    return sample.compile().program


def test_the_witness_is_the_same(good: WitnessProgram) -> None:
    small = small_of(good)
    assert is_prepared(small)
    assert tuple(small.hint_calls) == tuple(good.hints)
    inputs, broken = [1, 1, 1, 1], [1, 0, 1, 1]
    for program, options in ((small, {"in_python": True}), (good, {})):
        evaluator = Evaluator(program, **options)  # type: ignore[arg-type]
        assert evaluator.integers(inputs) == Evaluator(good).integers(inputs)
        with pytest.raises(UnsatisfiedError) as caught:
            evaluator.integers(broken)
        assert caught.value.message == (
            "constraint 2 is not satisfied: x * y is not the bit (0 is not 1)"
        )
        assert 'constrain(x * y == bits[0], "x * y is not the bit")' in caught.value.where


@pytest.mark.parametrize("change", [change for _, change in CASES])
def test_malformed_programs(good: WitnessProgram, change: Any) -> None:
    assert not is_prepared(small_of(change(good)))


def test_the_order_of_definitions(good: WitnessProgram) -> None:
    row = 3
    at = int(good.starts[3 * row + 3]) - 1
    assert good.wires[at] == 7
    other = next(k for k, value in enumerate(good.pool) if value != 1)
    for program in (
        replace(good, coefficients=changed(good.coefficients, at, other)),
        replace(good, wires=changed(good.wires, at, 3)),
        replace(good, wires=changed(good.wires, int(good.starts[3 * row]), 7)),
        replace(good, targets=changed(good.targets, row, 0), n_wires=7),
        replace(good, hints=(good.hints[0]._replace(before_row=4),)),
        replace(good, hints=(good.hints[0]._replace(before_row=7),)),
    ):
        with pytest.raises(FormatError):
            check_program(program)
        assert not is_prepared(small_of(program))


@pytest.mark.parametrize(
    ("kept", "fits"),
    [
        ([0, 1, 2, 3, 4, 5, 6, 7], True),
        ([0, 1, 2], True),
        ([0, 1, 2, 7], True),
        ([0, 1], False),
        ([0, 2, 1], False),
        ([0, 1, 2, 7, 7], False),
        ([0, 1, 2, 8], False),
        ([1, 2, 3], False),
    ],
)
def test_kept_wires(good: WitnessProgram, kept: list[int], fits: bool) -> None:
    program = replace(good, kept=np.array(kept, np.uint32))
    assert is_prepared(small_of(program)) is fits
    if fits:
        check_program(program)
        return
    with pytest.raises(FormatError):
        check_program(program)
