from __future__ import annotations

from tests.support.linted import foreign, foreign_messages, messages_in
from zkctl.dsl import Signal, circuit, constrain, hint, hints, private

TEXT = "depends only on hints: no constraint connects it with an input, any value is accepted"


def test_an_output_that_only_hints_make() -> None:
    @circuit
    def loose(x: Signal = private()) -> Signal:
        constrain(x * x == x)
        return hint(hints.inverse_or_zero, x) + 1

    assert messages_in(loose, "L002") == [f"output out {TEXT}"]


def test_outputs_that_constraints_connect_with_an_input() -> None:
    @circuit
    def tied(x: Signal = private()) -> Signal:
        y = hint(hints.inverse_or_zero, x)
        constrain(x * y == 1)
        return y + 1

    assert messages_in(tied, "L002") == []


def test_a_foreign_output_beside_the_inputs() -> None:
    """o = h * h with a hint h that nothing ties to x; a constant output is no fault."""
    names = ["o", "x", "h", "y"]
    square, other = ({3: 1}, {3: 1}, {1: 1}), ({2: 1}, {2: 1}, {4: 1})
    loose = foreign([square, other], names, n_outputs=1, n_inputs=1)
    assert foreign_messages(loose, "L002") == [f"output o {TEXT}"]
    constant = foreign([({}, {}, {1: 1, 0: -7}), other], names, n_outputs=1, n_inputs=1)
    assert foreign_messages(constant, "L002") == []
