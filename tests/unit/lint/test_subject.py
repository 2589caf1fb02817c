from __future__ import annotations

import numpy as np

from tests.support.linted import foreign, foreign_subject
from zkctl.constraints.signals import Role
from zkctl.dsl import Array, Signal, Uint, circuit, private, public
from zkctl.lint.subject import subject_of, subject_of_program


@circuit
def sample(a: Array[Uint] = private(2, bits=4), c: Signal = public()) -> Signal:
    return a[0] * a[1] * c


def test_the_signals_and_rows_of_a_compiled_circuit() -> None:
    compiled = sample.compile()
    subject = subject_of(compiled)
    assert [(s.name, s.role, list(s.wires), s.is_single) for s in subject.signals] == [
        ("out", Role.OUTPUT, [1], True),
        ("c", Role.PUBLIC, [2], True),
        ("a", Role.PRIVATE, [3, 4], False),
    ]
    assert (subject.outputs, subject.inputs) == ({1}, {2, 3, 4})
    assert subject.wires(Role.PUBLIC) == [2]
    assert [subject.names(w) for w in (1, 4)] == ["out", "a[1]"]
    assert len(subject.constraints) == subject.rows.n_rows == compiled.program.n_rows
    assert subject.own_rows == compiled.n_input_rows == 8
    assert subject.signals[2].shown(1) == "a (1 of 2)"


def test_bounds_are_those_that_the_rows_of_the_language_prove() -> None:
    subject = subject_of(sample.compile())
    assert {wire: subject.bounds[wire] for wire in (3, 4)} == {3: 15, 4: 15}
    assert 2 not in subject.bounds


def test_lines_of_rows() -> None:
    subject = subject_of(sample.compile())
    assert subject.chain_of_row(subject.rows.n_rows - 1)[0].file == "test_subject.py"


def test_a_program_alone() -> None:
    program = sample.compile().program
    subject = subject_of_program(program)
    assert (subject.names(3), subject.names(9)) == ("a[0]", "wire 9")
    assert subject.calls == []


def test_a_system_of_another_compiler() -> None:
    rows = [({3: 1}, {4: 2}, {1: 1}), ({2: 1}, {2: 1}, {5: 1})]
    system = foreign(rows, ["o[0]", "o[1]", "x", "y", "h"], n_outputs=2, n_inputs=2)
    subject = foreign_subject(system, frozenset({4}))
    assert [(s.name, s.role, list(s.wires), s.is_single) for s in subject.signals] == [
        ("o", Role.OUTPUT, [1, 2], False),
        ("x", Role.PRIVATE, [3], True),
        ("y", Role.PUBLIC, [4], True),
    ]
    assert [tuple(row) for row in subject.constraints] == rows
    assert np.array_equal(subject.mentioned, [False, True, True, True, True, True])
    assert subject.rows_of_wire[2] == [1]
    assert not subject.is_proved
    assert subject.output_is_proved(1)
    assert not subject.output_is_proved(2)
