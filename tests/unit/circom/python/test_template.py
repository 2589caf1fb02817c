from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.circom.python.programs import library
from zkctl.circom.findings import CircomError
from zkctl.dsl import Signal, circuit, constrain, discard, eager_field, gadget, private
from zkctl.errors import AdviceFailed, CircuitError, UnsatisfiedError
from zkctl.field import BLS12_381_FR, PrimeField
from zkctl.field.prime import BN254_FR


def test_integers_are_computed_at_once(tmp_path: Path) -> None:
    found = library(tmp_path)
    assert found.Squares()(2) == 26
    assert found.Divide()(12, by=4) == 3
    assert found.Factorial()(5) == 120
    with eager_field(BLS12_381_FR):
        assert found.Divide()(1, 2) == (BLS12_381_FR.modulus + 1) // 2
    with pytest.raises(UnsatisfiedError, match=r"0 is not 1") as refused:
        found.Divide()(1, 0)
    assert "templates.circom:" in refused.value.where
    assert "called from test_template.py:" in refused.value.where


def test_a_broken_constraint_names_the_line_of_circom_and_the_path(tmp_path: Path) -> None:
    divide = library(tmp_path).Divide()

    @circuit
    def half(x: Signal = private(), y: Signal = private()) -> Signal:
        return divide(x, y) + 1  # type: ignore[no-any-return]

    assert half.compile().witness(x=12, y=4)[1] == half(12, 4) == 4
    with pytest.raises(UnsatisfiedError, match=r"0 is not 14") as refused:
        half.compile().witness(x=14, y=0)
    assert "out * by === in" in refused.value.where
    assert "called from test_template.py" in refused.value.where
    assert "with Divide[0].out = 0, y = 0, x = 14" in refused.value.where
    with pytest.raises(UnsatisfiedError, match=r"0 is not 14"):
        half(14, 0)


def test_equal_calls_are_one_copy(tmp_path: Path) -> None:
    square = library(tmp_path).Square()

    @circuit
    def twice(x: Signal = private(), y: Signal = private()) -> Signal:
        return square(x) + square(x) + square(y)  # type: ignore[no-any-return]

    names = [name for _, _, _, name in twice.compile().symbols()]
    assert names[3:] == ["main.Square[0].b", "main.Square[1].b"]


def test_components_are_named_by_their_paths(tmp_path: Path) -> None:
    squares = library(tmp_path).Squares()

    @circuit
    def four(x: Signal = private()) -> Signal:
        return squares(x) * x  # type: ignore[no-any-return]

    compiled = four.compile()
    names = [name for _, _, _, name in compiled.symbols()]
    assert "main.Squares[0].b" in names
    assert sum(name.endswith("].b") or name.count(".") == 3 for name in names) >= 3
    calls = list(compiled.gadget_calls())
    assert [call.contract.gadget.rpartition(":")[2] for call in calls] == [
        "Squares",
        "Square",
        "Square",
    ]
    assert compiled.simplified(2).witness(x=2)[1] == 52


def test_stamped_gadgets_may_call_templates(tmp_path: Path) -> None:
    square = library(tmp_path).Square()

    @gadget(stamped=True)
    def scaled(x: Signal, k: Signal) -> Signal:
        return square(x * k) + square(k)  # type: ignore[no-any-return]

    @circuit
    def several(x: Signal = private()) -> Signal:
        return scaled(x, 3) + scaled(x, 4) + scaled(x * x, x) + scaled(x, 3)

    assert several.compile().witness(x=2)[1] == several(2) == 246


def test_constants_are_part_of_the_constraints(tmp_path: Path) -> None:
    found = library(tmp_path)

    @circuit
    def constants(x: Signal = private()) -> Signal:
        return found.Divide()(x, 4) * found.Square()(3) + found.Ones(2)()[1]  # type: ignore[no-any-return]

    assert constants.compile().witness(x=12)[1] == 31

    @circuit
    def impossible(x: Signal = private()) -> Signal:
        found.Three()(4)
        return x

    with pytest.raises(CircuitError, match=r"Three\(\) refuses the integers of this call: constraint") as refused:  # fmt: skip
        impossible.compile()
    assert "nothing satisfies this circuit; see templates.circom:" in refused.value.hint


def test_equations_are_no_inputs(tmp_path: Path) -> None:
    square = library(tmp_path).Square()

    @circuit
    def equation(x: Signal = private()) -> Signal:
        return square(x == 3)  # type: ignore[no-any-return]

    with pytest.raises(CircuitError, match=r"input a of Square\(\) must be a signal or an integer, got an Equation"):  # fmt: skip
        equation.compile()


def test_results_must_be_used(tmp_path: Path) -> None:
    square = library(tmp_path).Square()

    @circuit
    def unused(x: Signal = private()) -> Signal:
        square(x)
        return x

    with pytest.raises(CircuitError, match=r"the result of Square\(\) is never used"):
        unused.compile()

    @circuit
    def discarded(x: Signal = private()) -> Signal:
        discard(square(x))
        return x

    assert discarded.compile().r1cs.n_constraints == 2


def test_signals_of_other_circuits_are_refused(tmp_path: Path) -> None:
    square = library(tmp_path).Square()
    kept: list[Any] = []

    @circuit
    def keeping(x: Signal = private()) -> Signal:
        kept.append(x)
        return x * x

    keeping.compile()
    with pytest.raises(CircuitError, match=r"Square\(\) is called with signals of another circuit"):
        square(kept[0])


def test_other_fields_are_refused(tmp_path: Path) -> None:
    square = library(tmp_path).Square()
    with (
        eager_field(PrimeField("F101", 101)),
        pytest.raises(
            CircuitError,
            match=r"is called in a circuit over F101: circom is supported over bn254.fr and bls12_381.fr",
        ),
    ):
        square(3)
    assert square.inputs(BN254_FR)[0].name == "a"


def test_asserts_and_logs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small = library(tmp_path).Small()

    @circuit
    def checked(x: Signal = private()) -> None:
        small(x)
        constrain(x * x == 16)

    checked.compile().witness(x=4)
    assert capsys.readouterr().err.split() == ["log:", "a", "is", "4"]
    with pytest.raises(AdviceFailed, match=r"assert at templates.circom:\d+:\d+") as refused:
        checked.compile().witness(x=40)
    assert "assert(a < 10)" in refused.value.where.partition("called from test_template.py:")[0]
    assert "small(x)" in refused.value.where
    with pytest.raises(AdviceFailed, match=r"assert at templates.circom:\d+:\d+"):
        small(40)


def test_errors_of_the_template_are_those_of_circom(tmp_path: Path) -> None:
    table = library(tmp_path).Table(3, 4)

    @circuit
    def wrong(x: Signal = private()) -> Signal:
        return table(x)  # type: ignore[no-any-return]

    for call in (wrong.compile, lambda: table(1)):
        with pytest.raises(CircomError, match="T2032") as refused:
            call()
        assert "templates.circom:" in refused.value.where.partition("\n")[0]
        assert "called from test_template.py:" in refused.value.where


def test_a_swallowed_error_refuses_the_circuit(tmp_path: Path) -> None:
    table = library(tmp_path).Table(3, 4)

    @circuit
    def swallowing(x: Signal = private()) -> Signal:
        try:
            return table(x)  # type: ignore[no-any-return]
        except CircuitError:
            return x

    with pytest.raises(CircuitError, match="went on after an error"):
        swallowing.compile()


def test_circuits_over_the_other_curve(tmp_path: Path) -> None:
    divide = library(tmp_path).Divide()

    @circuit(field="bls12_381")
    def half(x: Signal = private()) -> Signal:
        return divide(x, 2)  # type: ignore[no-any-return]

    assert half.compile().witness(x=1)[1] == (BLS12_381_FR.modulus + 1) // 2
