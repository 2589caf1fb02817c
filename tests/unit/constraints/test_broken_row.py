from __future__ import annotations

from tests.support.circom_lint import body_circuit
from zkctl.constraints.broken_row import broken_row
from zkctl.dsl import Signal, circuit, constrain, private, public


@circuit
def pair(x: Signal = public(), y: Signal = private()) -> None:
    constrain((x + 2) * y == 3 * x - 1, "x and y are no pair")


def test_message_values_and_place() -> None:
    program = pair.compile().program
    error = broken_row(program, 0, [1, 5, program.field.modulus - 1].__getitem__)
    assert error.message == "constraint 0 is not satisfied: x and y are no pair (-7 is not 14)"
    assert "constrain((x + 2) * y" in error.where
    assert error.where.splitlines()[-1] == "with x = 5, y = -1"
    assert error.public_message == "constraint 0 is not satisfied: x and y are no pair"
    assert error.where == f"{error.public_where}\nwith x = 5, y = -1"


@circuit
def unnamed(x: Signal = public(), y: Signal = private()) -> None:
    constrain(x * y == 4)


def test_a_public_message_without_the_authors() -> None:
    error = broken_row(unnamed.compile().program, 0, [1, 5, 6].__getitem__)
    assert error.public_message == "constraint 0 is not satisfied"


def test_both_sides_of_a_sum_that_must_be_zero_are_shown() -> None:
    """A constraint of circom without a product is C = 0; its sides are the terms of either sign."""
    program = body_circuit("signal input a; signal input b; a === 2 * b + 1;").program
    error = broken_row(program, 0, [1, 5, 3].__getitem__)
    assert error.message in {
        f"constraint 0 is not satisfied ({x})" for x in ("5 is not 7", "7 is not 5")
    }
