"""Functions that print or check."""

from __future__ import annotations

from tests.support.circom_execution import program_of
from zkctl.circom.code.effects import called_in, effects_of
from zkctl.circom.nodes import Function, Return

PROGRAM = """
function quiet(x) { return x; }
function logs(x) { for (var i = 0; i < 2; i++) { log(i); } return x; }
function checks(x) { if (x) { assert(x == 1); } return quiet(x); }
function calls(x) { return 1 + (x ? logs(x) : 2); }
function again(x) { return x == 0 ? 1 : both(x - 1); }
function both(x) { var y[2] = [checks(x), again(x)]; return y[0]; }
template T() { }
component main = T();
"""


def test_effects_of_functions_and_their_callers() -> None:
    found = effects_of(program_of(PROGRAM))
    assert found.logging == {"logs", "calls"}
    assert found.effective == {"logs", "calls", "checks", "both", "again"}


def test_called_functions() -> None:
    node = program_of(PROGRAM).definitions["again"]
    assert isinstance(node, Function)
    (statement,) = node.body.statements
    assert isinstance(statement, Return)
    assert called_in([statement.value]) == {"both"}
