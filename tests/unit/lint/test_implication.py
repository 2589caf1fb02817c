"""Conditions that constraints imply, over systems in which every witness can be tried."""

from __future__ import annotations

from tests.support.circom_lint import body_circuit
from zkctl.circom.asserted import CODE, Condition
from zkctl.lint.circom_system import LintedCircom
from zkctl.lint.implication import Implication
from zkctl.toolchain.lint.judge import judged

A, B, O = 2, 3, 1  # noqa: E741  (labels: the output, then the inputs)
ONE = Condition(c={0: 1})


def implication(constraints: str) -> Implication:
    circuit = body_circuit(
        f"signal input a; signal input b; signal output o; o <== a * b; {constraints}"
    )
    linted = LintedCircom(circuit)
    return Implication(linted.subject(judged(linted.system).judgement))


def of(operator: str, *operands: Condition) -> Condition:
    return Condition(operator, operands)


def wire(label: int) -> Condition:
    return Condition(c={label: 1})


def number(value: int) -> Condition:
    return Condition(c={0: value} if value else {})


def test_equations_follow_from_linear_rows_and_from_equal_products() -> None:
    found = implication("a === b + 3;")
    assert found.holds(of("==", wire(A), Condition(c={B: 1, 0: 3})))
    assert found.holds(of("==", Condition(a={A: 1}, b={B: 1}), wire(O)))
    assert not found.holds(of("==", wire(A), wire(B)))
    assert not found.holds(of("==", Condition(a={A: 1}, b={A: 1}), wire(O)))


def test_code_implies_nothing_and_neither_does_a_value_that_may_be_0() -> None:
    found = implication("")
    assert not found.holds(CODE)
    assert not found.fails(CODE)
    assert not found.holds(wire(A))
    assert found.holds(ONE)
    assert found.fails(of("not", ONE))


def test_operators_of_truth() -> None:
    found = implication("a === b;")
    yes, no, open_ = of("==", wire(A), wire(B)), of("!=", wire(A), wire(B)), of("==", wire(A), ONE)
    assert found.holds(of("&&", yes, yes))
    assert not found.holds(of("&&", yes, open_))
    assert found.holds(of("||", open_, yes))
    assert found.fails(of("&&", open_, no))
    assert found.fails(of("||", no, no))
    assert not found.fails(of("||", no, open_))


def test_comparisons_follow_from_ranges_and_are_those_of_signed_numbers() -> None:
    found = implication("component n = Bits(4); n.in <== a;")
    assert found.holds(of("<", wire(A), number(16)))
    assert not found.holds(of("<", wire(A), number(15)))
    assert found.holds(of(">=", wire(A), number(0)))
    assert found.holds(of(">", number(16), wire(A)))
    assert not found.holds(of("<", wire(B), number(1 << 200)))
    assert found.holds(of("==", of(">>", wire(A), number(4)), number(0)))
    assert found.holds(of("<=", of("%", wire(B), number(4)), number(3)))
    assert found.holds(of("<=", of("&", wire(B), number(7)), number(7)))
    assert not found.holds(of("<", of("\\", wire(A), number(0)), number(16)))


def test_a_choice_of_values_follows_from_the_product_of_their_differences() -> None:
    found = implication("(a - 2) * (a - 7) === 0;")
    cases = [of("==", wire(A), number(k)) for k in (2, 7, 9)]
    assert found.holds(of("||", cases[0], cases[1]))
    assert not found.holds(of("||", cases[0], cases[2]))
    assert not found.holds(of("||", *cases[:1], of("<", wire(A), number(7))))
