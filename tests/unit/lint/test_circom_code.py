"""Run-time code for the passes: wires that `<--` assigns, and asserts of every component."""

from __future__ import annotations

from tests.support.circom_lint import circom_circuit
from zkctl.circom.asserted import CODE, Condition
from zkctl.lint.circom_code import MOST_COPIES, moved
from zkctl.lint.circom_system import LintedCircom
from zkctl.lint.subject import Subject

PROGRAM = """template C() { signal input x; signal output y; y <-- x / 3; 3 * y === x; assert(x < y + 2); }
template T(n) { signal input a[n]; signal output o[n]; component c[n];
    for (var k = 0; k < n; k++) { c[k] = C(); c[k].x <== a[k]; o[k] <== c[k].y; } }
component main = T(%d);
"""


def subject(n: int) -> Subject:
    return LintedCircom(circom_circuit(PROGRAM % n)).subject()


def test_what_is_assigned_is_listed_for_every_component() -> None:
    found = subject(2)
    advised = list(found.advised())
    assert [found.names(each.wire) for each in advised] == ["c[0].y", "c[1].y"]
    assert advised[0].statement == advised[1].statement
    assert [span.function for span in advised[1].lines()] == ["C()", "T(2), component c[1]", "main"]


def test_the_conditions_of_asserts_are_about_the_wires_of_each_component() -> None:
    found = subject(2)
    first, second = found.asserts()
    assert (first.text, first.template) == ("x < y + 2", "C()")
    for each, names in ((first, ("c[0].x", "c[0].y")), (second, ("c[1].x", "c[1].y"))):
        left, right = each.condition.operands
        assert each.condition.operator == "<"
        assert [found.names(w) for w in left.c] == [names[0]]
        assert [found.names(w) for w in right.c if w] == [names[1]]


def test_of_many_components_the_first_ones_are_looked_at() -> None:
    assert len(list(subject(MOST_COPIES + 5).asserts())) == MOST_COPIES


def test_moved_conditions_keep_the_constant() -> None:
    condition = Condition("!=", (Condition(a={1: 2}, b={2: 1}, c={0: 5}), CODE))
    product, code = moved(condition, 10).operands
    assert (product.a, product.b, product.c) == ({11: 2}, {12: 1}, {0: 5})
    assert code.operator == "code"
