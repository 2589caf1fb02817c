from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from zkctl.dsl import (
    Bit,
    Signal,
    Uint,
    assume_bit,
    assume_uint,
    circuit,
    gadget,
    private,
)
from zkctl.errors import CircuitError


def built(body: Callable[[Signal], Any]) -> None:
    @circuit
    def example(x: Signal = private()) -> None:
        body(x)

    example.compile()


def test_assumptions_change_the_type_and_nothing_else() -> None:
    @circuit
    def assumed(x: Signal = private()) -> None:
        assert type(assume_bit(x, because="the caller says so")) is Bit
        wide = assume_uint(x * x, 16, because="the caller says so")
        assert isinstance(wide, Uint)
        assert wide.n_bits == 16

    assert assumed.compile().r1cs.n_constraints == 0


@pytest.mark.parametrize("because", ["", "  "])
def test_assumptions_need_a_reason(because: str) -> None:
    with pytest.raises(CircuitError, match="an assumption needs a reason"):
        built(lambda x: assume_bit(x, because=because))
    with pytest.raises(CircuitError, match="an assumption needs a reason"):
        built(lambda x: assume_uint(x, 8, because=because))


def test_impossible_assumptions() -> None:
    with pytest.raises(CircuitError, match="the constant 2 is not in the range 0 to 1"):
        built(lambda x: assume_bit(x * 0 + 2, because="a lie, for this test"))
    for n_bits in (0, 254):
        message = f"a width of {n_bits} bits is not possible in bn254.fr, only 1 to 253"
        with pytest.raises(CircuitError, match=message):
            built(lambda x, n=n_bits: assume_uint(x, n, because="a lie, for this test"))


@pytest.mark.parametrize(
    "because",
    [
        ".",
        "trust me",
        "see row 1234567890",
        "x" * 10,
        "aaa bbb aaa bbb",
        "1234567890 12345",
        "  a b c d  ",
    ],
)
def test_a_reason_that_says_nothing(because: str) -> None:
    message = "the reason of an assumption says too little: expected 10 letters or more, 5 of them different"
    with pytest.raises(CircuitError, match=message):
        built(lambda x: assume_bit(x, because=because))
    with pytest.raises(CircuitError, match=message):
        built(lambda x: assume_uint(x, 8, because=because))


def test_assumptions_are_recorded_with_reason_interval_and_place() -> None:
    @gadget(stamped=True)
    def halved(x: Signal) -> Uint:
        return assume_uint(x * x, 8, because="squares of digits stay small")

    @circuit
    def recorded(x: Signal = private(), y: Signal = private()) -> Signal:
        flag = assume_bit(x - y, because="the caller has sorted them")
        return halved(x) + halved(y) + flag

    compiled = recorded.compile()
    assert len(compiled.assumptions) == 3
    assert compiled.library_assumptions == []
    by_reason = {stated.reason: stated for stated in compiled.own_assumptions}
    squares = by_reason["squares of digits stay small"]
    assert (squares.interval, squares.copies) == ("0 to 255", 2)
    assert "test_assumptions.py:" in squares.place
    assert by_reason["the caller has sorted them"].interval == "0 to 1"
    flag = next(a for a in compiled.assumptions if a.high == 1)
    assert dict(flag.terms) == {2: 1, 3: compiled.program.field.modulus - 1}


def test_what_is_known_needs_no_assumption() -> None:
    @circuit
    def known(b: Bit = private(), u: Uint = private(bits=8)) -> Signal:
        one = assume_bit(b * 0 + 1, because="a constant is known")
        return (
            assume_bit(b, because="it is declared so")
            + assume_uint(u, 9, because="it is declared so")
            + one
        )

    assert known.compile().assumptions == ()


def test_a_wrong_assumption_shows_in_eager_mode() -> None:
    @circuit
    def wrong(x: Signal = private()) -> Signal:
        return assume_bit(x, because="a lie, for this test")

    with pytest.raises(CircuitError, match="the value 7 is not in the range 0 to 1") as caught:
        wrong(7)
    assert "a lie, for this test" in caught.value.hint
