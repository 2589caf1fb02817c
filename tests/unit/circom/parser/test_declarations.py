"""Declarations: names, lengths, first values."""

from __future__ import annotations

import pytest

from tests.support.circom_text import program_of
from zkctl.circom import nodes
from zkctl.circom.checks.walk import statements_of


def declared(text: str) -> list[tuple[str, int, bool]]:
    """The declared variables: names, numbers of dimensions, whether they begin at 0."""
    body = program_of(f"template T() {{ {text} }} component main = T();").definitions["T"].body
    return [
        (each.name, len(each.dimensions), each.is_zeroed)
        for each in statements_of(body)
        if isinstance(each, nodes.DeclareVariable)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("var a;", [("a", 0, True)]),
        ("var a = 1, b;", [("a", 0, False), ("b", 0, True)]),
        ("var a[2] = [1, 2];", [("a", 1, True)]),
        ("var (a, b);", [("a", 0, True), ("b", 0, True)]),
        ("var (a, b[2][3]) = (1, 2);", [("a", 0, False), ("b", 2, True)]),
    ],
)
def test_variables(text: str, expected: list[tuple[str, int, bool]]) -> None:
    assert declared(text) == expected
