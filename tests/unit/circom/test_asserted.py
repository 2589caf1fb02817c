"""Conditions of asserts in instances."""

from __future__ import annotations

from tests.support.circom_execution import P, template
from zkctl.circom.asserted import CODE, Condition

DECLARED = "signal input a; signal output o; o <== a * a; "


def test_the_condition_is_a_tree_over_local_signals() -> None:
    (found,) = template(DECLARED + "assert(a * a + 1 == o || a < 3);").asserted
    equal, less = found.condition.operands
    assert (found.condition.operator, equal.operator, less.operator) == ("||", "==", "<")
    product, output = equal.operands
    assert (product.a, product.b, product.c) == ({2: 1}, {2: 1}, {0: 1})
    assert (output.a, output.c) == ({}, {1: 1})
    assert less.operands[1].c == {0: 3}


def test_loops_have_a_condition_for_each_round_and_equal_ones_once() -> None:
    found = template(
        DECLARED + "for (var k = 0; k < 3; k++) { assert(a != k); assert(a != 7); }"
    ).asserted
    values = [each.condition.operands[1].c for each in found]
    assert values == [{}, {0: 1}, {0: 2}, {0: 7}]
    assert P not in values


def test_an_assert_that_code_runs_has_no_condition() -> None:
    (found,) = template(DECLARED + "if (a > 3) { assert(a < 9); }").asserted
    assert found.condition is CODE


def test_a_condition_without_operator_is_a_form() -> None:
    assert Condition().c == {}
