"""A circom circuit as lint judges it: names, places, roles, witnesses."""

from __future__ import annotations

import pytest

from tests.support.circom_lint import body_circuit, circom_circuit, findings_of, verdict_of
from zkctl.constraints.signals import Role
from zkctl.errors import UnsatisfiedError
from zkctl.lint.circom_system import LintedCircom
from zkctl.lint.verdict import Verdict

PROGRAM = """template In() { signal input x[2]; signal output y; y <== x[0] * x[1]; }
template T() { signal input a; signal input b; signal output o; component c = In(); c.x[0] <== a; c.x[1] <== b;
    o <== c.y + 1; assert(a != 9); }
component main {public [b]} = T();
"""


def test_names_roles_and_places_are_those_of_the_program() -> None:
    linted = LintedCircom(circom_circuit(PROGRAM))
    system, subject = linted.system, linted.subject()
    assert [system.names(w) for w in range(system.n_wires)] == [
        "1",
        "o",
        "b",
        "a",
        "c.y",
        "c.x[0]",
        "c.x[1]",
    ]
    assert [(each.name, each.role) for each in subject.signals] == [
        ("o", Role.OUTPUT),
        ("b", Role.PUBLIC),
        ("a", Role.PRIVATE),
    ]
    places = {system.places(row).splitlines()[0] for row in range(len(system.rows))}
    assert "main.circom:2:53 in In()" in places
    assert [span.function for span in subject.chain_of_row(3)] == [
        "In()",
        "T(), component c",
        "main",
    ]


def test_the_first_witness_is_what_the_program_computes() -> None:
    system = LintedCircom(circom_circuit(PROGRAM)).system
    assert system.evaluate is not None
    assert system.evaluate({2: 5, 3: 4}) == [1, 21, 5, 4, 20, 4, 5]
    with pytest.raises(UnsatisfiedError):
        system.evaluate({2: 5, 3: 9})


def test_a_custom_template_is_never_broken_but_its_rows_may_prove() -> None:
    head = "pragma custom_templates;\n"
    gate = "template custom G() { signal input x; signal output y; y <-- x * x; } "
    text = "template T() { signal input a; signal output o; component g = G(); g.x <== a; o <== g.y; } component main = T();"
    circuit = circom_circuit(head + gate + text)
    assert "G() is a custom template" in LintedCircom(circuit).system.not_broken
    assert verdict_of(circuit) is Verdict.UNKNOWN


def test_a_private_input_that_vanishes_has_its_line() -> None:
    body = "signal input a; signal output o;\nsignal input spare;\nsignal input gone[2];\no <== a * a + 0 * gone[1];"
    found = {each.signal: each for each in findings_of(body_circuit(body)) if each.code == "L004"}
    assert found.keys() == {"spare", "gone"}
    assert [each.place.rsplit(":", 2)[1] for each in found.values()] == ["33", "34"]
    assert "private input gone (2 of 2) is in no constraint" in found["gone"].message


def test_b26_a_signal_of_a_component_in_no_constraint_has_the_line_of_its_declaration() -> None:
    more = (
        "template C() { signal input x;\nsignal output y; signal free;\ny <== x * x; free <-- x; }"
    )
    body = "signal input a; signal output o; component c = C(); c.x <== a; o <== c.y;"
    findings = {each.code: each for each in findings_of(body_circuit(body, more))}
    assert findings["L001"].message == "signal c.free is assigned by `<--` and is in no constraint"
    assert findings["L001"].span is not None
    assert findings["L001"].span.text == "y <== x * x; free <-- x; }"


def test_b26_an_output_of_a_component_that_the_parent_does_not_use_names_the_component() -> None:
    body = "signal input a; signal output o; o <== a * a;\ncomponent l = Less(8); l.x <== a; l.y <== 5;"
    (finding,) = [each for each in findings_of(body_circuit(body)) if each.code == "L003"]
    assert finding.signal == "l.out"
    assert [span.function for span in finding.chain] == ["Less(8)", "T(), component l", "main"]
