"""Constant variables of functions: one value, which no argument changes."""

from __future__ import annotations

import pytest

from tests.support.circom_text import program_of
from zkctl.circom import nodes
from zkctl.circom.checks.walk import statements_of
from zkctl.circom.constant_variables import ConstantVariables


@pytest.mark.parametrize(
    ("body", "constant"),
    [
        ("var n = 2;", "n"),
        ("var n;", "n"),
        ("var n = 2; var m = n * g();", "n m"),
        ("var n = q;", ""),
        ("var n = 2; n = 2;", ""),
        ("var n; n = 2;", ""),
        ("var n = n;", ""),
        ("var n = 1; { var n = q; }", "n"),
        ("var (n, m) = (m, 3);", "m"),
        ("var (n, m) = (3, n);", "n m"),
        ("var n[2]; var m = n[0];", ""),
        ("var n = 1; var m = n[0];", "n"),
        ("while (q) { var n = 3; if (n) { var m = n; } else { var k = q; } }", "n m"),
    ],
)
def test_variables(body: str, constant: str) -> None:
    text = f"function g() {{ return 2; }} function f(q) {{ {body} return 1; }} template T() {{ }} component main = T();"
    function = program_of(text).definitions["f"]
    assert isinstance(function, nodes.Function)
    variables = ConstantVariables(function)
    declared = [
        each for each in statements_of(function.body) if isinstance(each, nodes.DeclareVariable)
    ]
    found = [each.name for each in declared if variables.value(each) is not None]
    assert found == constant.split()
