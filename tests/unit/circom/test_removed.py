"""B21: the linear constraints that simplification removed, by template."""

from __future__ import annotations

from tests.support.circom_lint import circom_circuit

PROGRAM = """template Sum() { signal input x; signal input y; signal output z; z <== x + y; }
template T() { signal input a; signal output o; component s[2];
    for (var k = 0; k < 2; k++) { s[k] = Sum(); s[k].x <== a; s[k].y <== k; } o <== s[0].z * s[1].z; }
component main = T();
"""


def test_b21_nothing_is_removed_at_level_0() -> None:
    assert circom_circuit(PROGRAM).removed == []


def test_b21_each_template_has_its_removed_and_written_constraints() -> None:
    circuit = circom_circuit(PROGRAM)
    for level, expected in ((1, [("T", 4, 5)]), (2, [("T", 4, 5), ("Sum", 2, 2)])):
        found = circuit.simplified(level)
        assert [
            (each.template, each.n_removed, each.n_written) for each in found.removed
        ] == expected
        n_removed = sum(each.n_removed for each in found.removed)
        assert circuit.r1cs.n_constraints - n_removed == found.r1cs.n_constraints


def test_b21_a_circuit_without_products_has_no_constraint_left() -> None:
    program = "template T() { signal input a; signal input b; signal s; s <== a + b; s === 2 * a; } component main = T();"
    circuit = circom_circuit(program).simplified(2)
    assert circuit.r1cs.n_constraints == 0
    assert [(each.template, each.n_removed) for each in circuit.removed] == [("T", 2)]
