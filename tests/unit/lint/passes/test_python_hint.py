from __future__ import annotations

from tests.support.linted import messages_in
from zkctl.dsl import Signal, circuit, constrain, hint, hints, private


def root(x: int) -> int:
    return {4: 2, 9: 3}.get(x, 0)


def test_a_hint_of_python_code() -> None:
    @circuit
    def rooted(x: Signal = private()) -> Signal:
        y = hint(root, x)
        constrain(y * y == x)
        return x * x

    assert messages_in(rooted, "L018") == [
        "hint root is Python code: the witness program is not portable, only Python runs it"
    ]


def test_hints_that_are_data() -> None:
    @circuit
    def inverted(x: Signal = private()) -> Signal:
        y = hint(hints.inverse_or_zero, x)
        constrain(y * x == 1)
        return y

    assert messages_in(inverted, "L018") == []
