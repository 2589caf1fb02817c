"""Declarations in templates."""

from __future__ import annotations

import pytest

from tests.support.circom_execution import refused
from zkctl.circom.execution.run import ExecutionLimits


@pytest.mark.parametrize(
    "body",
    [
        "if (1) { signal s; } if (1) { component s; }",
        "{ signal s; } { var s = 1; }",
        "signal s; { var s = 1; }",
    ],
)
def test_names_of_signals_are_unique(body: str) -> None:
    assert refused(body).message == "a signal or component s was declared before in another block"


def test_signals_hide_no_variables() -> None:
    message = refused("var s = 1; { signal s; }").message
    assert message == "a signal or component has the name of a variable or parameter s"


def test_too_many_signals() -> None:
    found = refused("signal input a[100]; signal b[100];", ExecutionLimits(signals=150))
    assert found.message == "the template has more than 150 signals"


def test_parameters_must_be_known() -> None:
    text = "template I(n) { signal input x; } template T() { signal input a; component c = I(a); } component main = T();"  # fmt: skip
    found = refused(text)
    assert (found.code, found.message) == ("T3001", "a parameter of I is not known when the circuit is compiled")  # fmt: skip
