"""A program that could read outside its tables or use a wire too early is refused before it runs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from zkctl.constraints.hint_functions import MAX_OUTPUTS
from zkctl.constraints.signals import Role, SignalGroup
from zkctl.constraints.witness_program import MAX_INPUTS, WitnessProgram, check_program
from zkctl.dsl import Array, Bit, Signal, circuit, constrain, private, public
from zkctl.errors import FormatError
from zkctl.gadgets.compare import is_zero


@circuit
def sample(x: Signal = private(), y: Signal = public(), bits: Array[Bit] = private(2)) -> Signal:
    constrain(x * y == bits[0], "x * y is not the bit")
    return is_zero(x - y) + x * bits[1]


@pytest.fixture(scope="module")
def good() -> WitnessProgram:
    return sample.compile().program


def test_the_good_one(good: WitnessProgram) -> None:
    check_program(good)
    # wires: 1 out, 2 y, 3 x, 4 5 bits, then the inverse, the flag's product
    assert (good.n_wires, good.n_rows, good.first_input, good.n_inputs) == (8, 6, 2, 4)
    assert [call.outputs for call in good.hints] == [(6,)]
    assert good.targets.tolist() == [0, 0, 0, 7, 0, 1]


def changed(array: Any, index: int, value: int) -> Any:
    copy = np.array(array)
    copy[index] = value
    return copy


def hint(good: WitnessProgram, **changes: Any) -> WitnessProgram:
    return replace(good, hints=(good.hints[0]._replace(**changes),))


def source(good: WitnessProgram, **changes: Any) -> WitnessProgram:
    return replace(good, source=replace(good.source, **changes))


def signals(good: WitnessProgram, *groups: SignalGroup) -> WitnessProgram:
    return replace(good, signals=groups)


OUT, Y, X, BITS = (
    SignalGroup("out", Role.OUTPUT),
    SignalGroup("y", Role.PUBLIC),
    SignalGroup("x", Role.PRIVATE),
    SignalGroup("bits", Role.PRIVATE, (2,)),
)
TOO_MANY: dict[str, Any] = {"function": "user:x", "outputs": (6,) * (MAX_OUTPUTS + 1)}
CASES: list[tuple[str, Any]] = [
    ("signals are not in the order outputs, public inputs, private inputs", lambda g: signals(g, OUT, X, Y, BITS)),
    ("two signals have the same name", lambda g: signals(g, OUT, Y, replace(X, name="y"), BITS)),
    ("two fields of x have the same name", lambda g: signals(g, OUT, Y, replace(X, fields=(X, X)), replace(BITS, shape=(1,)))),
    ("the circuit claims 9 wires, 8 get a value", lambda g: replace(g, n_wires=9)),
    ("the circuit claims 8 wires, 7 get a value", lambda g: replace(g, hints=())),
    (f"inputs, at most {MAX_INPUTS} are supported", lambda g: signals(g, OUT, Y, X, replace(BITS, shape=(1 << 31, 7)))),
    ("8 wires cannot hold all outputs and inputs", lambda g: signals(g, replace(OUT, shape=(7,)), Y, X, BITS)),
    ("a wire is 8, there are 8", lambda g: replace(g, wires=changed(g.wires, 0, 8))),
    ("a coefficient index is 99, there are ", lambda g: replace(g, coefficients=changed(g.coefficients, 3, 99))),
    ("a target is 4000000000, there are 8", lambda g: replace(g, targets=changed(g.targets, 3, 4000000000))),
    ("a row origin is 99, there are ", lambda g: source(g, row_nodes=changed(g.source.row_nodes, 0, 99))),
    ("a row message is 99, there are ", lambda g: source(g, row_messages=changed(g.source.row_messages, 0, 99))),
    ("a span index is 99, there are ", lambda g: source(g, node_spans=changed(g.source.node_spans, 1, 99))),
    ("a caller comes after what it calls", lambda g: source(g, node_parents=changed(g.source.node_parents, 1, 1))),
    ("a coefficient is not in 1 .. p-1 of bn254.fr", lambda g: replace(g, pool=(0, *g.pool[1:]))),
    ("a coefficient is not in 1 .. p-1 of bn254.fr", lambda g: replace(g, pool=(g.field.modulus, *g.pool[1:]))),
    ("hint 0 has the unknown function 'os.system'", lambda g: hint(g, function="os.system")),
    ("call 0 of a hint is malformed: hint inverse_or_zero takes 1 inputs, got 0", lambda g: hint(g, inputs=())),
    ("call 0 of a hint is malformed: hint inverse_or_zero takes 0 parameters, got 1", lambda g: hint(g, parameters=(1,))),
    ("hint inverse_or_zero does not yield 2 values", lambda g: replace(hint(g, outputs=(6, 6)), n_wires=9)),
    (f"hint 0 yields more than {MAX_OUTPUTS} values", lambda g: replace(hint(g, **TOO_MANY), n_wires=8 + MAX_OUTPUTS)),
    ("hint 0 uses a wire that is not below 8", lambda g: hint(g, inputs=({8: 1},))),
    ("hint 0 uses a wire that is not below 8", lambda g: hint(g, outputs=(9,))),
    ("hint 0 has an origin that is not below ", lambda g: hint(g, node=99)),
    ("hints are not in the order of the 6 rows", lambda g: hint(g, before_row=7)),
    ("wire 5 has 2 definitions", lambda g: hint(g, outputs=(5,))),
    ("wire 0 has 2 definitions", lambda g: hint(g, outputs=(0,))),
    ("hint 0 uses wire 7 before it has a value", lambda g: hint(g, inputs=({7: 1},))),
    ("row 3 uses wire 6 before it has a value", lambda g: hint(g, before_row=4)),
    ("row 0 uses wire 1 before it has a value", lambda g: replace(g, wires=changed(g.wires, 0, 1))),
]  # fmt: skip


@pytest.mark.parametrize(("message", "change"), CASES)
def test_malformed_programs(good: WitnessProgram, message: str, change: Any) -> None:
    with pytest.raises(FormatError) as caught:
        check_program(change(good))
    assert message in caught.value.message


def test_a_row_must_define_its_wire_with_coefficient_one(good: WitnessProgram) -> None:
    row = 3
    c = slice(int(good.starts[3 * row + 2]), int(good.starts[3 * row + 3]))
    assert good.wires[c].tolist() == [0, 7]
    at = c.start + 1
    other = next(k for k, value in enumerate(good.pool) if value != 1)
    with pytest.raises(FormatError, match="a row defines a wire with a coefficient other than 1"):
        check_program(replace(good, coefficients=changed(good.coefficients, at, other)))
    with pytest.raises(FormatError, match="a row does not hold the wire it defines exactly once"):
        check_program(replace(good, wires=changed(good.wires, at, 3)))
    with pytest.raises(FormatError, match="row 3 uses wire 7 before it has a value"):
        check_program(replace(good, wires=changed(good.wires, int(good.starts[3 * row]), 7)))


def test_r1cs_of_the_program(good: WitnessProgram) -> None:
    system = good.to_r1cs()
    assert (system.n_wires, system.n_outputs, system.n_public_inputs, system.n_private_inputs) == (8, 1, 1, 3)  # fmt: skip
    assert system.labels.tolist() == list(range(8))
    assert (system.a.row(2), system.b.row(2)) == ([(3, 1)], [(2, 1)])
    assert system.c.row(2) == [(4, 1)]
