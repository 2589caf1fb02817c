"""Operators on numbers and on signals."""

from __future__ import annotations

from typing import Any

import pytest

from zkctl.circom.execution.operators import Operators
from zkctl.circom.values import Linear, Quadratic, Unknown, WireValue

P = 101
OPERATORS = Operators(P)
A, B = WireValue(1), WireValue(2)


@pytest.mark.parametrize(
    ("left", "operator", "right", "result"),
    [
        (100, "+", 2, 1),
        (1, "-", 2, 100),
        (50, "*", 3, 49),
        (1, "/", 2, 51),
        (7, "\\", 2, 3),
        (7, "%", 2, 1),
        (0, "**", 0, 1),
        (6, "&", 3, 2),
        (100, "|", 127, 127 % P),
        (100, "^", 1, 0),
        (3, "<<", 5, 96),
        (3, "<<", 6, 64),
        (96, ">>", 5, 3),
        (96, "<<", P - 5, 3),
        (3, ">>", P - 5, 96),
        (1, "<<", 100, 0),
        (100, "<", 0, 1),
        (50, "<", 51, 0),
        (100, ">=", 100, 1),
        (3, "&&", 0, 0),
        (3, "||", 0, 1),
        (3, "==", 3, 1),
        (3, "!=", 3, 0),
    ],
)
def test_numbers(left: int, operator: str, right: int, result: int) -> None:
    assert OPERATORS.numbers[operator](left, right) == result


def test_prefixes() -> None:
    assert [OPERATORS.prefixes["-"](x) for x in (0, 1)] == [0, 100]
    assert [OPERATORS.prefixes["!"](x) for x in (0, 5)] == [1, 0]
    assert OPERATORS.prefixes["~"](100) == 27


def sides(value: Any) -> Any:
    if isinstance(value, Quadratic):
        return value.a, value.b, value.c
    return value.terms if isinstance(value, Linear) else value


@pytest.mark.parametrize(
    ("left", "operator", "right", "result"),
    [
        (A, "+", 3, {1: 1, 0: 3}),
        (A, "-", A, {1: 0}),
        (A, "-", Linear({0: 1, 2: 5}), {1: 1, 0: 100, 2: 96}),
        (5, "*", A, {1: 5}),
        (A, "/", 2, {1: 51}),
        (A, "*", B, ({1: 1}, {2: 1}, {})),
        (A, "*", Linear({2: 7}), ({2: 7}, {1: 1}, {})),
        (Linear({2: 7}), "*", A, ({2: 7}, {1: 1}, {})),
        (Linear({1: 1}), "*", Linear({2: 7}), ({1: 1}, {2: 7}, {})),
        (A, "**", 2, ({1: 1}, {1: 1}, {})),
        (Quadratic({1: 1}, {2: 1}, {0: 3}), "*", 2, ({1: 2}, {2: 1}, {0: 6})),
        (Quadratic({1: 1}, {2: 1}, {0: 3}), "-", A, ({1: 1}, {2: 1}, {0: 3, 1: 100})),
        (A, "-", Quadratic({1: 1}, {2: 1}, {0: 3}), ({1: 100}, {2: 1}, {0: 98, 1: 1})),
    ],
)
def test_signals(left: Any, operator: str, right: Any, result: Any) -> None:
    assert sides(OPERATORS.symbolic(operator, left, right)) == result


@pytest.mark.parametrize(
    ("left", "operator", "right"),
    [
        (Quadratic({}, {}, {}), "*", A),
        (Quadratic({}, {}, {}), "+", Quadratic({}, {}, {})),
        (A, "**", 3),
        (A, "**", 1),
        (1, "/", A),
        (A, "<", B),
        (A, "==", A),
        (Unknown(), "*", 0),
    ],
)
def test_results_that_no_constraint_expresses(left: Any, operator: str, right: Any) -> None:
    assert OPERATORS.symbolic(operator, left, right) is None


def test_division_by_zero() -> None:
    for operator in ("/", "\\", "%"):
        with pytest.raises(ZeroDivisionError):
            OPERATORS.numbers[operator](1, 0)
    with pytest.raises(ZeroDivisionError):
        OPERATORS.symbolic("/", A, 0)


def test_sums_grow_in_place() -> None:
    total = Linear({1: 1})
    assert OPERATORS.accumulate(total, A, is_minus=False)
    assert OPERATORS.accumulate(total, 5, is_minus=True)
    assert OPERATORS.accumulate(total, Linear({2: 3}), is_minus=False)
    assert total.terms == {1: 2, 0: 96, 2: 3}
    assert not OPERATORS.accumulate(total, total, is_minus=False)
    assert not OPERATORS.accumulate(total, Unknown(), is_minus=False)
    assert sides(OPERATORS.negated(total)) == {1: 99, 0: 5, 2: 98}
    assert OPERATORS.negated(Unknown()) is None
