from __future__ import annotations

import pytest

from zkctl.constraints.hint_results import hint_results
from zkctl.dsl import Signal, circuit, constrain, hint, hints, private
from zkctl.errors import CircuitError


@circuit
def hinted(x: Signal = private()) -> None:
    quotient, rest = hint(hints.quotient_remainder, 2 * x + 1, x)
    constrain(quotient * x + rest == 2 * x + 1)
    constrain(2 * hint(half, x) == x)


def half(x: int) -> int:
    return x // 2


def test_results() -> None:
    compiled = hinted.compile()
    program, values = compiled.program, [1, 10, 0, 0, 0]
    assert hint_results(program, program.hints[0], values.__getitem__, {}) == [2, 1]
    found = hint_results(program, program.hints[1], values.__getitem__, compiled.user_hints)
    assert list(found) == [5]
    with pytest.raises(CircuitError) as caught:
        hint_results(program, program.hints[1], values.__getitem__, {})
    assert caught.value.message == (
        "the hint 0:half is Python code, which a witness program does not contain"
    )
