"""The witness program: rows in the order in which they run, signals that nothing assigns, hidden wires."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.circom_instances import place, program, two_squares
from zkctl.circom.circuit import CircomCircuit
from zkctl.circom.instance import Instance, LocalConstraint, RunAssign, RunCode, RunRow
from zkctl.constraints.advice.instructions import AdviceProgram
from zkctl.constraints.evaluate import evaluate
from zkctl.constraints.signals import Role, SignalGroup
from zkctl.constraints.simplify.level import SimplificationLevel
from zkctl.constraints.witness_program import check_program
from zkctl.errors import UnsatisfiedError
from zkctl.field import BN254_FR


def circuit(main: Instance, level: int = 1) -> CircomCircuit:
    return CircomCircuit("two", program(), main, BN254_FR, SimplificationLevel(level))


def values(main: Instance, inputs: list[int]) -> list[int]:
    compiled = circuit(main).program
    check_program(compiled)
    return evaluate(compiled, inputs)


def test_components_run_between_the_rows_of_their_parent() -> None:
    main = two_squares(BN254_FR.modulus)
    assert values(main, [3]) == [1, 81, 3, 9, 3, 81, 9]
    assert circuit(main).program.targets.tolist() == [4, 3, 6, 5, 1]


def test_the_origin_of_a_row_is_its_line_and_the_components_around_it() -> None:
    source = circuit(two_squares(BN254_FR.modulus)).program.source
    chain = source.chain(int(source.row_nodes[3]))
    assert [span.function for span in chain] == ["Square()", "Two(), component d", "main"]
    assert [(span.file, span.line) for span in chain] == [("two.circom", 1), ("two.circom", 3), ("two.circom", 8)]  # fmt: skip


def test_signals_that_nothing_assigns_are_zero() -> None:
    signals = (SignalGroup("o", Role.OUTPUT, (2,)), SignalGroup("a", Role.PRIVATE))
    rest = (SignalGroup("m", Role.PRIVATE),)
    main = Instance(0, "Two()", "Two", signals, rest, 4, 4, (), (), ())
    assert values(main, [5]) == [1, 0, 0, 5, 0]


def test_code_gives_values_to_hidden_wires_which_are_not_in_the_circuit() -> None:
    p, line = BN254_FR.modulus, place(b"b <== d.y")
    add_one = AdviceProgram("sum", 1, (), 1, (0,), ())
    code = RunCode(add_one, (), ({2: 1, 0: 1},), (-1,), line)
    row = LocalConstraint({}, {}, {1: p - 1, 2: 1}, 0, line)
    assign = RunAssign(LocalConstraint({}, {}, {1: 1, -1: p - 1}, 1, line))
    signals = (SignalGroup("o", Role.OUTPUT), SignalGroup("a", Role.PRIVATE))
    main = Instance(0, "Two()", "Two", signals, (), 2, 2, (), (row,), (code, assign), 1)
    assert values(main, [5]) == [1, 6, 5, 6]
    assert circuit(main, 0).program.kept is not None
    checked = replace(main, events=(code, assign, RunRow(0)))
    with pytest.raises(UnsatisfiedError, match="Two"):
        values(checked, [5])
