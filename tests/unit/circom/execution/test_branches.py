"""Conditions that are known, and those that are not."""

from __future__ import annotations

from tests.support.circom_execution import refused, rows, template
from zkctl.circom.execution.branches import larger
from zkctl.circom.execution.run import ExecutionLimits
from zkctl.circom.values import ArrayValue

NOT_KNOWN = "under a condition that is not known when the circuit is compiled"


def test_known_conditions_choose() -> None:
    main = template(
        "signal input a; signal output b; if (1 < 2) { b <== a; } else { b <== 2 * a; }"
    )
    assert rows(main) == [({}, {}, {2: 1, 1: -1})]


def test_variables_become_unknown_under_unknown_conditions() -> None:
    found = refused("signal input a; signal output b; var x = 3; if (a > 2) { x = 3; } b <== x;")
    assert found.message == "b is assigned a value that is not quadratic"
    main = template("signal input a; signal output b; var x = 3; var y = 1; if (a > 2) { if (y == 2) { x = 4; } } b <== x;")  # fmt: skip
    assert rows(main) == [({}, {}, {0: 3, 1: -1})]


def test_opposite_branches_may_assign_one_signal() -> None:
    main = template("signal input a; signal output b; if (a > 2) { b <-- 1; } else { b <-- 2; }")
    assert rows(main) == []
    found = refused("signal input a; signal output b; if (a > 2) { b <-- 1; } b <-- 2;")
    assert found.message == "signal b is assigned twice"
    found = refused("signal input a; signal output b; var i = a; while (i > 2) { b <-- 1; i--; }")
    assert found.message == "signal b is assigned twice"


def test_constraints_and_declarations_need_known_conditions() -> None:
    found = refused("signal input a; if (a > 2) { a === 3; }")
    assert found.message == f"a constraint stands {NOT_KNOWN}"
    found = refused("signal input a; signal output b; if (a > 2) { b <== 3; }")
    assert found.message == f"a constraint stands {NOT_KNOWN}"
    found = refused("signal input a; if (a > 2) { signal c; }")
    assert (found.code, found.message) == ("T3001", f"c is declared {NOT_KNOWN}")


def test_loops_without_an_end_are_refused() -> None:
    found = refused("var i = 0; while (1) { i++; }", ExecutionLimits(steps=1000))
    assert found.message == "the program takes more than 1,000 steps to execute"


def test_the_larger_result_wins() -> None:
    small, large = ArrayValue((1,), [1]), ArrayValue((2,), [1, 2])
    assert larger(small, large) is large
    assert larger(None, small) is small
    assert larger(small, None) is small
    assert larger(3, 4) == 3
