"""Names as the recorder of run-time code sees them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.circom_execution import executed, program_of
from zkctl.circom.circuit import CircomCircuit
from zkctl.circom.execution.names import NameKind, Names
from zkctl.circom.execution.run import ExecutionLimits, SharedState, TemplateRun
from zkctl.circom.execution.scope import FrameScope
from zkctl.circom.execution.wires import Wires
from zkctl.circom.findings import CircomError
from zkctl.circom.nodes import Program, Role
from zkctl.circom.source import Place, SourceFile
from zkctl.circom.values import ArrayValue
from zkctl.constraints.evaluate import evaluate
from zkctl.constraints.simplify.level import SimplificationLevel
from zkctl.field import BN254_FR

HERE = Place(0, 0, 0)


def scope() -> FrameScope:
    file = SourceFile("t.circom", Path("t.circom"), b"text")
    shared = SharedState(Program((file,)), 101, ExecutionLimits(), lambda _name: None, object)  # type: ignore[arg-type, return-value]
    x = Names("x", NameKind.VARIABLE, 1, None, 1, None)
    names = Names("s", NameKind.SIGNAL, 2, x, 2, None)
    frame = [
        TemplateRun(shared, "T()", None),
        ArrayValue((2, 2), [1, 2, 3, 4]),
        Wires("s", Role.INPUT, (2, 3), None, 10),
    ]
    return FrameScope(names, frame, lambda _run, _name, values, _place: values[0], HERE)


def test_variables_and_signals() -> None:
    found = scope()
    assert (found.kind("x"), found.kind("s")) == ("variable", "signal")
    assert found.value("x") == [[1, 2], [3, 4]]
    assert found.wires("s", (1,)) == (13, (3,))
    assert found.wires("s", (1, 2)) == (15, ())
    assert found.tag("s", ("max",)) is None
    assert found.call("f", [[[1, 2], [3, 4]]]) == [[1, 2], [3, 4]]
    assert found.call("f", [7]) == 7
    assert found.kind("y") == ""
    with pytest.raises(CircomError) as caught:
        found.value("y")
    assert caught.value.message == "[T2021] y is not declared"


def test_code_under_unknown_conditions_reads_components_and_variables() -> None:
    text = """template I() { signal input x; signal output y[2]; y <== [x, 2 * x]; }
        template T() { signal input a; signal output b; component c[2]; c[1] = I(); c[1].x <== a; var k = 5;
            if (a > 2) { k = c[1].y[1]; } b <-- k; } component main = T();"""
    circuit = CircomCircuit(
        "t", program_of(text), executed(text).main, BN254_FR, SimplificationLevel(0)
    )
    assert [evaluate(circuit.program, [a])[1] for a in (1, 3)] == [5, 6]
