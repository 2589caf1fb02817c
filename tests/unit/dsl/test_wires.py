from __future__ import annotations

import pytest

from zkctl.dsl import Array, Bit, Signal, Uint, circuit, constrain, dot, private, wire
from zkctl.errors import CircuitError


@circuit
def combined(x: Signal = private(), y: Signal = private()) -> Signal:
    product, other = x * y, x * x
    total = dot([3, -2, 5, 7, 1], [x, product, other, 10, product], 4)
    return wire(total)


def test_dot_is_the_sum_and_keeps_one_product_lazy() -> None:
    compiled = combined.compile()
    assert compiled.r1cs.n_constraints == 2
    assert compiled.witness(x=3, y=5)[1] == 9 - 15 + 45 + 70 + 4
    assert combined(3, 5) == 113


def test_dot_needs_a_signal_and_equal_lengths() -> None:
    @circuit
    def wrong(x: Signal = private()) -> Signal:
        return dot([1, 2], [x])

    with pytest.raises(CircuitError, match="dot got 2 coefficients for 1 values, one at least a signal"):  # fmt: skip
        wrong.compile()
    with pytest.raises(CircuitError, match="dot got 1 coefficients for 1 values, one at least a signal"):  # fmt: skip
        dot([1], [5])


def test_dot_refuses_foreign_signals() -> None:
    kept: list[Signal] = []

    @circuit
    def keeping(x: Signal = private()) -> None:
        kept.append(x)
        dot([1, 1], [x, kept[0]])

    keeping.compile()
    with pytest.raises(CircuitError, match="belong to different circuits or gadget calls"):
        keeping.compile()


def test_wires_shorten_what_is_built_on_them() -> None:
    @circuit
    def chained(x: Signal = private(), *, short: bool) -> None:
        total = x
        for k in range(20):
            total = total + x * (x + k)
        if short:
            total = wire(total)
        constrain(total * total == 1)

    long, short = chained.compile(short=False), chained.compile(short=True)
    assert long.r1cs.n_constraints == short.r1cs.n_constraints
    assert len(short.r1cs.a.wires) <= len(long.r1cs.a.wires)


def test_sums_keep_widths() -> None:
    @circuit
    def typed(
        b: Array[Bit] = private(3), x: Array[Uint] = private(2, 2, bits=8), y: Signal = private()
    ) -> Array[Signal]:
        assert b.sum().maximum == sum(b).maximum == 3
        assert type(x.sum()) is Uint
        assert x.sum().maximum == 4 * 255
        assert dot([2, -1], x[0]).bounds == (-255, 510)
        assert type(dot([2, -1], x[0], 255)) is Uint
        assert dot([2, 3], [x[0, 0], 5], 1).bounds == (16, 2 * 255 + 16)
        assert dot([-2, 1], [-5, x[0, 0]]).bounds == (10, 265)
        assert type(dot([1, 1], [x[0, 0], y])) is Signal
        assert type(dot([1 << 250, 1], x[0])) is Signal  # may pass p
        assert Array([1, 2]).sum() == 3
        assert Array([]).sum() == 0
        return Array([b.sum(), x.sum(), dot([2, -1], x[0], 255), Array([y, 1]).sum()])

    inputs = {"b": [1, 0, 1], "x": [[1, 2], [3, 255]], "y": -1}
    assert typed.compile().witness(**inputs)[1:5] == list(typed(**inputs)) == [2, 261, 255, 0]
