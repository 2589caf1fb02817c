from __future__ import annotations

from tests.support.linted import messages_in
from zkctl.dsl import Signal, assume_uint, circuit, private
from zkctl.gadgets.compare import is_zero


def test_an_assumption_of_the_author() -> None:
    @circuit
    def trusting(x: Signal = private()) -> Signal:
        small = assume_uint(x, 8, because="the registry has only small numbers")
        return small * small

    (found,) = messages_in(trusting, "L017")
    assert found == (
        "no constraint enforces that a value is in 0 to 255, the reason being: the registry has only small numbers"
    )


def test_no_assumption_and_those_of_the_library() -> None:
    @circuit
    def careful(x: Signal = private()) -> Signal:
        return is_zero(x)

    assert messages_in(careful, "L017") == []
