"""Expressions."""

from __future__ import annotations

import pytest

from tests.support.circom_execution import refused, rows, template


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 - 2", -1),
        ("-3", -3),
        ("!0", 1),
        ("7 \\ 2", 3),
        ("2 ** 3 ** 2", 64),
        ("1 < 2 ? 5 : 1 \\ 0", 5),
        ("-1 < 0", 1),
        ("3 < 2", 0),
        ("2 * 3 + 4", 10),
    ],
)
def test_numbers(expression: str, value: int) -> None:
    main = template(f"signal output b; b <== 100 + ({expression});")
    assert rows(main) == [({}, {}, {0: 100 + value, 1: -1})]


def test_constant_arrays() -> None:
    main = template("signal output b; var x[2][2] = [[1, 2], [3, 4]]; b <== x[1][0]; x[1][0] = 5;")
    assert rows(main) == [({}, {}, {0: 3, 1: -1})]


@pytest.mark.parametrize(
    ("expression", "code", "message"),
    [
        ("1 / 0", "T3001", "division by zero: / by 0"),
        ("5 % 0", "T3001", "division by zero: % by 0"),
        ("a[0] / 0", "T3001", "division by zero: / by 0"),
        ("a + 1", "T2028", "an array is used where one number is needed"),
        ("-a", "T2028", "an array is used where one number is needed"),
        ("a ? 1 : 2", "T2028", "an array is used where one number is needed"),
    ],
)
def test_wrong_expressions(expression: str, code: str, message: str) -> None:
    found = refused(f"signal input a[2]; signal output b; b <-- {expression};")
    assert (found.code, found.message) == (code, message)


def test_elements_of_array_literals_have_one_number_of_dimensions() -> None:
    for literal in ("[1, [2]]", "[[1], a]"):
        found = refused(f"signal input a; var x[2][2] = {literal};")
        assert (found.code, found.message) == ("T2017", "an array literal of unequal shapes")
