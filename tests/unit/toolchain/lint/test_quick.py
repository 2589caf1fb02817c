from __future__ import annotations

from typing import NamedTuple

from zkctl.dsl import Array, Bit, Circuit, Signal, Uint, circuit, constrain, hint, hints, private
from zkctl.gadgets.bits import to_bits
from zkctl.gadgets.compare import is_zero
from zkctl.gadgets.inverse import inverse
from zkctl.toolchain.lint.quick import quick_warnings


def warnings(checked: Circuit) -> list[str]:
    return quick_warnings(checked.compile())


def test_inputs_that_only_their_range_check_mentions() -> None:
    @circuit
    def unused(
        a: Uint = private(bits=8),
        b: Bit = private(),
        c: Array[Uint] = private(3, bits=4),
        d: Signal = private(),
        e: Uint = private(bits=1),
    ) -> Signal:
        return c[1] * e

    own = "is only in its own range check: any value of its type is accepted"
    assert warnings(unused) == [
        f"L004: private input a {own}",
        f"L004: private input b {own}",
        f"L004: private input c (2 of 3) {own}",
        "L004: private input d is in no constraint: any value is accepted",
    ]


class Two(NamedTuple):
    first: Signal
    second: Array[Signal]


def test_outputs_that_only_a_hint_determines() -> None:
    @circuit
    def loose(x: Signal = private()) -> Two:
        constrain(x * x == x)
        advice = hint(hints.inverse_or_zero, x)
        return Two(advice + 1, Array([x + 1, hint(hints.inverse_or_zero, x), advice * advice]))

    text = "depends only on hints: no constraint connects it with an input, any value is accepted"
    assert warnings(loose) == [f"L002: output first {text}", f"L002: output second (2 of 3) {text}"]


def test_an_output_that_is_a_hint() -> None:
    @circuit
    def direct(x: Signal = private()) -> Signal:
        constrain(x * x == x)
        return hint(hints.inverse_or_zero, x)

    assert not any(w.startswith("L004") for w in warnings(direct))
    assert warnings(direct)[0] == "L001: output out is in no constraint: any value is accepted"


def test_outputs_that_constraints_connect_with_an_input() -> None:
    @circuit
    def chain(x: Signal = private()) -> Array[Signal]:
        values = [x]
        for _ in range(40):
            values.append(inverse(values[-1]))
        return Array([*values[-3:], is_zero(x), *to_bits(x, 254), x * 0 + 5])

    assert warnings(chain) == []


def test_a_circuit_without_inputs() -> None:
    @circuit
    def constant() -> Signal:
        return is_zero(hint(lambda: 5))

    assert "output out depends only on hints" in warnings(constant)[0]
