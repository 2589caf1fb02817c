"""Components as copies of the bodies of their templates."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.circom_lint import GADGETS, circom_circuit
from zkctl.lint import circom_bodies
from zkctl.lint.checker import World
from zkctl.lint.circom_bodies import CircomBodies, ports_first
from zkctl.lint.circom_system import LintedCircom
from zkctl.lint.system import System

OUTER = """
template Both(n) { signal input a; signal input b; signal output y; signal output z;
    component l = Less(n); l.x <== a; l.y <== b; component m = Less(n); m.x <== b; m.y <== a; y <== l.out; z <== m.out; }
template Main() { signal input a[3]; signal output o[2]; component c[2];
    for (var k = 0; k < 2; k++) { c[k] = Both(6); c[k].a <== a[k]; c[k].b <== a[k + 1]; o[k] <== c[k].y * c[k].z; } }
component main = Main();
"""


def system() -> System:
    return LintedCircom(circom_circuit(GADGETS + OUTER)).system


def check_rows_of_copies(found: System) -> None:
    """The checker refuses a copy with other rows than its body's."""
    world = World(found, {})
    for number, copy in enumerate(found.copies):
        world.bodies[id(copy.body)] = World(copy.body, {})
        world.step_copy(number, [], [])


def test_every_component_with_outputs_is_a_copy_with_the_rows_of_its_body() -> None:
    found = system()
    titles = [copy.body.title for copy in found.copies]
    assert titles == ["Both(6)", *["Less(6)", "Bits(7)"] * 2] * 2
    assert list(found.nested) == [4, 1, 0, 1, 0] * 2
    check_rows_of_copies(found)


def test_a_template_is_one_body_whatever_contains_it() -> None:
    found = system()
    assert len({id(copy.body) for copy in found.copies}) == 3
    assert [body.title for body in found.bodies] == ["Bits(7)", "Less(6)", "Both(6)"]
    both = found.bodies[2]
    assert [copy.body.title for copy in both.copies] == ["Less(6)", "Bits(7)"] * 2
    check_rows_of_copies(both)


def test_the_wires_of_a_body_are_inputs_then_outputs_then_the_others() -> None:
    circuit = circom_circuit(GADGETS + OUTER)
    both = next(i for i in circuit.layout.tree.instances if i.template == "Both")
    assert ports_first(both)[:6].tolist() == [0, 3, 4, 1, 2, 5]
    body = CircomBodies(circuit.layout, circuit.layout.rows()).system(both)
    assert body.inputs == {1, 2}
    assert body.outputs == (3, 4)


def test_small_templates_and_those_in_very_deep_circuits_are_no_copies(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    small = (
        GADGETS
        + "template M() { signal input a; signal output o; component z = IsNull(); z.in <== a; o <== z.out; } component main = M();"
    )
    circuit = circom_circuit(small)
    assert len(LintedCircom(circuit).system.copies) == 0
    monkeypatch.setattr(circom_bodies, "MOST_NESTED", 3)
    circuit = circom_circuit(GADGETS + OUTER)
    numbers = np.arange(circuit.layout.n_labels)
    assert (
        len(
            CircomBodies(circuit.layout, circuit.layout.rows())
            .inside(circuit.layout.main, numbers)
            .copies
        )
        == 0
    )
