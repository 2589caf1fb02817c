from __future__ import annotations

import pytest

from zkctl.dsl import (  # fmt: skip
    Array,
    Bit,
    Signal,
    Struct,
    Uint,
    circuit,
    constrain,
    dot,
    gadget,
    private,
    wire,
)
from zkctl.errors import CircuitError, UnsatisfiedError


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


@gadget(stamped=True)
def carrying(x: Signal) -> Signal:
    carry = wire(x * x, "carry")
    constrain(carry * wire(carry + x, "total") == x + 7, "no carry")
    return wire(carry * 3, "triple") + x


@circuit
def named(x: Signal = private(), y: Signal = private()) -> Signal:
    first = wire(x * y, "first")
    squares = [wire(first * first + k, "square") for k in range(3)]
    constrain(squares[1] * first == 2 * first + carrying(x) * 0, "not two")
    constrain(squares[2] * x == carrying(first + y) * 0 + 3 * x)
    return wire(wire(y * y, "returned"), "again")


def test_names_of_wires_stand_in_sym_and_messages() -> None:
    compiled = named.compile()
    names = [name for _, _, _, name in compiled.symbols()]
    assert names[:3] == ["main.out", "main.x", "main.y"]
    inner = {name for name in names[3:] if ".w" not in name}
    assert inner == {
        "main.first", "main.square[0]", "main.square[1]", "main.square[2]",
        "main.carrying[0].carry", "main.carrying[0].total", "main.carrying[0].triple",
        "main.carrying[1].carry", "main.carrying[1].total", "main.carrying[1].triple",
    }  # fmt: skip
    assert len(set(names)) == len(names)
    with pytest.raises(UnsatisfiedError, match=r"no carry \(.* is not .*\)") as caught:
        compiled.witness(x=5, y=1)
    assert "carrying[0].carry = 25" in caught.value.where
    with pytest.raises(UnsatisfiedError, match="no carry"):
        named(5, 1)


@pytest.mark.parametrize("name", ["w7", "w", "a b", "carry[0]", "x" * 65, "1st"])
def test_wrong_names(name: str) -> None:
    @circuit
    def wrong(x: Signal = private()) -> None:
        constrain(wire(x * x, name) == x)

    if name == "w":
        assert [row[3] for row in wrong.compile().symbols()] == ["main.x", "main.w"]
        return
    with pytest.raises(CircuitError) as caught:
        wrong.compile()
    assert (
        caught.value.message
        == f"the name of a wire must be an identifier other than w0, w1 ..., got {name!r}"
    )


def test_names_of_signals_are_taken() -> None:
    @circuit
    def taken(x: Signal = private()) -> None:
        constrain(wire(x * x, "x") == 1)

    with pytest.raises(CircuitError, match="the name x of a wire is that of an input or output"):
        taken.compile()


def test_inputs_and_constants_keep_their_names() -> None:
    @circuit
    def kept(x: Signal = private()) -> Signal:
        return wire(x, "other") * wire(x - x + 3, "three") + wire(x * x, "square")

    assert [row[3] for row in kept.compile().symbols()] == ["main.out", "main.x", "main.square"]


class Point(Struct):
    """Two signals."""

    x: Signal
    y: Signal


@pytest.mark.parametrize("name", ["Point", "Array", "int"])
def test_only_a_single_signal_becomes_a_wire(name: str) -> None:
    @circuit
    def whole(x: Signal = private(), xs: Array[Signal] = private(2)) -> None:
        values = {"Point": Point(x, x), "Array": xs, "int": 5}
        wire(values[name])

    with pytest.raises(CircuitError) as caught:
        whole.compile()
    assert caught.value.message == f"wire needs a single signal, got a {name}"
    assert caught.value.hint == "make the wires of a structure or an array one by one: wire(p.x)"
