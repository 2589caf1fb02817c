"""Faults that people reported to circom and its neighbours (shared specs, public-reports.md): here each is an error with a line."""

from __future__ import annotations

from pathlib import Path

import pytest

from zkctl.circom.circuit import CircomCircuit
from zkctl.circom.compile import compile_program
from zkctl.circom.findings import CircomError
from zkctl.constraints.simplify.level import SimplificationLevel
from zkctl.errors import CircuitError
from zkctl.field import BN254_FR, FieldArray

BUS = "bus B() { signal x; } "


def compile_text(text: str, folder: Path, level: int = 1) -> CircomCircuit:
    path = folder / "main.circom"
    path.write_text("pragma circom 2.2.0;\n" + text)
    return compile_program(path, [], BN254_FR, SimplificationLevel(level)).circuit


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        pytest.param(
            "template T() { component test; var x = test.out.tag; } component main = T();",
            "T20466",
            "test.out is used, but the template never creates component test",
            id="B17",
        ),
        pytest.param(
            BUS + "function f(x) { return 1; } template T() { input B() p; var q = f(p); } "
            "component main = T();",
            "T2029",
            "an argument of f is a bus B, expected numbers",
            id="B18-bus-to-function",
        ),
        pytest.param(
            "template T() { { signal c; signal c; } } component main = T();",
            "T2008",
            "c is declared twice",
            id="B18-signal-twice-in-a-block",
        ),
        pytest.param(
            "template T(n) { } component main = T((1, 2));",
            "TAC02",
            "tuple",
            id="B18-tuple-as-argument-of-main",
        ),
        pytest.param(
            "function f() { return 1; } component main = f();",
            "T2063",
            "main is no template",
            id="B18-function-as-main",
        ),
        pytest.param(
            "template T() { 1 + 2; } component main = T();",
            "P1012",
            "expression",
            id="B18-expression-as-statement",
        ),
        pytest.param(
            "template T() { signal input control; control \\ (2**233) === 0; } component main = T();",
            "T3001",
            "integer division of a signal",
            id="B22",
        ),
    ],
)
def test_errors_with_a_line(text: str, code: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(CircomError, match=message) as caught:
        compile_text(text, tmp_path)
    assert caught.value.findings[0].code == code
    assert caught.value.where.startswith(f"{tmp_path}/main.circom:2:")


def test_b22_names_the_template_to_use(tmp_path: Path) -> None:
    text = "template T() { signal input c; c \\ (2**233) === 0; } component main = T();"
    with pytest.raises(CircomError) as caught:
        compile_text(text, tmp_path)
    assert caught.value.hint.startswith("use Num2Bits(233)")


PINS = "template T() { signal input k; k === 1; k === 2; } component main = T();"


def test_b20_contradictory_pins_satisfy_nothing(tmp_path: Path) -> None:
    r1cs = compile_text(PINS, tmp_path, 0).r1cs
    for k in (0, 1, 2):
        wires = FieldArray.from_ints(BN254_FR, [1] + [k] * (r1cs.n_wires - 1))
        assert r1cs.first_unsatisfied(wires) is not None


@pytest.mark.parametrize("level", [1, 2])
def test_b20_contradictory_pins_are_refused_where_one_would_be_lost(
    level: int, tmp_path: Path
) -> None:
    circuit = compile_text(PINS, tmp_path, level)
    with pytest.raises(CircuitError, match="contradict each other"):
        _ = circuit.r1cs
