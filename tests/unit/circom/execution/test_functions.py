"""Calls of functions."""

from __future__ import annotations

import pytest

from tests.support.circom_execution import executed, refused, rows
from zkctl.circom.execution.functions import flat_refs, has_unknown, with_refs
from zkctl.circom.execution.run import ExecutionLimits
from zkctl.circom.values import ArrayValue, Unknown


def main_with(function: str, body: str) -> str:
    return (
        f"{function} template T() {{ signal input a; signal output b; {body} }} component "
        "main = T();"
    )


@pytest.mark.parametrize(
    ("function", "body", "row"),
    [
        (
            ("function f(n) { if (n < 2) { return n; } return f(n - 1) + f(n - 2); }"),
            "b <== a * f(12);",
            ({}, {}, {2: 144, 1: -1}),
        ),
        (
            "function f(x, y) { var s = x; s += y; return s * 2; }",
            "b <== f(a, a + 1) * a;",
            ({2: -4, 0: -2}, {2: 1}, {1: -1}),
        ),
        (
            "function f(x) { x[0] = 5; return x; }",
            "var v[2] = [1, 2]; var w[2] = f(v); b <== a * (v[0] + 10 * w[0]);",
            ({}, {}, {2: 51, 1: -1}),
        ),
        (
            "function f(n) { if (n > 3) { return 7; } else { return 8; } }",
            "b <== a * f(1);",
            ({}, {}, {2: 8, 1: -1}),
        ),
    ],
)
def test_results_of_calls(function: str, body: str, row: object) -> None:
    assert rows(executed(main_with(function, body)).main) == [row]


def test_results_are_unknown_if_the_way_is_unknown() -> None:
    text = main_with("function f(n) { if (n > 3) { return 7; } return 7; }", "b <== f(a);")
    assert refused(text).message == "b is assigned a value that is not quadratic"


def test_recursion_without_end_is_refused() -> None:
    text = main_with("function f(n) { return f(n + 1); }", "b <== f(0);")
    message = refused(text, ExecutionLimits(calls=50)).message
    assert (
        message == "functions call each other more than 50 deep: f may call itself without an end"
    )


def test_recursion_as_deep_as_the_limit_does_not_exhaust_python() -> None:
    text = main_with("function f(n) { if (n == 0) { return 0; } return f(n - 1) + 1; }", "b <== a * f(15000);")  # fmt: skip
    assert rows(executed(text).main) == [({}, {}, {2: 15000, 1: -1})]


def test_refs_replace_what_only_code_knows() -> None:
    value = ArrayValue((2, 2), [1, Unknown(), Unknown(), 4])
    assert has_unknown(value)
    assert not has_unknown(ArrayValue((1,), [3]))
    found = with_refs(value, [[7, 8], [9, 10]])
    assert [each if isinstance(each, int) else each.ref for each in found.values] == [1, 8, 9, 4]
    assert with_refs(Unknown(), 5).ref == 5
    assert with_refs(3, 5) == 3
    assert flat_refs([[1, 2], [3, 4]], 2) == [1, 2, 3, 4]
