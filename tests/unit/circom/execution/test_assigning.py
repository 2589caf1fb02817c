"""Assignments of signals."""

from __future__ import annotations

import pytest

from tests.support.circom_execution import refused, rows, template


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("b <== a; b <== a;", "signal b is assigned twice"),
        ("a <== 3;", "a is an input of this template and cannot be assigned here"),
        ("b <== a * a * a;", "b is assigned a value that is not quadratic"),
        ("a * a * a === 3;", "the two sides of === are not quadratic"),
        ("signal c[2]; c <== [a, a, a];", "c takes an array [2], got an array [3]"),
        ("signal c[2]; c <== a;", "c takes an array [2], got a single value"),
        ("signal c; b <== c;", "signal c is read before it gets a value"),
        ("signal c[2]; c[a] <-- 1; c[0] <-- 1;", "signal c[0] is assigned twice"),
    ],
)
def test_wrong_assignments(body: str, message: str) -> None:
    assert refused(f"signal input a; signal output b; {body}").message == message


def test_arrays_are_assigned_element_by_element() -> None:
    main = template("signal input a[2]; signal output b[2]; b <== [a[1], a[0] * a[1]];")
    assert rows(main) == [({}, {}, {4: 1, 1: -1}), ({3: -1}, {4: 1}, {2: -1})]


def test_hints_add_no_constraint() -> None:
    assert rows(template("signal input a; signal output b; b <-- 1 / a;")) == []
    assert rows(template("signal input a; signal output b[2][2]; b[a] <-- [a, 1 / a];")) == []
