"""Systems of compiled circuits, with the copies of stamped gadgets."""

import numpy as np

from zkctl.dsl import Bit, Signal, circuit, gadget, private, public, wire
from zkctl.lint.compiled import system_of
from zkctl.lint.system import Form, StampedCopy, System


@gadget(stamped=True)
def cube(x: Signal) -> Signal:
    """Return the third power of x."""
    return wire(wire(x * x) * x)


@gadget(stamped=True)
def both(x: Bit, y: Signal) -> Signal:
    """Return the cube of y, or 0 if x is 0."""
    return wire(x * cube(y))


@circuit
def cubes(x: Signal = public(), y: Signal = private(), flag: Bit = private()) -> Signal:
    return cube(x) + cube(y + 1) + both(flag, x)


def value_of(form: Form, values: list[int], p: int) -> int:
    return sum(c * values[wire] for wire, c in form.items()) % p


def body_values(copy: StampedCopy, values: list[int], p: int) -> list[int]:
    """The values of a body's wires in a witness of the system around it."""
    found = [values[wire] for wire in copy.wires.tolist()]
    found[1 : 1 + len(copy.ports)] = [value_of(port, values, p) for port in copy.ports]
    return found


def holds(system: System, values: list[int]) -> bool:
    p = system.modulus
    sides = [[value_of(side, values, p) for side in row] for row in system.rows]
    return all(a * b % p == c for a, b, c in sides)


def test_inputs_outputs_and_rows_are_those_of_the_circuit() -> None:
    compiled = cubes.compile()
    system = system_of(compiled)
    assert system.outputs == (1,)
    assert system.inputs == {2, 3, 4}
    assert [system.names(k) for k in (2, 3, 4)] == ["main.x", "main.y", "main.flag"]
    assert len(system.rows) == compiled.program.n_rows
    assert holds(system, compiled.witness(x=2, y=3, flag=1))


def test_places_name_the_line_of_a_row() -> None:
    system = system_of(cubes.compile())
    assert "x * x" in system.places(system.copies[0].first_row)


def test_evaluate_returns_the_honest_witness() -> None:
    compiled = cubes.compile()
    values = system_of(compiled).evaluate
    assert values is not None
    assert values({2: 2, 3: 3, 4: 1}) == compiled.witness(x=2, y=3, flag=1)


def test_copies_of_one_template_share_the_body() -> None:
    system = system_of(cubes.compile())
    first, second, third = system.copies
    assert first.body is second.body is third.body.copies[0].body
    assert first.body.title.endswith("cube")
    assert second.ports == ({3: 1, 0: 1},)


def test_bodies_hold_in_the_witness_of_the_circuit() -> None:
    compiled = cubes.compile()
    system, values = system_of(compiled), compiled.witness(x=2, y=3, flag=1)
    for copy in system.copies:
        inside = body_values(copy, values, system.modulus)
        assert inside[0] == values[0]
        assert holds(copy.body, inside)
        for nested in copy.body.copies:
            assert holds(nested.body, body_values(nested, inside, system.modulus))


def test_a_body_promises_nothing_but_the_types_of_its_ports() -> None:
    third = system_of(cubes.compile()).copies[2]
    assert third.body.given == {1: 1}
    assert third.body.inputs == {1, 2}


def test_the_outputs_of_a_body_are_what_its_results_mention() -> None:
    first, _, third = system_of(cubes.compile()).copies
    assert first.body.outputs == (3,)
    assert third.body.outputs == (third.body.n_wires - 1,)


def test_a_simplified_circuit_is_judged_unsimplified() -> None:
    compiled = cubes.compile()
    plain, simplified = system_of(compiled), system_of(compiled.simplified())
    assert list(plain.rows) == list(simplified.rows)
    assert np.array_equal(plain.copies[0].wires, simplified.copies[0].wires)
