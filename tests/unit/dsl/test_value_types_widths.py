# mypy: disable-error-code="valid-type, type-arg, misc"
"""Uint[8] in signatures: a Uint of at most 8 bits."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, NamedTuple

import pytest

from tests.support.circuits import check_circuit
from zkctl.dsl import (
    AnyShape,
    Array,
    Bit,
    Signal,
    Uint,
    circuit,
    constrain,
    gadget,
    private,
    public,
)
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.gadgets.compare import less_than, to_uint

Byte = Uint[8]


@gadget
def is_digit(byte: Uint[8]) -> Bit:
    return less_than(byte - 48 + 256, 256 + 10) & ~less_than(byte, 48)


@gadget
def total(values: Array[Uint[8]]) -> Uint:
    return values.sum()


@gadget
def mixed(pair: tuple[Uint[4], Bit], *, more: Sequence[Uint[8]] = ()) -> Signal:
    return sum(more, pair[0] * pair[1])


@gadget
def noted(x: Annotated[Uint, 8], y: Annotated[Uint, "a remark"]) -> Signal:
    return x + y


class Coloured(NamedTuple):
    red: Uint[8]
    alpha: Annotated[Uint, 4]


@gadget
def grey(c: Coloured) -> Signal:
    return c.red + c.alpha


def refused(body: Callable[[Any], Any]) -> CircuitError:
    @circuit
    def example(
        x: Uint = private(bits=200),
        y: Uint = private(bits=8),
        s: Signal = private(),
        b: Bit = private(),
    ) -> None:
        body({"x": x, "y": y, "s": s, "b": b})

    with pytest.raises(CircuitError) as caught:
        example.compile()
    return caught.value


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (lambda v: is_digit(v["x"]), "byte of is_digit must have at most 8 bits: got up to 200"),
        (lambda v: is_digit(v["y"] + 1), "byte of is_digit must have at most 8 bits: got up to 9"),
        (lambda v: is_digit(256), "byte of is_digit must have at most 8 bits: got up to 9"),
        (lambda v: is_digit(v["y"] << 1), "byte of is_digit must have at most 8 bits: got up to 9"),
        (lambda v: is_digit(v["s"]), "byte of is_digit must be a Uint, got a Signal"),
        (lambda v: is_digit(v["y"] - 1), "byte of is_digit must be a Uint, got a Signal"),
        (lambda v: is_digit([v["y"]]), "byte of is_digit must be a single Uint, got a list of 1"),
        (
            lambda v: total([v["y"], v["x"]]),
            "element 1 of values of total must have at most 8 bits: got up to 200",
        ),
        (
            lambda v: mixed((v["y"], v["b"])),
            "element 0 of pair of mixed must have at most 4 bits: got up to 8",
        ),
        (lambda v: mixed((3, v["y"])), "element 1 of pair of mixed must be a Bit, got a Uint"),
        (
            lambda v: mixed((3, 1), more=[v["b"], v["x"]]),
            "element 1 of more of mixed must have at most 8 bits: got up to 200",
        ),
        (lambda v: noted(v["x"], v["y"]), "x of noted must have at most 8 bits: got up to 200"),
        (
            lambda v: grey(Coloured(v["y"], v["y"])),
            "alpha of c of grey must have at most 4 bits: got up to 8",
        ),
    ],
)
def test_wider_numbers_are_refused(body: Any, message: str) -> None:
    problem = refused(body)
    assert message in problem.message
    assert "test_value_types_widths.py" in problem.where


def test_the_remedy_is_named() -> None:
    problem = refused(lambda v: is_digit(v["x"]))
    assert problem.hint == "to_uint(x, 8) enforces it"


def test_narrow_numbers_are_accepted() -> None:
    @circuit
    def example(
        x: Uint[8] = private(),
        y: Array[Uint[4]] = public("n"),
        z: Annotated[Uint, 3] = private(),
        *,
        n: int = 2,
    ) -> Array[Signal]:
        assert (x.n_bits, y[0].n_bits, z.n_bits) == (8, 4, 3)
        constrain(total([x, *y, z]) == 48 + 3 + 2)
        return Array(
            [is_digit(x), mixed((z, x.bits[0]), more=y), noted(z, 2**100), grey(Coloured(x, y[0]))]
        )

    good = [{"x": 48, "y": [1, 2], "z": 2}]
    bad = [
        {"x": 256, "y": [1, 2], "z": 2},
        {"x": 48, "y": [1, 16], "z": 2},
        {"x": 48, "y": [1, 2], "z": 8},
    ]
    compiled = check_circuit(example, good, bad)
    assert list(example(48, [1, 2], 2)) == [1, 3, 2 + 2**100, 49]
    with pytest.raises(UnsatisfiedError, match="input x does not fit in 8 bits"):
        compiled.witness(x=256, y=[1, 2], z=2)


def test_the_same_as_the_width_of_the_declaration() -> None:
    @circuit
    def typed(x: Uint[8] = private(), y: Uint[8] = private(bits=8)) -> Signal:
        return x + y

    @circuit
    def declared(x: Uint = private(bits=8), y: Uint = private(bits=8)) -> Signal:
        return x + y

    assert typed.compile().r1cs.n_constraints == declared.compile().r1cs.n_constraints


def test_contradictory_widths() -> None:
    @circuit
    def wrong(x: Uint[8] = private(bits=9)) -> None:
        constrain(x == 1)

    with pytest.raises(
        CircuitError, match=r"input x of wrong is a Uint\[8\] with bits=9"
    ) as caught:
        wrong.compile()
    assert caught.value.hint == "write x: Uint[8] = private()"


@pytest.mark.parametrize("width", [0, -1, "n", 1.5, None, (8, 8)])
def test_a_width_is_a_number(width: Any) -> None:
    with pytest.raises(
        CircuitError, match="a type of numbers has a width of 1 bit or more: got Uint"
    ):
        Uint[width]
    with pytest.raises(
        CircuitError, match="a type of numbers has a width of 1 bit or more: got Bit"
    ):
        Bit[8]


def test_too_wide_for_the_field() -> None:
    @circuit
    def wide(x: Uint[254] = private()) -> None:
        constrain(x == 1)

    with pytest.raises(CircuitError, match="input x is 254 bits wide, possible are 1 to 253"):
        wide.compile()


def test_eager_mode_refuses_the_same() -> None:
    assert is_digit(57) == 1
    with pytest.raises(
        CircuitError, match="byte of is_digit must have at most 8 bits: got up to 9"
    ):
        is_digit(300)


def test_any_shape_takes_any_structure() -> None:
    @gadget
    def doubled(x: AnyShape) -> Signal:
        return x[1][0] * 2 if isinstance(x, list) else x * 2

    assert doubled(3) == 6
    assert doubled([1, (4, 5)]) == 8
    problem = refused(lambda v: doubled({"a": v["x"]}))
    assert (
        "a gadget exchanges signals, integers, arrays, tuples and lists; got a dict"
        in problem.message
    )
    assert refused(lambda v: to_uint(doubled([v["s"], (v["s"], "text")]), 4)).message.endswith(
        "got a str"
    )
