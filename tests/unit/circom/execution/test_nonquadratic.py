"""Reasons why a constraint is not quadratic."""

from __future__ import annotations

import pytest

from tests.support.circom_text import BEGIN, END, program_of
from zkctl.circom import nodes
from zkctl.circom.checks.walk import statements_of
from zkctl.circom.execution.nonquadratic import GENERAL, reason


def reason_in(statement: str) -> tuple[str, str]:
    program = program_of(BEGIN + "var n = 3; " + statement + END)
    last = list(statements_of(program.definitions["T"].body))[-1]
    assert isinstance(last, nodes.Assign | nodes.Constrain)
    return reason(program, last.place)


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("b <== a \\ 2;", "integer division of a signal"),
        ("b <== 1 + v[0] % 3;", "remainder of a signal"),
        ("a >> 1 === 0;", "shift of a signal"),
        ("b <== ~a;", "bit operation of a signal"),
        ("b <== a < 3;", "comparison of a signal"),
        ("b <== !a;", "logical operation of a signal"),
        ("b <== a ** 3;", "power of a signal"),
        ("b <== 1 / a;", "division by a signal"),
        ("b <== (a & 1) + (1 / a);", "bit operation of a signal"),
        ("b <== a * a * a;", ""),
        ("b <== (n \\ 2) * a ** 2 + a / 2;", ""),
    ],
)
def test_reason(statement: str, what: str) -> None:
    assert reason_in(statement)[0] == what


def test_hints() -> None:
    assert reason_in("a * a * a === 1;") == ("", GENERAL)
    for division in ("a \\ 2**233", "a \\ (1 << 233)", f"a % {2**233}", "a >> 233"):
        hint = reason_in(f"b <== {division};")[1]
        assert hint.startswith("use Num2Bits(233), which proves that a value is below 2**233")
    assert reason_in("b <== a \\ 3;")[1] == "use Num2Bits(n) and compute with the bits"
    assert reason_in("b <== a == 3;")[1].startswith("use a template that compares")
