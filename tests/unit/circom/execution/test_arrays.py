"""Array literals, and copies between arrays of different lengths."""

from __future__ import annotations

import pytest

from tests.support.circom_execution import executed, rows, template
from zkctl.circom.execution.arrays import position_in

COPY = "for (var i = 0; i < 4; i++) { o[i] <== a * t[i \\ 2][i % 2]; }"


@pytest.mark.parametrize(
    ("literal", "filled"),
    [
        ("[[1, 2], [3]]", "[[1, 2], [3, 0]]"),
        ("[[1], [3, 4]]", "[[1, 0], [3, 4]]"),
        ("[[1, 2, 9], [3]]", "[[1, 2], [3, 0]]"),
        ("[[1, n], [n]]", "[[1, n], [n, 0]]"),
    ],
)
def test_short_rows_of_a_literal_are_filled_up(literal: str, filled: str) -> None:
    found, expected = (
        rows(
            template(f"signal input a; signal output o[4]; var n = 5; var t[2][2] = {each}; {COPY}")
        )
        for each in (literal, filled)
    )
    assert found == expected


def test_shapes_differ_in_several_dimensions() -> None:
    literal = "[[[1, 2, 3]], [[4, 5], [6, 7]]]"
    total = "t[0][0][2] + 10 * t[0][1][0] + 100 * t[1][1][1] + 1000 * t[1][0][2]"
    found, expected = (
        rows(template(f"signal input a; signal output o; {body}"))
        for body in (f"var t[2][2][3] = {literal}; o <== a * ({total});", "o <== a * 703;")
    )
    assert found == expected


def test_a_filled_row_is_a_warning() -> None:
    body = "signal input a; signal output o; var t[2][2] = [[a, a], [a]]; o <== t[1][1];"
    (warning,) = executed(f"template T() {{ {body} }} component main = T();").warnings
    assert warning.code == "T3001"
    assert warning.message.startswith("arrays of different lengths: [2] and [1];")


def test_positions_are_row_major() -> None:
    assert [position_in((i, j), (2, 3)) for i in range(2) for j in range(3)] == list(range(6))
